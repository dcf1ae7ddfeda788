import ArgumentParser
import Foundation

/// The published experiments, and one on simulated nights.
enum ExperimentKind: String, CaseIterable, ExpressibleByArgument {
    case pc18
    case pc18Debug = "pc18-debug"
    case synthetic

    var dataset: DataSet {
        switch self {
        case .pc18: .pc18
        case .pc18Debug: .pc18Debug
        case .synthetic: .synthetic
        }
    }

    /// Learning rate, epochs and patience.
    var defaults: (learningRate: Double, epochs: Int, patience: Int) {
        switch self {
        case .pc18: (1e-3, 40, 7)
        case .pc18Debug: (4e-4, 2, 2)
        case .synthetic: (1e-3, 10, 7)
        }
    }
}

/// What an experiment consists of; a run that was ended goes on only with the same.
struct ExperimentSettings: Codable, Equatable {
    var cells: [CellSettings]
    var corruption: CorruptionSettings
}

struct Experiment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains the grid of three filters and three ways of denoising, and tests all nine networks on corrupted recordings.",
        discussion: "A run that was ended goes on where it was when the same command is given again, and ends with the same table.")

    @Argument(help: "pc18, pc18-debug (three recordings, two epochs) or synthetic (simulated nights).")
    var kind: ExperimentKind

    @Option(name: .customLong("save_dir"), help: "Where runs go: in a folder of the data set and one of the time.")
    var saveDir = "./runs"

    @Flag(help: "Starts anew, even where an earlier run was not finished.")
    var fresh = false

    @Option(help: "Where first weights, orders, dropout and augmentation come from.")
    var seed: UInt64 = 87

    @Option(name: .customLong("lr"), help: "Size of AdamW's steps; by default that of the experiment.")
    var learningRate: Double?

    @Option(name: .customLong("batch_size"), help: "Windows of a batch.")
    var batchSize = 64

    @Option(name: .customLong("n_epochs"), help: "Passes over the training windows; by default those of the experiment.")
    var epochs: Int?

    @Option(help: "Epochs without a lower validation loss, after which training ends; by default those of the experiment.")
    var patience: Int?

    @Option(help: "Of synthetic: the number of nights.")
    var recordings = 12

    @Option(help: "Of synthetic: hours of a night.")
    var hours = 1.0

    @OptionGroup var corruption: CorruptionOptions
    @OptionGroup var fidelity: FidelityOptions
    @OptionGroup var work: WorkOptions

    func validate() throws {
        try checkTraining(epochs: epochs ?? 1, patience: patience ?? 1, batchSize: batchSize, learningRate: learningRate ?? 1)
        guard (3...9999).contains(recordings), hours > 0, hours <= 24 else {
            throw ValidationError("\(recordings) recordings of \(hours) hours")
        }
    }

    func run() throws {
        let settings = settings
        let data = try settings.cells[0].data.load(jobs: work.jobs)
        let run = findRun(settings, data.out)
        try alone(in: run.path) { try trainAndEvaluate(settings, on: data, in: run) }
    }

    private func trainAndEvaluate(_ settings: ExperimentSettings, on data: StagingData, in run: RunFolder) throws {
        let out = data.out
        for files in run.begunCells { try data.contents.check(against: files) }
        try write(json(settings), to: run.settings)
        let repair = ChannelRepair(settings.cells[0].training, out: out)
        for (number, cell) in settings.cells.enumerated() {
            let files = CellFiles(folder: "\(run.path)/\(cell.folderName)")
            out("Network \(number + 1) of \(settings.cells.count)\(files.isComplete ? ": \(cell.folderName) is trained" : "")")
            guard !files.isComplete else { continue }
            try CellTraining(settings: cell, data: data, files: files, workers: work.workers, repair: repair).run()
        }
        let cells = settings.cells.map { (CellFiles(folder: "\(run.path)/\($0.folderName)"), $0) }
        try run.evaluate(cells, on: data, settings.corruption, workers: work.workers, repair: repair)
    }

    private var settings: ExperimentSettings {
        let defaults = kind.defaults
        let data = DataSettings(dataSet: kind.dataset, recordings: recordings, hours: hours)
        let cells = FilterType.published.flatMap { filter in
            Denoising.allCases.map { denoising in
                CellSettings(
                    data: data,
                    training: TrainingSettings(
                        filter: filter, denoising: denoising, learningRate: learningRate ?? defaults.learningRate, batchSize: batchSize,
                        epochs: epochs ?? defaults.epochs, patience: patience ?? defaults.patience, seed: seed,
                        classWeightOrder: fidelity.classWeightOrder, autorejectSearch: fidelity.autorejectSearch))
            }
        }
        return ExperimentSettings(cells: cells, corruption: corruption.settings)
    }

    private func findRun(_ settings: ExperimentSettings, _ out: Output) -> RunFolder {
        if !fresh, let run = RunFolder.unfinished(in: saveDir, of: kind.dataset, settings: settings) {
            out("Going on with \(run.path)")
            return run
        }
        let run = RunFolder(path: RunFolder.timed(in: saveDir, of: kind.dataset))
        out("Run: \(run.path)")
        return run
    }
}
