internal import Foundation

/// How a recording is cut into data records: all channels have whole numbers of samples in each, none reaches over a gap.
struct EDFRecords {
    /// For each segment of the recording its records.
    let segments: [Range<Int>]
    /// For each channel.
    let samplesPerRecord: [Int]
    /// Seconds, as the header has them.
    let duration: String
    let seconds: Double

    var count: Int { segments.last?.upperBound ?? 0 }

    /// Of all ways to cut, the one with records nearest to a second.
    init(of recording: Recording) throws(EEGDataError) {
        guard !recording.channels.isEmpty else {
            (segments, samplesPerRecord, duration, seconds) = ([0..<1], [], "0", 0)
            return
        }
        // For each channel its samples in each segment; whole multiples of its samples in the longest record that is possible.
        let counts = recording.channels.map { channel in recording.segments.map { $0.samples(of: channel).count } }
        let longest = counts.map { $0.reduce(0, greatestCommonDivisor) }
        let multiples = zip(counts, longest).map { counts, longest in counts.map { $0 / max(1, longest) } }
        let common = longest.reduce(0, greatestCommonDivisor)
        guard common > 0, Set(multiples).count == 1, let records = multiples.first else { throw Self.doesNotFit(counts) }

        let length = Double(longest[0]) / recording.channels[0].samplingRate
        var best: (divisor: Int, text: String, seconds: Double)?
        for divisor in divisors(of: common) {
            guard let text = (length / Double(divisor)).inEightCharacters, let seconds = Double(text), seconds > 0 else { continue }
            // The rates that a reader computes must be the recording's own.
            let fits = zip(recording.channels, longest).allSatisfy { Double($1 / divisor) / seconds == $0.samplingRate }
            guard fits, records.reduce(0, +) <= 99_999_999 / divisor else { continue }
            if let best, abs(log(best.seconds)) <= abs(log(seconds)) { continue }
            best = (divisor, text, seconds)
        }
        guard let best else { throw Self.doesNotFit(counts) }
        (duration, seconds) = (best.text, best.seconds)
        samplesPerRecord = longest.map { $0 / best.divisor }
        var segments: [Range<Int>] = []
        for count in records {
            let start = segments.last?.upperBound ?? 0
            segments.append(start..<(start + count * best.divisor))
        }
        self.segments = segments
    }

    private static func doesNotFit(_ counts: [[Int]]) -> EEGDataError {
        .invalidArgument(
            name: "numbers of samples",
            expected: "ones that data records of equal length, stated in eight characters, can hold; cut or extend the recording",
            found: counts.map { $0.map(String.init).joined(separator: " + ") }.joined(separator: ", "))
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

private func divisors(of number: Int) -> [Int] {
    let small = (1...max(1, Int(Double(number).squareRoot()))).filter { number.isMultiple(of: $0) }
    return small + small.reversed().map { number / $0 }
}

/// Annotations spread over the data records, so that each record has as little room for them as will do.
struct EDFAnnotationLayout {
    /// Bytes for annotations in each record: they stand in the place of whole samples.
    let size: Int
    /// For each record the list that tells when it starts.
    private let timeKeeping: [[UInt8]]
    /// For records that have some, their annotations.
    private let annotations: [Int: [UInt8]]

    init(of recording: Recording, records: EDFRecords, bytesPerSample: Int) throws(EEGDataError) {
        for annotation in recording.annotations { try annotation.checkForEDF() }
        var timeKeeping: [[UInt8]] = []
        for (segment, range) in zip(recording.segments, records.segments) {
            for record in range {
                let onset = recording.startOffset + segment.start + Double(record - range.lowerBound) * records.seconds
                timeKeeping.append(EDFAnnotationList(onset: onset, texts: [""]).bytes)
            }
        }
        let lists = recording.annotations.sorted { $0.onset < $1.onset }.map {
            EDFAnnotationList(onset: $0.onset + recording.startOffset, duration: $0.duration, texts: [$0.text]).bytes
        }
        let count = max(1, timeKeeping.count)
        let total = lists.reduce(0) { $0 + $1.count }
        // An even share and the longest list: filling one record after the other then always gets to the end.
        let room = (timeKeeping.map(\.count).max() ?? 0) + (total + count - 1) / count + (lists.map(\.count).max() ?? 0)
        size = (room + bytesPerSample - 1) / bytesPerSample * bytesPerSample
        var annotations: [Int: [UInt8]] = [:]
        var record = 0
        var used = timeKeeping.first?.count ?? 0
        for list in lists {
            while record < count - 1, used + list.count > size {
                record += 1
                used = timeKeeping[record].count
            }
            annotations[record, default: []] += list
            used += list.count
        }
        self.timeKeeping = timeKeeping
        self.annotations = annotations
    }

    /// The lists of one record, without the zeros behind them.
    func lists(of record: Int) -> [UInt8] { timeKeeping[record] + (annotations[record] ?? []) }
}

extension Annotation {
    /// Refuses what would break the lists that EDF+ keeps annotations in.
    fileprivate func checkForEDF() throws(EEGDataError) {
        guard abs(onset) < 1e10, duration.map({ $0 < 1e10 && $0 >= 0 }) ?? true else {
            throw .invalidArgument(
                name: "annotation \"\(text)\"", expected: "times below 1e10 s, no negative duration", found: "\(onset), \(duration ?? 0)")
        }
        guard !text.utf8.contains(where: { $0 < 32 && ![9, 10, 13].contains($0) }) else {
            throw .invalidArgument(
                name: "annotation at \(onset) s", expected: "text without control characters", found: describe(text.utf8))
        }
    }
}
