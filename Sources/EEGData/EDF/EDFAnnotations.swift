internal import Foundation

/// One time-stamped annotations list (TAL) of EDF+: an onset, maybe a duration, and texts.
struct EDFAnnotationList: Equatable {
    var onset: Double
    var duration: Double?
    var texts: [String]

    private static let endOfText: UInt8 = 0x14
    private static let startOfDuration: UInt8 = 0x15
    /// Seconds; three centuries.
    private static let longestTime = 1e10

    /// Reads `onset [0x15 duration] 0x14 text 0x14 [text 0x14 …]`, the bytes between two zeros.
    ///
    /// - Returns: nil if the bytes are not such a list.
    init?(_ bytes: some Collection<UInt8>) {
        let parts = bytes.split(separator: Self.endOfText, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[parts.count - 1].isEmpty, let sign = parts[0].first,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        else { return nil }
        let times = parts[0].split(separator: Self.startOfDuration, maxSplits: 1, omittingEmptySubsequences: false)
        guard let onset = decimalNumber(decodeText(times[0])), abs(onset) <= Self.longestTime else { return nil }
        self.onset = onset
        if times.count == 2 {
            guard let duration = decimalNumber(decodeText(times[1])), (0...Self.longestTime).contains(duration) else { return nil }
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

/// A time in seconds as annotations write it: digits and a point, never an exponent; to the picosecond.
func edfTime(_ seconds: Double) -> String {
    let shortest = "\(seconds)"
    let decimals = shortest.firstIndex(of: ".").map { shortest.distance(from: $0, to: shortest.endIndex) - 1 } ?? 0
    var text = shortest.contains("e") || decimals > 12 ? String(format: "%.12f", seconds) : shortest
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "-0" ? "0" : text
}

/// All annotations of an EDF+ or BDF+ file, and where its data records do not follow one another.
struct EDFAnnotations {
    /// A data record that does not start where its predecessor ends, in seconds from the clock time in the header.
    struct Break {
        let record: Int
        let expected: Double
        let found: Double
    }

    /// In the order of the file, with onsets as stored: seconds from the clock time in the header.
    private(set) var annotations: [Annotation] = []
    /// Seconds from the clock time in the header to the first sample.
    private(set) var startOffset = 0.0
    private(set) var breaks: [Break] = []
    private(set) var brokenLists = 0
    /// Data records whose time-keeping list is missing.
    private(set) var untimedRecords = 0
    private let recordDuration: Double
    /// Seconds by which records may start too early or too late.
    private let tolerance: Double
    private var records = 0
    private var expectedOnset: Double?

    init(recordDuration: Double, tolerance: Double) {
        self.recordDuration = recordDuration
        self.tolerance = tolerance
    }

    /// Adds what the annotation signals of the next data record hold.
    mutating func add(record signals: [UnsafeRawBufferPointer]) {
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
        time(recordOnset)
    }

    private mutating func time(_ onset: Double?) {
        if onset == nil { untimedRecords += 1 }
        if records == 0 { startOffset = onset ?? 0 }
        let expected = expectedOnset ?? onset ?? 0
        if let onset, abs(onset - expected) > tolerance { breaks.append(Break(record: records, expected: expected, found: onset)) }
        expectedOnset = (onset ?? expected) + recordDuration
        records += 1
    }
}
