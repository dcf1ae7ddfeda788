import Foundation

/// The folder of an experiment: a folder for each network, one for the evaluation, and the settings in `experiment.json`.
struct RunFolder {
    let path: String

    /// A folder named by the time.
    static func timed(in root: String, of dataset: DataSet) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "dd-MM-yy_HH-mm-ss"
        return "\(root)/\(dataset.rawValue)/\(formatter.string(from: Date()))"
    }

    /// The newest run with these settings that was not finished; nil where there is none.
    static func unfinished(in root: String, of dataset: DataSet, settings: ExperimentSettings) -> RunFolder? {
        let folder = "\(root)/\(dataset.rawValue)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let runs = names.map { RunFolder(path: "\(folder)/\($0)") }.filter {
            decoded(ExperimentSettings.self, from: $0.settings) == settings && !FileManager.default.fileExists(atPath: $0.results)
        }
        return runs.max { $0.modified < $1.modified }
    }

    var settings: String { path + "/experiment.json" }
    var evaluation: String { path + "/evaluate_noise_robustness" }
    var results: String { evaluation + "/noise_robustness_results.csv" }
    var figure: String { evaluation + "/noise_robustness.svg" }
    /// What an evaluation has found so far.
    var partialResults: String { evaluation + "/partial_results.json" }

    /// The folders that hold a trained network, in the order of their names.
    var cells: [CellFiles] { begunCells.filter(\.isComplete) }

    /// The folders that hold the settings of a network.
    var begunCells: [CellFiles] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().map { CellFiles(folder: "\(path)/\($0)") }.filter { FileManager.default.fileExists(atPath: $0.settings) }
    }

    private var modified: Date {
        (try? FileManager.default.attributesOfItem(atPath: settings)[.modificationDate] as? Date) ?? .distantPast
    }
}
