/// One time-stamped annotations list (TAL) of EDF+: an onset, maybe a duration, and texts.
struct EDFAnnotationList: Equatable {
    var onset: Double
    var duration: Double?
    var texts: [String]

    private static let endOfText: UInt8 = 0x14
    private static let startOfDuration: UInt8 = 0x15

    /// Reads `onset [0x15 duration] 0x14 text 0x14 [text 0x14 …]`, the bytes between two zeros.
    ///
    /// - Returns: nil if the bytes are not such a list.
    init?(_ bytes: some Collection<UInt8>) {
        let parts = bytes.split(separator: Self.endOfText, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[parts.count - 1].isEmpty, let sign = parts[0].first,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        else { return nil }
        let times = parts[0].split(separator: Self.startOfDuration, maxSplits: 1, omittingEmptySubsequences: false)
        guard let onset = decimalNumber(decodeText(times[0])) else { return nil }
        self.onset = onset
        if times.count == 2 {
            guard let duration = decimalNumber(decodeText(times[1])), duration >= 0 else { return nil }
            self.duration = duration
        }
        texts = parts[1..<(parts.count - 1)].map { decodeAnnotation($0) }
    }

    init(onset: Double, duration: Double? = nil, texts: [String]) {
        self.onset = onset
        self.duration = duration
        self.texts = texts
    }

    /// The bytes of the list with the zero that ends it.
    var bytes: [UInt8] {
        var bytes = Array(((onset < 0 ? "" : "+") + edfTime(onset)).utf8)
        if let duration { bytes += [Self.startOfDuration] + Array(edfTime(duration).utf8) }
        bytes.append(Self.endOfText)
        for text in texts { bytes += Array(text.utf8) + [Self.endOfText] }
        return bytes + [0]
    }
}

/// Bad UTF-8 is decoded with replacement characters.
private func decodeAnnotation(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// A time in seconds as annotations write it: digits and a point, never an exponent.
func edfTime(_ seconds: Double) -> String {
    let shortest = "\(seconds)"
    if !shortest.contains("e") { return shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest }
    // Picoseconds are all that numbers printed with a small exponent can add; huge ones are written as whole seconds.
    guard abs(seconds) < 1 else { return String(seconds.rounded().description.prefix { $0 != "e" }) }
    let picoseconds = Int((abs(seconds) * 1e12).rounded())
    let digits = String(picoseconds)
    let fraction = String(repeating: "0", count: 12 - min(12, digits.count)) + digits
    return (seconds < 0 && picoseconds > 0 ? "-" : "") + "0." + fraction
}

/// All annotations of an EDF+ file, and when each of its data records starts.
struct EDFAnnotations {
    /// In the order of the file, with onsets as stored: seconds from the clock time in the header.
    private(set) var annotations: [Annotation] = []
    /// For each record the onset of its time-keeping list; nil where it has none.
    private(set) var recordOnsets: [Double?] = []
    private(set) var brokenLists = 0

    /// Adds what the annotation signals of the next data record hold.
    mutating func add(record signals: [ArraySlice<UInt8>]) {
        var recordOnset: Double?
        for (index, bytes) in signals.enumerated() {
            for (position, chunk) in bytes.split(separator: 0).enumerated() {
                guard var list = EDFAnnotationList(chunk) else {
                    brokenLists += 1
                    continue
                }
                // The first list of a record keeps its time and begins with an empty text.
                if index == 0, position == 0, list.texts.isEmpty || list.texts[0].isEmpty {
                    recordOnset = list.onset
                    list.texts = Array(list.texts.dropFirst())
                }
                for text in list.texts {
                    annotations.append(Annotation(onset: list.onset, duration: list.duration, text: text))
                }
            }
        }
        recordOnsets.append(recordOnset)
    }

    /// Seconds from the clock time in the header to the first sample.
    var startOffset: Double { recordOnsets.first.flatMap { $0 } ?? 0 }

    /// The first record that does not follow its predecessor within `tolerance` seconds, with the time it should have and the time it has.
    func firstGap(recordDuration: Double, tolerance: Double) -> (record: Int, expected: Double, found: Double)? {
        var previous: Double?
        for (index, onset) in recordOnsets.enumerated() {
            if let onset, let previous, abs(onset - previous - recordDuration) > tolerance {
                return (index, previous + recordDuration, onset)
            }
            previous = onset ?? previous.map { $0 + recordDuration }
        }
        return nil
    }
}
