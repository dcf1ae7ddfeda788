internal import Foundation

/// The text header of a WFDB record (`.hea`): a line for the record, a line for each signal, and comments.
struct WFDBHeader {
    struct Signal {
        let fileName: String
        let format: Int
        let samplesPerFrame: Int
        /// Frames by which the stored samples are late.
        let skew: Int
        /// Bytes in front of the samples.
        let byteOffset: Int
        /// Stored steps in one physical unit.
        let gain: Double
        /// The stored value of physical 0.
        let baseline: Int
        let unit: String
        let firstValue: Int?
        /// The sum of all stored values modulo 2¹⁶.
        let checksum: Int?
        let description: String
    }

    let name: String
    /// Frames a second.
    let frameRate: Double
    /// Nil where the header does not tell.
    let frameCount: Int?
    let start: StartTime?
    let startOffset: Double
    let signals: [Signal]
    /// The comments, without their `#`: age, sex, diagnoses …
    let comments: [String]
    let notes: [String]

    /// More signals than any record has.
    private static let mostSignals = 10_000
    static let largestSize = 1 << 22

    init(_ file: RandomAccessFile) throws(EEGDataError) {
        guard file.size <= Self.largestSize else {
            throw .malformed(
                file: file.path, format: "WFDB", offset: nil, field: "size of the header", expected: "\(Self.largestSize) bytes at most",
                found: "\(file.size)")
        }
        var lines: [WFDBLine] = []
        var comments: [String] = []
        var offset = 0
        for bytes in try file.bytes(at: 0, count: file.size).split(separator: 10, omittingEmptySubsequences: false) {
            let text = decodeText(bytes).trimmingCharacters(in: .whitespacesAndNewlines)
            if text.hasPrefix("#") {
                comments.append(text.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces))
            } else if !text.isEmpty {
                lines.append(WFDBLine(text, file: file.path, offset: offset))
            }
            offset += bytes.count + 1
        }
        guard var recordLine = lines.first else {
            throw .malformed(file: file.path, format: "WFDB", offset: 0, field: "record line", expected: "a line", found: "none")
        }
        self.comments = comments
        var notes: [String] = []

        let nameParts = try recordLine.word("record name").split(separator: "/", maxSplits: 1)
        guard nameParts.count == 1, let name = nameParts.first else {
            throw .unsupported(file: file.path, format: "WFDB", feature: "records of several segments")
        }
        self.name = String(name)
        let signalCount = try recordLine.integer("number of signals", try recordLine.word("number of signals"), in: 0...Self.mostSignals)
        // Frame rate, a slash, and the rate and first value of a counter, which nothing here needs.
        let rate = recordLine.optionalWord()?.split(separator: "/").first
        let rateValue = try rate.map { (text) throws(EEGDataError) in try recordLine.number("sampling frequency", text) } ?? 0
        guard (0...1e9).contains(rateValue) else {
            throw recordLine.malformed("sampling frequency", expected: "0 to 1e9", found: "\(rateValue)")
        }
        frameRate = rateValue == 0 ? 250 : rateValue
        let count = try recordLine.optionalWord().map { (text) throws(EEGDataError) in
            try recordLine.integer("number of samples", text, in: 0...(1 << 40))
        }
        frameCount = count == 0 ? nil : count
        let time = recordLine.rest()
        (start, startOffset) = Self.start(time)
        if start == nil, time.contains(" ") { notes.append("the start time \"\(time)\" is not understood") }
        if name.contains(".") { notes.append("the record name \(name) has a dot, which the format does not allow") }

        guard lines.count - 1 >= signalCount else {
            throw recordLine.malformed("signals", expected: "\(signalCount) lines", found: "\(lines.count - 1)")
        }
        if lines.count - 1 > signalCount { notes.append("\(lines.count - 1 - signalCount) lines behind the signals were left out") }
        var signals: [Signal] = []
        for index in 0..<signalCount { signals.append(try Signal(&lines[index + 1])) }
        self.signals = signals
        self.notes = notes
    }

    /// `HH:MM:SS[.fff] DD/MM/YYYY`; nil for anything else, also for a time without a date.
    private static func start(_ text: String) -> (StartTime?, Double) {
        let pattern = #/(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)? +(\d{1,2})/(\d{1,2})/(\d{4})/#
        guard let match = text.wholeMatch(of: pattern)?.output,
            let hour = Int(match.1), let minute = Int(match.2), let second = Int(match.3), let day = Int(match.5), let month = Int(match.6),
            let year = Int(match.7)
        else { return (nil, 0) }
        return (
            StartTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second),
            match.4.flatMap { Double("0" + $0) } ?? 0
        )
    }
}

extension WFDBHeader.Signal {
    /// Reads `file format[xS][:skew][+offset] [gain[(baseline)][/unit] [bits [zero [first [checksum [block [description]]]]]]]`.
    fileprivate init(_ line: inout WFDBLine) throws(EEGDataError) {
        fileName = String(try line.word("signal file"))

        let formatWord = try line.word("format")
        guard let match = formatWord.wholeMatch(of: #/(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?/#)?.output else {
            throw line.malformed("format", expected: "a number, with x, : and + parts", found: String(formatWord))
        }
        format = try line.integer("format", match.1, in: 0...9999)
        samplesPerFrame = try match.2.map { (text) throws(EEGDataError) in try line.integer("samples per frame", text, in: 1...100_000) } ?? 1
        skew = try match.3.map { (text) throws(EEGDataError) in try line.integer("skew", text, in: 0...1_000_000) } ?? 0
        byteOffset = try match.4.map { (text) throws(EEGDataError) in try line.integer("byte offset", text, in: 0...(1 << 40)) } ?? 0

        let integers = Int(Int32.min)...Int(Int32.max)
        let gainWord = line.optionalWord() ?? ""
        guard let match = gainWord.wholeMatch(of: #/([^(/]*)(?:\(([^)]*)\))?(?:/(.*))?/#)?.output else {
            throw line.malformed("gain", expected: "a number, (baseline) and /unit", found: String(gainWord))
        }
        let stated = match.1.isEmpty ? 0 : try line.number("gain", match.1)
        gain = stated == 0 ? 200 : stated
        unit = match.3.map(String.init) ?? "mV"
        _ = line.optionalWord()  // the resolution of the converter in bits
        let zero = try line.optionalWord().map { (text) throws(EEGDataError) in try line.integer("ADC zero", text, in: integers) } ?? 0
        baseline = try match.2.map { (text) throws(EEGDataError) in try line.integer("baseline", text, in: integers) } ?? zero
        firstValue = try line.optionalWord().map { (text) throws(EEGDataError) in try line.integer("first value", text, in: integers) }
        checksum = try line.optionalWord().map { (text) throws(EEGDataError) in try line.integer("checksum", text, in: integers) }
        _ = line.optionalWord()  // the block size of special devices
        description = line.rest()
    }
}

/// A line of a header, read word by word.
struct WFDBLine {
    private var text: Substring
    private let file: String
    private let offset: Int

    init(_ text: String, file: String, offset: Int) {
        self.text = Substring(text)
        self.file = file
        self.offset = offset
    }

    mutating func optionalWord() -> Substring? {
        text = text.drop { $0 == " " || $0 == "\t" }
        let word = text.prefix { $0 != " " && $0 != "\t" }
        text = text[word.endIndex...]
        return word.isEmpty ? nil : word
    }

    mutating func word(_ field: String) throws(EEGDataError) -> Substring {
        guard let word = optionalWord() else { throw malformed(field, expected: "a word", found: "the end of the line") }
        return word
    }

    /// What is left of the line.
    mutating func rest() -> String {
        defer { text = "" }
        return text.trimmingCharacters(in: .whitespaces)
    }

    func number(_ field: String, _ text: Substring) throws(EEGDataError) -> Double {
        guard let value = Double(text), value.isFinite else { throw malformed(field, expected: "a number", found: String(text)) }
        return value
    }

    func integer(_ field: String, _ text: Substring, in range: ClosedRange<Int>) throws(EEGDataError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw malformed(field, expected: "an integer in \(range)", found: String(text.prefix(40)))
        }
        return value
    }

    func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
        .malformed(file: file, format: "WFDB", offset: offset, field: field, expected: expected, found: found)
    }
}
