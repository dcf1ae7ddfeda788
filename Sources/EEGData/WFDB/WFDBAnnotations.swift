/// A WFDB annotation file (`.atr`, `.qrs`, `.arousal` …): events at samples of a record.
public struct WFDBAnnotations: Sendable, Equatable {
    /// One event.
    public struct Event: Sendable, Equatable {
        /// The number of its sample.
        public var sample: Int
        /// What it is: 1 to 49, with a `symbol` each.
        public var code: Int
        public var subtype: Int
        public var channel: Int
        public var number: Int
        /// A text, such as a rhythm, a sleep stage or the beginning and end of an arousal.
        public var text: String

        public init(sample: Int, code: Int, subtype: Int = 0, channel: Int = 0, number: Int = 0, text: String = "") {
            self.sample = sample
            self.code = code
            self.subtype = subtype
            self.channel = channel
            self.number = number
            self.text = text
        }
    }

    public var events: [Event]
    /// Samples a second, where the file tells.
    public var samplingRate: Double?
    /// Codes that the file defines itself, with symbol and meaning.
    public var definitions: [Int: (symbol: String, meaning: String)] { storedDefinitions.mapValues { ($0.symbol, $0.meaning) } }
    private var storedDefinitions: [Int: Definition] = [:]
    /// What was odd about the file and how it was understood.
    public private(set) var notes: [String] = []

    private struct Definition: Sendable, Equatable {
        let symbol: String
        let meaning: String
    }

    /// The code of a comment, whose text says all.
    public static let note = 22

    public init(events: [Event], samplingRate: Double? = nil) {
        self.events = events
        self.samplingRate = samplingRate
    }

    /// The symbol of an event, as PhysioNet's tools print it: `N` for a normal beat, `"` for a note.
    public func symbol(of event: Event) -> String {
        if let definition = storedDefinitions[event.code] { return definition.symbol }
        return Self.symbols[event.code] ?? "[\(event.code)]"
    }

    private static let symbols: [Int: String] = [
        1: "N", 2: "L", 3: "R", 4: "a", 5: "V", 6: "F", 7: "J", 8: "A", 9: "S", 10: "E", 11: "j", 12: "/", 13: "Q", 14: "~", 16: "|",
        18: "s", 19: "T", 20: "*", 21: "D", 22: "\"", 23: "=", 24: "p", 25: "B", 26: "^", 27: "t", 28: "+", 29: "u", 30: "?", 31: "!",
        32: "[", 33: "]", 34: "e", 35: "n", 36: "@", 37: "x", 38: "f", 39: "(", 40: ")", 41: "r",
    ]
}

// MARK: Reading

extension WFDBAnnotations {
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        let file = try RandomAccessFile(path: path)
        // An event of two bytes takes about fifty in memory.
        guard file.size <= limits.decodedBytes / 32 else {
            throw .unsupported(
                file: path, format: "WFDB annotations", feature: "\(file.size) bytes decode to more than the limit of \(limits.decodedBytes)")
        }
        self.init(events: [])
        var reader = ByteReader(try file.bytes(at: 0, count: file.size), file: path, format: "WFDB annotations")
        var time = 0
        var channel = 0
        var number = 0
        var stored: [Event] = []
        var isEnded = false
        while reader.remaining >= 2, !isEnded {
            let word = Int(try reader.integer("annotation", as: UInt16.self))
            let (code, value) = (word >> 10, word & 1023)
            switch code {
            case 0 where value == 0: isEnded = true
            case 0...49:
                time = try Self.advance(time, by: value, reader)
                stored.append(Event(sample: time, code: code, channel: channel, number: number))
            case 59:
                let high = Int32(try reader.integer("step of 32 bits", as: Int16.self))
                let low = Int32(try reader.integer("step of 32 bits", as: UInt16.self))
                time = try Self.advance(time, by: Int(high << 16 | low), reader)
            case 60:
                number = Int(Int8(truncatingIfNeeded: value))
                if !stored.isEmpty { stored[stored.count - 1].number = number }
            case 61:
                if !stored.isEmpty { stored[stored.count - 1].subtype = Int(Int8(truncatingIfNeeded: value)) }
            case 62:
                channel = value & 0xFF
                if !stored.isEmpty { stored[stored.count - 1].channel = channel }
            case 63:
                let bytes = try reader.take(value, "text")
                if value % 2 == 1 { try reader.skip(1, "padding of a text") }
                var text = bytes
                while let last = text.last, last == 0 || last == 10 || last == 13 { text.removeLast() }
                if !stored.isEmpty { stored[stored.count - 1].text = decodeText(text) }
            default:
                throw reader.malformed("annotation code", expected: "0 to 49, or 59 to 63", found: "\(code)")
            }
        }
        if !isEnded { notes.append("the file has no end mark") }
        if isEnded, reader.remaining > 0 { notes.append("\(reader.remaining) bytes behind the end mark were left out") }
        takeDefinitions(from: stored)
    }

    private static func advance(_ time: Int, by step: Int, _ reader: ByteReader) throws(EEGDataError) -> Int {
        let (sum, overflow) = time.addingReportingOverflow(step)
        guard !overflow else { throw reader.malformed("time", expected: "a sum of 63 bits", found: "\(time) + \(step)") }
        return sum
    }

    /// Keeps what are events. Notes at sample 0 that begin with `##` say what the time base is and which codes are the file's own; code 0
    /// only moves the time.
    private mutating func takeDefinitions(from stored: [Event]) {
        var isDefining = false
        for event in stored where event.code != 0 {
            guard event.code == Self.note, event.sample == 0, isDefining || event.text.hasPrefix("##") else {
                events.append(event)
                continue
            }
            let words = event.text.split(separator: " ", maxSplits: 2)
            if event.text.hasPrefix("## annotation type definitions") {
                isDefining = true
            } else if event.text.hasPrefix("## end of definitions") {
                isDefining = false
            } else if event.text.hasPrefix("## time resolution:") {
                let rate = event.text.split(separator: " ").last.flatMap { Double($0) }
                if let rate, rate > 0, rate <= 1e9 { samplingRate = rate } else { notes.append("not understood: \(event.text)") }
            } else if isDefining, words.count >= 2, let code = Int(words[0]), (1...49).contains(code) {
                storedDefinitions[code] = Definition(symbol: String(words[1]), meaning: words.count > 2 ? String(words[2]) : "")
            } else {
                notes.append("not understood: \(event.text)")
            }
        }
    }
}

// MARK: Annotations of a recording

extension WFDBAnnotations {
    /// The events as annotations in seconds.
    ///
    /// A sleep stage (`W`, `N1`, `N2`, `N3`, `R`) lasts to the next stage, the last one thirty seconds, the length of an epoch of scoring. A pair
    /// of texts `(name` and `name)` becomes one annotation `name` from the first to the second. Other events have their text, or the symbol of
    /// their code, and no duration.
    ///
    /// - Parameter samplingRate: samples a second, where the file does not tell.
    public func annotations(samplingRate: Double) -> [Annotation] {
        let rate = self.samplingRate ?? samplingRate
        var result: [Annotation] = []
        var stage: Int?
        var open: [String: [Int]] = [:]
        for event in events {
            let onset = Double(event.sample) / rate
            if event.code == Self.note, Self.stages.contains(event.text) {
                if let stage { result[stage].duration = onset - result[stage].onset }
                stage = result.count
                result.append(Annotation(onset: onset, duration: Self.epoch, text: event.text))
            } else if event.code == Self.note, event.text.hasPrefix("("), event.text.count > 1 {
                let name = String(event.text.dropFirst())
                open[name, default: []].append(result.count)
                result.append(Annotation(onset: onset, text: name))
            } else if event.code == Self.note, event.text.hasSuffix(")"), let first = open[String(event.text.dropLast())]?.first {
                open[String(event.text.dropLast())]?.removeFirst()
                result[first].duration = onset - result[first].onset
            } else {
                result.append(Annotation(onset: onset, text: event.text.isEmpty ? symbol(of: event) : event.text))
            }
        }
        return result
    }

    /// The texts of sleep stages.
    static let stages: Set<String> = ["W", "N1", "N2", "N3", "R"]
    /// Seconds that a stage is scored for.
    static let epoch = 30.0
}
