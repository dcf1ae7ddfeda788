import ArgumentParser
import Foundation

/// Where windows come from; names and defaults are those of the authors' program.
struct DataOptions: ParsableArguments {
    @Option(help: "pc18, pc18_debug (the first three records), synthetic (simulated nights) or edf (--train-file, --test-file).")
    var dataset = DataSet.pc18Debug

    @Option(name: .customLong("valid_size"), help: "The share of recordings to validate on.")
    var validSize = 0.2

    @Option(name: .customLong("test_size"), help: "The share of recordings to test on.")
    var testSize = 0.2

    @Option(name: .customLong("random_state_valid"), help: "Where the choice of recordings to validate on comes from.")
    var randomStateValid: UInt32 = 87

    @Option(name: .customLong("random_state_test"), help: "Where the choice of recordings to test on comes from.")
    var randomStateTest: UInt32 = 87

    @Option(name: .customLong("window_size_s"), help: "Seconds of a window.")
    var windowSize = 30

    @Option(
        name: .customLong("train-file"),
        help: """
            Of edf: a file to train with, its hypnogram among its annotations or beside it (SC4001EC-Hypnogram.edf for SC4001E0-PSG.edf); may be \
            given again.
            """)
    var trainFiles: [String] = []

    @Option(
        name: .customLong("valid-file"),
        help: "Of edf: a file to validate on; may be given again. Without one the network after the last epoch counts.")
    var validFiles: [String] = []

    @Option(name: .customLong("test-file"), help: "Of edf: a file to test on; may be given again.")
    var testFiles: [String] = []

    @Option(help: "Of synthetic: the number of nights.")
    var recordings = 12

    @Option(help: "Of synthetic: hours of a night.")
    var hours = 1.0

    var settings: DataSettings { settings(of: dataset) }

    func settings(of dataset: DataSet) -> DataSettings {
        DataSettings(
            dataSet: dataset, validationShare: validSize, testShare: testSize, validationSeed: randomStateValid, testSeed: randomStateTest,
            windowLength: windowSize, trainingFiles: trainFiles.map(absolute), validationFiles: validFiles.map(absolute),
            testFiles: testFiles.map(absolute), recordings: recordings, hours: hours)
    }

    private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    func validate() throws {
        guard dataset != .edf || !(trainFiles.isEmpty || testFiles.isEmpty) else {
            throw ValidationError("edf needs --train-file and --test-file")
        }
        let twice = Set(trainFiles.map(absolute)).intersection((validFiles + testFiles).map(absolute)).sorted()
        guard twice.isEmpty else { throw ValidationError("to train with and to validate or test on: \(twice.joined(separator: ", "))") }
        guard (1...3600).contains(windowSize), (3...9999).contains(recordings), hours > 0, hours <= 24 else {
            throw ValidationError(
                "expected are windows of 1 to 3600 s, 3 to 9999 recordings and up to 24 hours, not \(windowSize), \(recordings), \(hours)")
        }
    }
}

/// `true` or `false`, as in Swift or as in Python.
@Sendable func boolean(_ text: String) throws -> Bool {
    switch text {
    case "true", "True": true
    case "false", "False": false
    default: throw ValidationError("'\(text)' is neither true nor false")
    }
}

/// A number, or Python's `None`.
struct OptionalCount: ExpressibleByArgument {
    let value: Int?

    init(value: Int?) { self.value = value }

    init?(argument: String) {
        guard argument != "None" else {
            value = nil
            return
        }
        guard let number = Int(argument) else { return nil }
        value = number
    }

    var defaultValueDescription: String { value.map(String.init) ?? "None" }
}

/// Refuses settings of training that make no sense.
func checkTraining(epochs: Int, patience: Int, batchSize: Int, learningRate: Double) throws {
    let counts = 1...1_000_000
    guard counts.contains(epochs), counts.contains(patience), counts.contains(batchSize), learningRate > 0, learningRate.isFinite else {
        throw ValidationError("epochs, patience, the size of a batch (1 to 1,000,000 each) and the learning rate must be positive")
    }
}

/// How much is done at a time.
struct WorkOptions: ParsableArguments {
    @Option(name: .customLong("n_jobs"), help: "Recordings that are preprocessed at a time.")
    var jobs = 1

    @Option(name: .customLong("num_workers"), help: "Threads that read windows ahead; 0 to read between batches.")
    var workers = 0

    @Option(
        help: "Kept for scripts: results are always the same for the same seeds, whatever this says and however many threads there are.",
        transform: boolean)
    var deterministic = true

    func validate() throws {
        guard (1...1024).contains(jobs), (0...64).contains(workers) else { throw ValidationError("\(jobs) jobs, \(workers) workers") }
    }
}

/// Which of the authors' errors are kept.
struct FidelityOptions: ParsableArguments {
    @Option(
        name: .customLong("class_weight_order"),
        help: "corrected: by class; as_published: in the order in which classes first occur among the training windows.")
    var classWeightOrder = Fidelity.corrected

    @Option(
        name: .customLong("autoreject_search"),
        help: "corrected: thresholds that do not depend on the unit, fresh windows for each setting; as_published: neither.")
    var autorejectSearch = Fidelity.corrected
}
