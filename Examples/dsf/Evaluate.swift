import ArgumentParser
import EEGData
import EEGFiles
import Foundation

/// How test recordings are corrupted.
struct CorruptionOptions: ParsableArguments {
    @Option(name: .customLong("corruption_seed"), help: "Where corrupted channels and their noise come from.")
    var seed: UInt32 = 87

    @Option(
        name: .customLong("corruption_randomness"),
        help:
            "corrected: independent numbers for each strength and recording; as_published: those of NumPy's RandomState, one after the other."
    )
    var randomness = Fidelity.corrected

    @Flag(name: .customLong("shared_masks"), help: "The same corrupted channels at all strengths, for smoother curves; not as published.")
    var sharesMasks = false

    var settings: CorruptionSettings { CorruptionSettings(seed: seed, randomness: randomness, sharesMasks: sharesMasks) }
}

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tests all networks of a run on recordings corrupted with five strengths; writes a table and a figure.",
        discussion: "Data and their split are those that the networks were trained with.")

    @Option(name: .customLong("exp_dir"), help: "The folder of the run.")
    var expDir: String

    @OptionGroup var corruption: CorruptionOptions
    @OptionGroup var work: WorkOptions

    func run() throws {
        let run = RunFolder(path: expDir)
        let cells = try run.trainedCells()
        guard let first = cells.first else { throw RunError("\(expDir) holds no trained network") }
        guard cells.allSatisfy({ $0.settings.data == first.settings.data }) else {
            throw RunError("the networks in \(expDir) were trained with different data")
        }
        let data = try first.settings.data.load(jobs: work.jobs, out: Output(isSimulated: first.settings.data.dataSet == .synthetic))
        let out = Output(isSimulated: data.isSimulated)
        try run.evaluate(
            cells, on: data, corruption.settings, workers: work.workers, repair: ChannelRepair(first.settings.training, out: out), out: out)
    }
}

extension RunFolder {
    /// The networks with their settings.
    func trainedCells() throws -> [(files: CellFiles, settings: CellSettings)] {
        try cells.map { files in
            guard let settings = decoded(CellSettings.self, from: files.settings) else {
                throw RunError("\(files.settings) cannot be read")
            }
            return (files, settings)
        }
    }

    /// Evaluates networks and writes table and figure.
    func evaluate(
        _ cells: [(files: CellFiles, settings: CellSettings)], on data: StagingData, _ corruption: CorruptionSettings, workers: Int,
        repair: ChannelRepair, out: Output
    ) throws {
        let rows = try RobustnessEvaluation(
            run: self, cells: cells, data: data, corruption: corruption, workers: workers, repair: repair, out: out
        ).rows()
        try RobustnessFigure(rows: rows, isSimulated: data.isSimulated).write(to: figure)
        // The table is what tells that a run is finished.
        try write(([RobustnessRow.columns] + rows.enumerated().map { $1.csv($0) }).joined(separator: "\n") + "\n", to: results)
        removeFile(partialResults)
        out("Table: \(results)")
        out("Figure: \(figure)")
    }
}
