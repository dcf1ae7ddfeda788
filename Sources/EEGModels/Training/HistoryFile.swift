internal import EEGFiles
internal import EEGPlot

/// Keeps a file of the history up to date: written anew after each epoch, as a whole, so that it is complete at any time.
public struct HistoryFile: TrainingCallback {
    /// How the history is written.
    public enum Format: String, Sendable, CaseIterable {
        case csv, jsonLines = "jsonl", svg
    }

    public let path: String
    public let format: Format

    /// - Parameter path: ends in .csv, .jsonl or .svg, which tells the format.
    /// - Throws: `TrainingError.invalidSetting` for another ending.
    public init(_ path: String) throws(TrainingError) {
        guard let format = Format.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else {
            throw .invalidSetting(name: "history file", expected: "a name that ends in .csv, .jsonl or .svg", found: path)
        }
        self.path = path
        self.format = format
    }

    public func epochDidEnd(_ history: TrainingHistory, model: any Model) throws -> TrainingDecision {
        let text =
            switch format {
            case .csv: history.csv
            case .jsonLines: history.jsonLines
            case .svg: history.figure().svg()
            }
        var file = try AtomicFile(path: path)
        try file.write(text.utf8)
        try file.commit()
        return .goOn
    }
}
