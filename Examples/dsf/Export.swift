import ArgumentParser
import EEGData
import EEGFiles
import EEGTensor

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes training windows as NPY files, [window, channel, time] in microvolts, for programs in other languages.")

    @OptionGroup var data: DataOptions
    @OptionGroup var work: WorkOptions

    @Option(help: "The most windows that are written, the first ones of the training part.")
    var windows = 512

    @Option(help: "Where the signals go; the labels go to the same name with -labels.")
    var output = "windows.npy"

    func validate() throws {
        guard windows > 0 else { throw ValidationError("the number of windows must be positive") }
    }

    func run() throws {
        let data = try data.settings.load(jobs: work.jobs)
        let training = data.training
        let indices = Array(0..<min(windows, training.count))
        let signals = try training.signals(of: indices)
        try makeFolder(of: output)
        try NumericArray(shape: Array(signals.shape), values: .float(signals.scalars)).writeNPY(to: output)
        let labels = output.hasSuffix(".npy") ? output.dropLast(4) + "-labels.npy" : output + "-labels"
        try NumericArray(shape: [indices.count], values: .int64(indices.map { Int64(training.windows[$0].label) })).writeNPY(
            to: String(labels))
        data.out("\(signals.shape) in \(output), labels in \(labels)")
    }
}
