import ArgumentParser
import EEGData
import EEGModels
import EEGPlot
import EEGTensor

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains EEGNet and tests it on stretches of the recording that were held out.",
        discussion: "Without a recording it trains on a simulated one; every line says so. Scripts/eye-state-data fetches the recording.")

    @Option(help: "The recording as EDF+ with annotations of the states.")
    var recording: String?

    @Option(help: "Where the figure goes.")
    var figure = "eye-state.svg"

    @Option(help: "Passes over the training windows.")
    var epochs = 40

    @Option(help: "Parts of the recording that are held out in turn.")
    var folds = 5

    @Option(help: "Seconds between training and test windows.")
    var gap = 1.0

    @Option(help: "Seconds of a window.")
    var windowLength = 2.0

    @Option(help: "Seconds from the start of a window to that of the next.")
    var windowStride = 0.25

    @Option(help: "Windows of a batch.")
    var batchSize = 32

    @Option(help: "Size of the optimiser's steps.")
    var learningRate = 1e-3

    @Option(help: "Where all random numbers come from.")
    var seed: UInt64 = 1

    func run() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let out = Output(isSimulated: recording == nil)
        let recording = try load(out)
        let windows = try cut(recording, out)
        let result = try crossValidate(windows, out)
        let seconds = (clock.now - start) / .seconds(1)
        let summary = [
            "accuracy \(percent(result.confusion.accuracy)), balanced accuracy \(percent(result.confusion.balancedAccuracy)); "
                + "always the more frequent class: \(percent(result.confusion.majorityShare)), balanced \(percent(0.5))",
            chanceNote(windows: windows, tested: result.confusion.total),
        ]
        out("All folds: " + summary[0])
        out(summary[1])
        out("Training and tests took \(oneDecimal(seconds)) s.")
        try resultFigure(of: recording, result, summary: summary, isSimulated: self.recording == nil).write(to: figure)
        out("Figure: \(figure)")
    }

    private func load(_ out: Output) throws -> Recording {
        guard let path = recording else {
            out("No recording: this run uses a simulated one (1/f background, alpha rhythm while the eyes are closed, blinks).")
            return try EyeStateSimulation().recording(using: Generator(seed: seed).stream("simulation"))
        }
        let recording = try Recording(contentsOf: path)
        out("\(path): \(recording.channels.count) channels, \(oneDecimal(recording.duration)) s")
        for note in recording.notes { out("Note: \(note)") }
        return recording
    }

    /// Repairs artefacts and cuts windows.
    private func cut(_ recording: Recording, _ out: Output) throws -> WindowSet {
        let artefacts = recording.annotations.filter { $0.text == State.artefact }
        if !artefacts.isEmpty {
            let times = artefacts.map { "\($0.onset)" }.joined(separator: ", ")
            out("Artefacts: all channels are interpolated over \(artefacts.count) samples, at \(times) s.")
        }
        let repaired = try recording.interpolating { $0.text == State.artefact }
        var windows = try repaired.windows(inStates: [State.open: 0, State.closed: 1], label: .middle, length: windowLength, stride: windowStride)
        windows.removesMean = true
        out(
            "Windows: \(windows.count) of \(windowLength) s, every \(windowStride) s, labelled by the state at their middle: "
                + "\(windows.classCounts[0]) with eyes open, \(windows.classCounts[1]) closed. Each is read without its mean.")
        return windows
    }

    private func crossValidate(_ windows: WindowSet, _ out: Output) throws -> CrossValidation {
        let generator = Generator(seed: seed)
        let trainer = Trainer(optimizer: .adamW(learningRate: learningRate), epochs: epochs, generator: generator.stream("training"))
        var result = CrossValidation()
        out("Test: \(folds) folds of 2 stretches each, \(gap) s apart from training; the network after the last epoch counts.")
        for (number, fold) in try windows.timeBlockFolds(folds, blocksPerFold: 2, gap: gap).enumerated() {
            let standardization = try Standardization(fitting: fold.training)
            let training = try DataLoader(
                fold.training, batchSize: batchSize, standardization: standardization, shuffling: generator.stream("order", number))
            let testing = try DataLoader(fold.testing, batchSize: batchSize, standardization: standardization)
            var model = try EEGNet(fold.training.shape, generator: generator.stream("weights", number))
            if number == 0 { out("EEGNet: \(model.parameterCount) parameters") }
            let stretches = fold.testBlocks.map { "\(oneDecimal($0.lowerBound)) to \(oneDecimal($0.upperBound)) s" }
            out(
                "Fold \(number + 1): \(fold.training.count) training windows, \(fold.testing.count) test windows from "
                    + stretches.joined(separator: " and "))
            let history = try trainer.fit(&model, on: training, validating: testing) { out("  \($0)") }
            result.add(history)
            if let confusion = history.last?.validation?.confusion {
                out(
                    "Fold \(number + 1): accuracy \(percent(confusion.accuracy)), balanced accuracy \(percent(confusion.balancedAccuracy)); "
                        + "always the more frequent class: \(percent(confusion.majorityShare))")
            }
        }
        return result
    }

    /// How far from one half chance alone may lead: two standard errors for as many windows as do not overlap.
    private func chanceNote(windows: WindowSet, tested: Int) -> String {
        let independent = max(1, Double(tested) * min(1, windowStride / windowLength))
        let error = 2 * (0.25 / independent).squareRoot()
        return "Chance: \(percent(0.5)) give or take \(percent(error)), two standard errors of \(Int(independent)) windows that do not overlap; "
            + "neighbouring ones are alike, so the true spread is wider."
    }
}

/// Prints lines, marking each where the data are simulated.
struct Output {
    let isSimulated: Bool

    func callAsFunction(_ line: String) { print(isSimulated ? "[simulated] \(line)" : line) }
}

func percent(_ share: Double) -> String { share.isFinite ? "\(oneDecimal(share * 100)) %" : "undefined" }

func oneDecimal(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
