internal import Foundation

extension Recording {
    /// Writes the recording as EDF+ with its annotations. A file of that name is replaced as a whole or stays as it was.
    ///
    /// Samples that are stored as integers are written as these integers. Annotations keep their onsets, durations and texts. EDF+ asks for the
    /// patient and the recording to be identified; here both stay anonymous, but for the equipment.
    ///
    /// - Parameter equipment: the recorder, one word.
    /// - Throws: `EEGDataError` where a channel has no 16-bit digitization, a text is not printable ASCII or too long for its field, no length of
    ///   data records holds whole numbers of samples of all channels, or the file cannot be written.
    public func writeEDF(to path: String, equipment: String = "X") throws(EEGDataError) {
        for annotation in annotations { try annotation.checkForEDF() }
        let records = try EDFRecords(of: self)
        let annotations = EDFAnnotationLayout(annotations, startOffset: startOffset, records: records)
        var file = try AtomicFile(path: path)
        try file.write(try header(records: records, annotationSize: annotations.size, equipment: equipment))

        let indices = Array(channels.indices)
        let samplesPerRecord = indices.map { channels[$0].sampleCount / max(records.count, 1) }
        let recordsPerBlock = max(1, 65536 / max(1, samplesPerRecord.reduce(0, +)))
        for blockStart in stride(from: 0, to: records.count, by: recordsPerBlock) {
            let block = blockStart..<min(blockStart + recordsPerBlock, records.count)
            let samples = try digitalSamples(of: indices, in: samplesPerRecord.map { ($0 * block.lowerBound)..<($0 * block.upperBound) })
            for record in block {
                for (values, count) in zip(samples, samplesPerRecord) {
                    let start = (record - block.lowerBound) * count
                    for value in values[start..<(start + count)] {
                        guard let stored = Int16(exactly: value) else {
                            throw .invalidArgument(name: "samples", expected: "16-bit integers", found: "\(value)")
                        }
                        try file.write([UInt8(truncatingIfNeeded: stored), UInt8(truncatingIfNeeded: stored >> 8)])
                    }
                }
                try file.write(annotations.bytes(of: record))
            }
        }
        try file.commit()
    }

    private func header(records: EDFRecords, annotationSize: Int, equipment: String) throws(EEGDataError) -> [UInt8] {
        var fields: [UInt8] = []
        func field(_ name: String, _ text: String, _ width: Int) throws(EEGDataError) {
            guard text.utf8.count <= width, text.utf8.allSatisfy({ (32..<127).contains($0) }) else {
                throw .invalidArgument(name: name, expected: "at most \(width) printable ASCII characters", found: "\"\(text)\"")
            }
            fields += Array(text.utf8) + [UInt8](repeating: 32, count: width - text.utf8.count)
        }
        guard !equipment.contains(" "), !equipment.isEmpty else {
            throw .invalidArgument(name: "equipment", expected: "one word", found: "\"\(equipment)\"")
        }
        let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        let startDate = start.map { "\(twoDigits($0.day))-\(months[$0.month - 1])-\($0.year)" } ?? "X"
        try field("version", "0", 8)
        try field("patient", "X X X X", 80)
        try field("recording", "Startdate \(startDate) X X \(equipment)", 80)
        // Two digits hold 1985 to 2084 only; the start date in the recording field holds every year.
        let year = start.map { (1985...2084).contains($0.year) ? twoDigits($0.year % 100) : "yy" }
        try field("start date", start.map { "\(twoDigits($0.day)).\(twoDigits($0.month)).\(year ?? "yy")" } ?? "01.01.85", 8)
        try field("start time", start.map { "\(twoDigits($0.hour)).\(twoDigits($0.minute)).\(twoDigits($0.second))" } ?? "00.00.00", 8)
        try field("bytes in the header", "\(EDFHeader.fixedSize + (channels.count + 1) * EDFHeader.signalSize)", 8)
        try field("reserved", "EDF+C", 44)
        try field("number of data records", "\(records.count)", 8)
        try field("duration of a data record", records.duration, 8)
        try field("number of signals", "\(channels.count + 1)", 4)

        for channel in channels { try field("label", channel.label, 16) }
        try field("label", EDFHeader.annotationLabel, 16)
        for channel in channels { try field("transducer of \(channel.label)", channel.transducer, 80) }
        try field("transducer", "", 80)
        for channel in channels { try field("unit of \(channel.label)", channel.unit.symbol, 8) }
        try field("unit", "", 8)
        for end in [\Digitization.physicalMinimum, \.physicalMaximum] {
            for channel in channels {
                try field("physical range of \(channel.label)", try channel.definedDigitization[keyPath: end].inEightCharacters, 8)
            }
            try field("physical range", end == \.physicalMinimum ? "-1" : "1", 8)
        }
        for end in [\Digitization.digitalMinimum, \.digitalMaximum] {
            for channel in channels {
                try field("digital range of \(channel.label)", "\(try channel.definedDigitization[keyPath: end])", 8)
            }
            try field("digital range", end == \.digitalMinimum ? "-32768" : "32767", 8)
        }
        for channel in channels { try field("prefiltering of \(channel.label)", channel.prefiltering, 80) }
        try field("prefiltering", "", 80)
        for channel in channels { try field("samples per record of \(channel.label)", "\(channel.sampleCount / max(records.count, 1))", 8) }
        try field("samples per record", "\(annotationSize / 2)", 8)
        for _ in 0...channels.count { try field("reserved", "", 32) }
        return fields
    }
}

extension Channel {
    /// The digitization, which a writer of stored integers needs.
    fileprivate var definedDigitization: Digitization {
        get throws(EEGDataError) {
            guard let digitization else {
                throw .invalidArgument(name: "channel \(label)", expected: "a digitization, to be stored as 16-bit integers", found: "none")
            }
            return digitization
        }
    }
}

extension Annotation {
    /// Refuses what would break the lists that EDF+ keeps annotations in.
    fileprivate func checkForEDF() throws(EEGDataError) {
        guard onset.isFinite, duration.map({ $0.isFinite && $0 >= 0 }) ?? true else {
            throw .invalidArgument(
                name: "annotation \"\(text)\"", expected: "finite times, no negative duration", found: "\(onset), \(duration ?? 0)")
        }
        guard !text.utf8.contains(where: { $0 < 32 && ![9, 10, 13].contains($0) }) else {
            throw .invalidArgument(
                name: "annotation at \(onset) s", expected: "text without control characters", found: describe(text.utf8))
        }
    }
}

extension Double {
    /// The number in at most eight characters that read back as the same number.
    fileprivate var inEightCharacters: String {
        get throws(EEGDataError) {
            let shortest = "\(self)"
            var candidates = [shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest]
            candidates += (1...7).map { String(format: "%.\($0)g", self) }
            guard let text = candidates.first(where: { $0.utf8.count <= 8 && Double($0) == self }) else {
                throw .invalidArgument(name: "number", expected: "one that eight characters can hold", found: shortest)
            }
            return text
        }
    }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// How a recording is cut into data records: all channels have whole numbers of samples in each.
struct EDFRecords {
    let count: Int
    /// Seconds, as the header has them.
    let duration: String
    let seconds: Double

    /// Of all ways to cut, the one with records nearest to a second.
    init(of recording: Recording) throws(EEGDataError) {
        let counts = recording.channels.map(\.sampleCount)
        guard let longest = counts.max(), longest > 0 else {
            (count, duration, seconds) = (1, "0", 0)
            return
        }
        let total = recording.duration
        let common = counts.reduce(0, greatestCommonDivisor)
        var best: (count: Int, text: String, seconds: Double)?
        for candidate in 1...common where common.isMultiple(of: candidate) {
            let exact = total / Double(candidate)
            guard let text = try? exact.inEightCharacters, let seconds = Double(text), seconds > 0 else { continue }
            // The rates that a reader computes must be the recording's own.
            let fits = recording.channels.allSatisfy { Double($0.sampleCount / candidate) / seconds == $0.samplingRate }
            guard fits, candidate <= 99_999_999 else { continue }
            if let best, abs(log(best.seconds)) <= abs(log(seconds)) { continue }
            best = (candidate, text, seconds)
        }
        guard let best else {
            throw .invalidArgument(
                name: "numbers of samples",
                expected: "ones that data records of equal length, stated in eight characters, can hold; cut or extend the recording",
                found: counts.map(String.init).joined(separator: ", "))
        }
        (count, duration, seconds) = best
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

/// Annotations spread over the data records, so that each record has as little room for them as will do.
struct EDFAnnotationLayout {
    /// Bytes for annotations in each record: even, because they stand in the place of 16-bit samples.
    let size: Int
    private let lists: [[UInt8]]

    init(_ annotations: [Annotation], startOffset: Double, records: EDFRecords) {
        let count = max(records.count, 1)
        let timeKeeping = (0..<count).map { record in
            EDFAnnotationList(onset: startOffset + Double(record) * records.seconds, texts: [""]).bytes
        }
        let ordered = annotations.sorted { $0.onset < $1.onset }.map {
            EDFAnnotationList(onset: $0.onset + startOffset, duration: $0.duration, texts: [$0.text]).bytes
        }
        let longestTime = timeKeeping.map(\.count).max() ?? 0
        let total = ordered.reduce(0) { $0 + $1.count }
        // An even share and the longest list: filling one record after the other then always gets to the end.
        let room = longestTime + (total + count - 1) / count + (ordered.map(\.count).max() ?? 0)
        size = room + room % 2
        var lists = timeKeeping
        var record = 0
        for list in ordered {
            while record < count - 1, lists[record].count + list.count > size { record += 1 }
            lists[record] += list
        }
        self.lists = lists
    }

    /// The bytes for one record, zeros at the end.
    func bytes(of record: Int) -> [UInt8] {
        lists[record] + [UInt8](repeating: 0, count: size - lists[record].count)
    }
}
