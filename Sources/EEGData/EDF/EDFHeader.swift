/// The header of an EDF, EDF+, BDF or BDF+ file: 256 bytes about the recording, then 256 bytes for each signal, stored field by field.
///
/// B. Kemp et al., "A simple format for exchange of digitized polygraphic recordings", Electroenceph. clin. Neurophysiol. 82 (1992);
/// B. Kemp and J. Olivan, "European data format 'plus' (EDF+)", Clin. Neurophysiol. 114 (2003).
struct EDFHeader {
    enum Variant: Equatable {
        case plain, plusContinuous, plusDiscontinuous
    }

    struct Signal {
        var label: String
        var transducer: String
        var unit: String
        var digitization: Digitization
        var prefiltering: String
        var samplesPerRecord: Int
    }

    static let fixedSize = 256
    static let signalSize = 256
    private static let maximumSignals = 9999

    let kind: EDFKind
    let variant: Variant
    let start: StartTime?
    /// Bytes before the first data record.
    let size: Int
    let recordCount: Int
    let recordDuration: Double
    let signals: [Signal]
    /// Bytes of a data record.
    let recordSize: Int
    private(set) var notes: [String] = []

    init(of file: RandomAccessFile, kind: EDFKind, isStrict: Bool) throws(EEGDataError) {
        self.kind = kind
        guard file.size >= Self.fixedSize else {
            throw .malformed(
                file: file.path, format: kind.name, offset: 0, field: "header", expected: "at least \(Self.fixedSize) bytes",
                found: "\(file.size)")
        }
        var fields = EDFFields(file: file.path, kind: kind, bytes: try file.bytes(at: 0, count: Self.fixedSize))
        let signalCount = try fields.integer("number of signals", at: 252, width: 4, in: 0...Self.maximumSignals)
        let fieldsSize = Self.fixedSize + signalCount * Self.signalSize
        guard file.size >= fieldsSize else {
            throw .malformed(
                file: file.path, format: kind.name, offset: 252, field: "number of signals",
                expected: "a header of \(fieldsSize) bytes for \(signalCount) signals inside the file", found: "\(file.size) bytes")
        }
        fields.bytes = try file.bytes(at: 0, count: fieldsSize)

        switch fields.text(at: 192, width: 44) {
        case let reserved where reserved.hasPrefix("\(kind.name)+C"): variant = .plusContinuous
        case let reserved where reserved.hasPrefix("\(kind.name)+D"): variant = .plusDiscontinuous
        default: variant = .plain
        }
        recordDuration = try fields.number("duration of a data record", at: 244, width: 8)
        guard recordDuration >= 0 else {
            throw fields.malformed("duration of a data record", at: 244, width: 8, expected: "a number not below 0")
        }
        signals = try Self.readSignals(&fields, count: signalCount)
        var samplesPerRecord = 0
        for signal in signals { samplesPerRecord += signal.samplesPerRecord }
        recordSize = kind.bytesPerSample * samplesPerRecord
        start = fields.startTime(isPlus: variant != .plain)
        let declared = try fields.integer("number of data records", at: 236, width: 8, in: -1...99_999_999)
        size = try fields.headerSize(expected: fieldsSize, fileSize: file.size, recordSize: recordSize, recordCount: declared)
        recordCount = try fields.recordCount(declared, dataSize: file.size - size, recordSize: recordSize, isStrict: isStrict)
        notes = fields.notes
    }

    private static func readSignals(_ fields: inout EDFFields, count: Int) throws(EEGDataError) -> [Signal] {
        var signals: [Signal] = []
        for index in 0..<count {
            // Each field is stored for all signals before the next field begins.
            func offset(_ start: Int, _ width: Int) -> Int { fixedSize + count * start + index * width }
            let label = fields.text(at: offset(0, 16), width: 16)
            let isAnnotation = label == fields.kind.annotationLabel
            // Annotation signals hold text: their ranges mean nothing and some recorders leave them empty.
            func value(_ field: String, _ start: Int) throws(EEGDataError) -> Double {
                isAnnotation ? 0 : try fields.number("\(field) of signal \(index) (\(label))", at: offset(start, 8), width: 8)
            }
            func digital(_ field: String, _ start: Int) throws(EEGDataError) -> Int {
                isAnnotation
                    ? 0
                    : try fields.integer(
                        "\(field) of signal \(index) (\(label))", at: offset(start, 8), width: 8, in: -99_999_999...99_999_999)
            }
            let digitization = Digitization(
                physical: (try value("physical minimum", 104), try value("physical maximum", 112)),
                digital: (try digital("digital minimum", 120), try digital("digital maximum", 128)))
            signals.append(
                Signal(
                    label: label, transducer: fields.text(at: offset(16, 80), width: 80), unit: fields.text(at: offset(96, 8), width: 8),
                    digitization: digitization, prefiltering: fields.text(at: offset(136, 80), width: 80),
                    samplesPerRecord: try fields.integer(
                        "samples per record of signal \(index) (\(label))", at: offset(216, 8), width: 8, in: 0...99_999_999)))
        }
        return signals
    }
}

extension EDFFields {
    /// Bytes before the first data record. Where the field says something else than the signals take, the one that the file's size bears out.
    fileprivate mutating func headerSize(expected: Int, fileSize: Int, recordSize: Int, recordCount: Int) throws(EEGDataError) -> Int {
        let stated = decimalNumber(text(at: 184, width: 8)).flatMap { Int(exactly: $0) }
        if stated == expected { return expected }
        func isExact(_ size: Int) -> Bool {
            let dataSize = fileSize - size
            guard recordSize > 0, dataSize >= 0 else { return dataSize == 0 }
            return dataSize.isMultiple(of: recordSize) && (recordCount == -1 || dataSize / recordSize == recordCount)
        }
        if let stated, stated > expected, isExact(stated), !isExact(expected) {
            notes.append("\(stated - expected) bytes between the header and the first data record were ignored")
            return stated
        }
        guard isExact(expected) || (recordCount >= 0 && (recordSize == 0 || (fileSize - expected) / recordSize >= recordCount)) else {
            throw malformed(
                "bytes in the header", at: 184, width: 8, expected: "\(expected), or what the \(fileSize) bytes of the file bear out")
        }
        notes.append("the header declares a size of \(text(at: 184, width: 8)) bytes; its signals take \(expected)")
        return expected
    }

    /// The data records that can be read: those that are declared, as far as the file holds them.
    fileprivate mutating func recordCount(_ declared: Int, dataSize: Int, recordSize: Int, isStrict: Bool) throws(EEGDataError) -> Int {
        guard recordSize > 0 else { return 0 }
        let (present, trailing) = dataSize.quotientAndRemainder(dividingBy: recordSize)
        if trailing > 0 { notes.append("\(trailing) bytes after the last complete data record were ignored") }
        if declared == -1 {
            notes.append("the number of data records is not declared; the file holds \(present)")
            return present
        }
        if declared > present {
            guard !isStrict else {
                throw malformed(
                    "number of data records", at: 236, width: 8,
                    expected: "at most the \(present) complete records of \(recordSize) bytes in the file")
            }
            notes.append("the header declares \(declared) data records; the file is cut off after \(present)")
            return present
        }
        if declared < present { notes.append("\(present - declared) data records beyond the declared \(declared) were ignored") }
        return declared
    }

    /// The start by the clock. EDF+ writes the year in full in the recording field, or that the start is not known.
    fileprivate mutating func startTime(isPlus: Bool) -> StartTime? {
        let date = text(at: 168, width: 8).split(separator: ".").compactMap { Int($0) }
        let time = text(at: 176, width: 8).split(separator: ".").compactMap { Int($0) }
        let recording = text(at: 88, width: 80)
        let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        let match = isPlus ? recording.firstMatch(of: #/^Startdate ([0-9]{2})-([A-Za-z]{3})-([0-9]{4})(?: |$)/#) : nil
        let plusDate = match.flatMap { match -> [Int]? in
            guard let day = Int(match.1), let month = months.firstIndex(of: match.2.uppercased()), let year = Int(match.3) else { return nil }
            return [day, month + 1, year]
        }
        guard date.count == 3 || plusDate != nil, time.count == 3 else {
            notes.append("the start date and time could not be read")
            return nil
        }
        if isPlus, recording == "Startdate X" || recording.hasPrefix("Startdate X "), date == [1, 1, 85], time == [0, 0, 0] { return nil }
        // Two digits stand for 1985 to 2084.
        let parts = plusDate ?? [date[0], date[1], date[2] >= 85 ? date[2] &+ 1900 : date[2] &+ 2000]
        let start = StartTime(year: parts[2], month: parts[1], day: parts[0], hour: time[0], minute: time[1], second: time[2])
        if start == nil {
            notes.append("there is no such start date and time: \(text(at: 168, width: 8)) \(text(at: 176, width: 8))")
        }
        return start
    }
}
