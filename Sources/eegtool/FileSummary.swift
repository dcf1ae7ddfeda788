import EEGData

/// What `info` says of a file.
struct FileSummary: Encodable {
    /// An array, a column or a text inside a file.
    struct Entry: Encodable {
        let name: String
        let type: String
        var shape: [Int]?
        var text: String?
        var statistics: RunningStatistics?
        /// Why the entry cannot be read.
        var error: String?
    }

    let file: String
    let format: String
    var recording: RecordingSummary?
    var entries: [Entry]?
    var attributes: [String: String]?
    var notes: [String] = []

    init(of path: String) throws(EEGDataError) {
        file = path
        let kind = try FileFormat(of: path)
        format = kind.rawValue
        if kind.isRecording {
            let recording = try Recording(contentsOf: path)
            self.recording = try RecordingSummary(of: recording, progress: ProgressBar("reading"))
            notes = recording.notes
        } else {
            try addEntries(kind, path)
        }
    }

    /// For people.
    var lines: [String] {
        var lines = ["file      \(file)", "format    \(format)"]
        lines += recording?.lines ?? []
        for (key, value) in (attributes ?? [:]).sorted(by: { $0.key < $1.key }) { lines.append("\(key): \(value)") }
        for entry in entries ?? [] {
            let shape = entry.shape.map { $0.isEmpty ? "" : " [\($0.map(String.init).joined(separator: ", "))]" } ?? ""
            let content = entry.error ?? entry.text ?? entry.statistics?.text
            lines.append("  \(entry.name)  \(entry.type)\(shape)" + (content.map { "  \($0)" } ?? ""))
        }
        for note in notes { lines.append("note      \(note)") }
        return lines
    }
}

extension FileSummary.Entry {
    /// An array of numbers with its statistics.
    init(_ name: String, _ array: NumericArray, shape: [Int]? = nil) {
        var statistics = RunningStatistics()
        statistics.add(array.doubles)
        self.init(name: name, type: array.values.typeName, shape: shape ?? array.shape, statistics: statistics)
    }

    init(_ name: String, type: String, text: String) {
        self.init(name: name, type: type, text: text.count > 200 ? text.prefix(200) + " …" : text)
    }
}
