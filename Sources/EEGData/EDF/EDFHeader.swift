/// The header of an EDF or EDF+ file: 256 bytes about the recording, then 256 bytes for each signal, stored field by field.
///
/// B. Kemp et al., "A simple format for exchange of digitized polygraphic recordings", Electroenceph. clin. Neurophysiol. 82 (1992);
/// B. Kemp and J. Olivan, "European data format 'plus' (EDF+)", Clin. Neurophysiol. 114 (2003).
struct EDFHeader {
    enum Variant: Equatable {
        case edf, plusContinuous, plusDiscontinuous
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
    static let annotationLabel = "EDF Annotations"
    private static let maximumSignals = 9999

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

    init(of file: RandomAccessFile) throws(EEGDataError) {
        guard file.size >= Self.fixedSize else {
            throw .malformed(
                file: file.path, format: "EDF", offset: 0, field: "header", expected: "at least \(Self.fixedSize) bytes",
                found: "\(file.size)")
        }
        var fields = EDFFields(file: file.path, bytes: try file.bytes(at: 0, count: Self.fixedSize))
        try fields.expectVersion()
        let signalCount = try fields.integer("number of signals", at: 252, width: 4, in: 0...Self.maximumSignals)
        let expectedSize = Self.fixedSize + signalCount * Self.signalSize
        guard file.size >= expectedSize else {
            throw .malformed(
                file: file.path, format: "EDF", offset: 252, field: "number of signals",
                expected: "a header of \(expectedSize) bytes for \(signalCount) signals inside the file", found: "\(file.size) bytes")
        }
        fields.bytes = try file.bytes(at: 0, count: expectedSize)

        switch fields.text(at: 192, width: 44) {
        case let reserved where reserved.hasPrefix("EDF+C"): variant = .plusContinuous
        case let reserved where reserved.hasPrefix("EDF+D"): variant = .plusDiscontinuous
        default: variant = .edf
        }
        recordDuration = try fields.number("duration of a data record", at: 244, width: 8)
        guard recordDuration >= 0 else {
            throw fields.malformed("duration of a data record", at: 244, width: 8, expected: "a number not below 0")
        }
        signals = try Self.readSignals(&fields, count: signalCount)

        var samplesPerRecord = 0
        for signal in signals { samplesPerRecord += signal.samplesPerRecord }
        recordSize = 2 * samplesPerRecord
        size = expectedSize
        if Int(fields.text(at: 184, width: 8)) != expectedSize {
            fields.notes.append("the header declares a size of \(fields.text(at: 184, width: 8)) bytes; its signals take \(expectedSize)")
        }
        start = Self.startTime(&fields, isPlus: variant != .edf)
        recordCount = try Self.countRecords(&fields, in: file, after: size, of: recordSize)
        notes = fields.notes
    }

    private static func readSignals(_ fields: inout EDFFields, count: Int) throws(EEGDataError) -> [Signal] {
        var signals: [Signal] = []
        for index in 0..<count {
            // Each field is stored for all signals before the next field begins.
            func offset(_ start: Int, _ width: Int) -> Int { fixedSize + count * start + index * width }
            let label = fields.text(at: offset(0, 16), width: 16)
            let isAnnotation = label == annotationLabel
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

    private static func countRecords(
        _ fields: inout EDFFields, in file: RandomAccessFile, after headerSize: Int, of recordSize: Int
    ) throws(EEGDataError) -> Int {
        let declared = try fields.integer("number of data records", at: 236, width: 8, in: -1...99_999_999)
        guard recordSize > 0 else { return 0 }
        let (present, trailing) = (file.size - headerSize).quotientAndRemainder(dividingBy: recordSize)
        if trailing > 0 { fields.notes.append("\(trailing) bytes after the last complete data record were ignored") }
        if declared == -1 {
            fields.notes.append("the number of data records is not declared; the file holds \(present)")
            return present
        }
        if declared > present {
            // A file cut inside its data is not what its writer meant it to be.
            throw fields.malformed(
                "number of data records", at: 236, width: 8,
                expected: "at most the \(present) complete records of \(recordSize) bytes in the file")
        }
        if declared < present { fields.notes.append("\(present - declared) data records beyond the declared \(declared) were ignored") }
        return declared
    }

    /// The start by the clock. EDF+ writes the year in full in the recording field, or that the start is not known.
    private static func startTime(_ fields: inout EDFFields, isPlus: Bool) -> StartTime? {
        let date = fields.text(at: 168, width: 8).split(separator: ".").compactMap { Int($0) }
        let time = fields.text(at: 176, width: 8).split(separator: ".").compactMap { Int($0) }
        guard date.count == 3, time.count == 3 else {
            fields.notes.append("the start date and time could not be read")
            return nil
        }
        if isPlus, fields.text(at: 88, width: 80).hasPrefix("Startdate X "), date == [1, 1, 85], time == [0, 0, 0] { return nil }
        var (day, month) = (date[0], date[1])
        // Two digits stand for 1985 to 2084.
        var year = date[2] >= 85 ? 1900 + date[2] : 2000 + date[2]
        let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        if isPlus, let match = fields.text(at: 88, width: 80).firstMatch(of: #/^Startdate ([0-9]{2})-([A-Za-z]{3})-([0-9]{4})/#),
            let plusDay = Int(match.1), let plusMonth = months.firstIndex(of: match.2.uppercased()), let plusYear = Int(match.3)
        {
            (day, month, year) = (plusDay, plusMonth + 1, plusYear)
        }
        let start = StartTime(year: year, month: month, day: day, hour: time[0], minute: time[1], second: time[2])
        if start == nil {
            fields.notes.append("there is no such start date and time: \(date[0]).\(date[1]).\(date[2]) \(time[0]).\(time[1]).\(time[2])")
        }
        return start
    }
}
