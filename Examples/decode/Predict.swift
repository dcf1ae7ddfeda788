import ArgumentParser
import EEGData
import EEGModels
import EEGTensor

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gives the scores of a network for windows in an NPY file, with the weights of a checkpoint or new ones.")

    @Option(help: "The network: \(Network.allCases.map(\.rawValue).joined(separator: ", ")).")
    var network: Network

    @Option(help: "The windows, [window, channel, time].")
    var signals: String

    @Option(help: "Samples a second.")
    var samplingRate: Double

    @Option(help: "The classes.")
    var classes: Int

    @Option(help: "Where the scores go, [window, class] as NPY.")
    var output: String

    @Option(help: "The weights, as safetensors; default: new ones.")
    var checkpoint: String?

    @Option(help: "Where the weights go, as safetensors.")
    var save: String?

    func run() throws {
        let array = try NumericArray(npy: signals)
        guard array.shape.count == 3, array.count > 0, samplingRate > 0, samplingRate.isFinite, classes > 0 else {
            throw ValidationError("windows of shape \(array.shape) at \(samplingRate) Hz for \(classes) classes")
        }
        let shape = SignalShape(channels: array.shape[1], samples: array.shape[2], samplingRate: samplingRate, outputs: classes)
        let model = try network.model(shape, generator: Generator(seed: 1))
        if let checkpoint { try model.load(from: checkpoint) }
        let scores = model.compiled(batchSize: array.shape[0])(Tensor(array.floats, shape: Shape(array.shape)))
        try NumericArray(shape: Array(scores.shape), values: .float(scores.scalars)).writeNPY(to: output)
        if let save { try model.save(to: save) }
    }
}
