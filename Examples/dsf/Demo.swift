import ArgumentParser
import EEGData
import EEGPlot
import EEGTensor
import Foundation

/// What a demonstration tells apart.
enum DemoTask: String, CaseIterable, ExpressibleByArgument {
    case arithmetic
    case eyeState = "eye-state"
}

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains networks with and without a dynamic spatial filter and tests them on corrupted recordings that were held out.",
        discussion: """
            By default mental arithmetic is told from rest in people who were not trained with. Without recordings it uses simulated ones; every line \
            says so. Scripts/eegmat-data and Scripts/eye-state-data fetch the recordings.
            """)

    @Option(help: "arithmetic (19 electrodes, people held out) or eye-state (14 electrodes, blocks of time held out).")
    var data = DemoTask.arithmetic

    @Option(help: "Of arithmetic: the folder with SubjectNN_1.edf and SubjectNN_2.edf.")
    var folder: String?

    @Option(help: "Of eye-state: the recording as EDF+ with annotations of the states.")
    var recording: String?

    @Option(help: "Runs with other first weights, orders, augmentation and corruption of the test.")
    var seeds = 5

    @Option(help: "Passes over the training windows.")
    var epochs = 15

    @Option(name: .customLong("batch_size"), help: "Windows of a batch.")
    var batchSize = 16

    @Option(name: .customLong("lr"), help: "Size of AdamW's steps; they fall to 0 along a cosine.")
    var learningRate = 2e-3

    @Option(help: "Parts that are held out in turn.")
    var folds = 4

    @Flag(help: "Adds classical methods of our own: covariances with regression, hand-crafted features with a random forest.")
    var baselines = false

    @Option(help: "Networks that are trained at a time; by default one a core.")
    var jobs = EEGRuntime.threads

    @Option(help: "The folder for the figures and the table as CSV.")
    var output = "dsf-demo"

    func validate() throws {
        try checkTraining(epochs: epochs, patience: 1, batchSize: batchSize, learningRate: learningRate)
        guard (1...1000).contains(seeds), (2...1000).contains(folds), (1...1024).contains(jobs) else {
            throw ValidationError("\(seeds) seeds, \(folds) folds, \(jobs) jobs")
        }
    }

    func run() throws {
        let start = ContinuousClock.now
        let data = try load()
        let out = Output(isSimulated: data.isSimulated)
        out("Dynamic spatial filtering: \(data.title)")
        out("Signals: \(data.preparation).")
        out("Held out: \(data.heldOut). \(data.windows.count) windows.")
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let runs = DemoRuns(
            data: data, methods: DemoMethod.networks + (baselines ? DemoMethod.baselines : []), seeds: seeds, epochs: epochs,
            batchSize: batchSize, learningRate: learningRate)
        let shown = try runs.exampleWindows()
        let (result, example) = try runs.results(jobs: jobs, showing: shown)
        for line in result.table { out(line) }
        try write(result.csv, to: "\(output)/balanced-accuracy.csv")
        try result.figure(of: data).write(to: "\(output)/balanced-accuracy.svg")
        try example.attentionFigure(isSimulated: data.isSimulated).write(to: "\(output)/attention.svg")
        try example.filterFigure(isSimulated: data.isSimulated).write(to: "\(output)/spatial-filters.svg")
        out(example.summary)
        out("Figures: \(["balanced-accuracy", "attention", "spatial-filters"].map { "\(output)/\($0).svg" }.joined(separator: ", "))")
        out("All of it took \(Int(((ContinuousClock.now - start) / .seconds(1)).rounded())) s.")
    }

    private func load() throws -> DemoData {
        switch data {
        case .arithmetic:
            if let folder { return try .arithmetic(in: folder, folds: folds) }
            return try .simulatedArithmetic(folds: folds, seed: 1)
        case .eyeState:
            if let recording { return try .eyeState(Recording(contentsOf: recording), folds: folds, isSimulated: false) }
            return try .eyeState(EyeStateSimulation().recording(using: Generator(seed: 1)), folds: folds, isSimulated: true)
        }
    }
}
