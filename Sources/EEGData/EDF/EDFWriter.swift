internal import Foundation

extension Recording {
    /// Writes the recording as EDF+ with its annotations: EDF+C, or EDF+D where it has gaps. A file of that name is replaced as a whole or stays
    /// as it was; the recording is never in memory as a whole.
    ///
    /// Samples that are stored as integers are written as these integers. Annotations keep their onsets, durations and texts. EDF+ asks for the
    /// patient and the recording to be identified; here both stay anonymous, but for the equipment.
    ///
    /// Channels of floating-point numbers, or of integers whose range eight characters cannot hold, must be given others first: see
    /// `requantized(bits:)`.
    ///
    /// - Parameter equipment: the recorder, one word.
    /// - Throws: `EEGDataError` where a channel has no 16-bit digitization, a sample is missing, not a number or out of its range, a text is not
    ///   printable ASCII or too long for its field, no length of data records holds whole numbers of samples of all channels, or the file cannot
    ///   be written.
    public func writeEDF(to path: String, equipment: String = "X") throws(EEGDataError) {
        try EDFWriter(self, kind: .edf, equipment: equipment).write(to: path)
    }

    /// Writes the recording as BDF+, which holds 24 bits a sample; otherwise like `writeEDF(to:equipment:)`.
    public func writeBDF(to path: String, equipment: String = "X") throws(EEGDataError) {
        try EDFWriter(self, kind: .bdf, equipment: equipment).write(to: path)
    }
}

/// Writes one recording as EDF+ or BDF+.
struct EDFWriter {
    let recording: Recording
    let kind: EDFKind
    let equipment: String
    let records: EDFRecords
    let annotations: EDFAnnotationLayout
    /// Bytes that are collected before they are written.
    private static let blockSize = 1 << 19

    init(_ recording: Recording, kind: EDFKind, equipment: String) throws(EEGDataError) {
        self.recording = recording
        self.kind = kind
        self.equipment = equipment
        records = try EDFRecords(of: recording)
        annotations = try EDFAnnotationLayout(of: recording, records: records, bytesPerSample: kind.bytesPerSample)
    }

    func write(to path: String) throws(EEGDataError) {
        let header = try self.header()
        var file = try AtomicFile(path: path)
        try file.write(header)
        let signalSize = kind.bytesPerSample * records.samplesPerRecord.reduce(0, +)
        let recordsPerBlock = max(1, Self.blockSize / (signalSize + annotations.size))
        for segment in records.segments {
            for start in stride(from: segment.lowerBound, to: segment.upperBound, by: recordsPerBlock) {
                try file.write(try block(start..<min(start + recordsPerBlock, segment.upperBound)))
            }
        }
        try file.commit()
    }

    /// The bytes of some data records of one segment.
    private func block(_ block: Range<Int>) throws(EEGDataError) -> [UInt8] {
        let ranges = records.samplesPerRecord.map { ($0 * block.lowerBound)..<($0 * block.upperBound) }
        let samples = try recording.digitalSamples(of: Array(recording.channels.indices), in: ranges)
        for (index, channel) in recording.channels.enumerated() { try check(samples[index], of: channel, first: ranges[index].lowerBound) }
        let recordSize = kind.bytesPerSample * records.samplesPerRecord.reduce(0, +) + annotations.size
        var bytes = [UInt8](repeating: 0, count: block.count * recordSize)
        bytes.withUnsafeMutableBytes { bytes in
            var place = 0
            for record in block {
                for (values, count) in zip(samples, records.samplesPerRecord) {
                    let first = (record - block.lowerBound) * count
                    for value in values[first..<(first + count)] {
                        bytes[place] = UInt8(truncatingIfNeeded: value)
                        bytes[place + 1] = UInt8(truncatingIfNeeded: value >> 8)
                        if kind == .bdf { bytes[place + 2] = UInt8(truncatingIfNeeded: value >> 16) }
                        place += kind.bytesPerSample
                    }
                }
                let lists = annotations.lists(of: record)
                UnsafeMutableRawBufferPointer(rebasing: bytes[place..<(place + lists.count)]).copyBytes(from: lists)
                place += annotations.size
            }
        }
        return bytes
    }

    private func check(_ values: [Int32], of channel: Channel, first: Int) throws(EEGDataError) {
        if let missing = channel.digitization?.missing, let place = values.firstIndex(of: Int32(clamping: missing)) {
            throw .notFinite(
                what: "samples to be stored as \(kind.name)", channel: channel.label, time: Double(first + place) / channel.samplingRate)
        }
        let range = Int32(kind.digitalRange.lowerBound)...Int32(kind.digitalRange.upperBound)
        guard let lowest = values.min(), let highest = values.max(), !(range.contains(lowest) && range.contains(highest)) else { return }
        throw .invalidArgument(
            name: "samples of \(channel.label)", expected: "\(8 * kind.bytesPerSample)-bit integers, as \(kind.name) stores them",
            found: "\(lowest) to \(highest)")
    }
}

extension EDFWriter {
    private func header() throws(EEGDataError) -> [UInt8] {
        let channels = recording.channels
        for channel in channels { try check(channel) }
        var fields = EDFHeaderFields(bytes: kind.version)
        try fields.add("patient", "X X X X", 80)
        try addStart(&fields)
        try fields.add("bytes in the header", "\(EDFHeader.fixedSize + (channels.count + 1) * EDFHeader.signalSize)", 8)
        try fields.add("reserved", kind.name + (records.segments.count > 1 ? "+D" : "+C"), 44)
        try fields.add("number of data records", "\(records.count)", 8)
        try fields.add("duration of a data record", records.duration, 8)
        try fields.add("number of signals", "\(channels.count + 1)", 4)

        try fields.add("label", channels.map(\.label) + [kind.annotationLabel], 16)
        try fields.add("transducer", channels.map(\.transducer) + [""], 80)
        try fields.add("unit", channels.map(\.unit.symbol) + [""], 8)
        let scales = channels.compactMap(\.digitization)
        try fields.add("physical minimum", scales.map { $0.physicalMinimum.inEightCharacters ?? "" } + ["-1"], 8)
        try fields.add("physical maximum", scales.map { $0.physicalMaximum.inEightCharacters ?? "" } + ["1"], 8)
        try fields.add("digital minimum", scales.map { "\($0.digitalMinimum)" } + ["\(kind.digitalRange.lowerBound)"], 8)
        try fields.add("digital maximum", scales.map { "\($0.digitalMaximum)" } + ["\(kind.digitalRange.upperBound)"], 8)
        try fields.add("prefiltering", channels.map(\.prefiltering) + [""], 80)
        let samplesPerRecord = records.samplesPerRecord + [annotations.size / kind.bytesPerSample]
        try fields.add("samples per record", samplesPerRecord.map(String.init), 8)
        try fields.add("reserved", samplesPerRecord.map { _ in "" }, 32)
        return fields.bytes
    }

    private func check(_ channel: Channel) throws(EEGDataError) {
        guard let scale = channel.digitization, scale.fits(kind) else {
            throw .invalidArgument(
                name: "channel \(channel.label)",
                expected: "integers within \(kind.digitalRange) for a range that eight characters can hold, to be stored as \(kind.name): "
                    + "requantized(bits: \(8 * kind.bytesPerSample)) gives some",
                found: channel.digitization.map {
                    "\($0.digitalMinimum) to \($0.digitalMaximum) for \($0.physicalMinimum) to \($0.physicalMaximum)"
                } ?? "none")
        }
        guard channel.label != kind.annotationLabel else {
            throw .invalidArgument(name: "label", expected: "another one than annotations have in \(kind.name)", found: channel.label)
        }
    }

    /// Recording identification, start date and start time.
    private func addStart(_ fields: inout EDFHeaderFields) throws(EEGDataError) {
        guard !equipment.contains(" "), !equipment.isEmpty else {
            throw .invalidArgument(name: "equipment", expected: "one word", found: "\"\(equipment)\"")
        }
        guard let start = recording.start else {
            try fields.add("recording", "Startdate X X X \(equipment)", 80)
            try fields.add("start date", "01.01.85", 8)
            try fields.add("start time", "00.00.00", 8)
            return
        }
        let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        let date = "\(twoDigits(start.day))-\(months[start.month - 1])-\(String(format: "%04d", start.year))"
        // Two digits hold 1985 to 2084 only; the start date in the recording field holds every year.
        let year = (1985...2084).contains(start.year) ? twoDigits(start.year % 100) : "yy"
        try fields.add("recording", "Startdate \(date) X X \(equipment)", 80)
        try fields.add("start date", "\(twoDigits(start.day)).\(twoDigits(start.month)).\(year)", 8)
        try fields.add("start time", "\(twoDigits(start.hour)).\(twoDigits(start.minute)).\(twoDigits(start.second))", 8)
    }
}

/// The text fields of a header, one after the other.
private struct EDFHeaderFields {
    private(set) var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func add(_ name: String, _ text: String, _ width: Int) throws(EEGDataError) {
        guard text.utf8.count <= width, text.utf8.allSatisfy({ (32..<127).contains($0) }) else {
            throw .invalidArgument(name: name, expected: "at most \(width) printable ASCII characters", found: "\"\(text)\"")
        }
        bytes += Array(text.utf8) + [UInt8](repeating: 32, count: width - text.utf8.count)
    }

    /// A field of all signals.
    mutating func add(_ name: String, _ texts: [String], _ width: Int) throws(EEGDataError) {
        for (index, text) in texts.enumerated() { try add("\(name) of signal \(index)", text, width) }
    }
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
