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
        let repaired = cells.map(\.settings.training).filter { $0.denoising == .autoreject }
        let repair = repaired.first ?? first.settings.training
        guard repaired.allSatisfy({ $0.autorejectSearch == repair.autorejectSearch && $0.seed == repair.seed }) else {
            throw RunError("autoreject networks in \(expDir) differ in --autoreject_search or --seed: keep them in separate folders")
        }
        let data = try first.settings.data.load(jobs: work.jobs)
        for cell in cells { try data.contents.check(against: cell.files) }
        try run.evaluate(cells, on: data, corruption.settings, workers: work.workers, repair: ChannelRepair(repair, out: data.out))
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
        repair: ChannelRepair
    ) throws {
        try alone(in: evaluation) {
            let rows = try RobustnessEvaluation(
                run: self, cells: cells, data: data, corruption: corruption, workers: workers, repair: repair
            ).rows()
            try RobustnessFigure(rows: rows, isSimulated: data.isSimulated).write(to: figure)
            // The table is what tells that a run is finished.
            try write(([RobustnessRow.columns] + rows.enumerated().map { $1.csv($0) }).joined(separator: "\n") + "\n", to: results)
            removeFile(partialResults)
        }
        data.out("Table: \(results)")
        data.out("Figure: \(figure)")
    }
}
