import ArgumentParser
import EEGAugment
import EEGData
import EEGFiles
import EEGModels
import EEGTensor

struct TimeEpochs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "time",
        abstract: "Times epochs of training on windows from NPY files, for Benchmarks/dsf_epoch.py to set beside PyTorch.")

    @Argument(help: "The windows, [window, channel, time].")
    var windows: String

    @Argument(help: "Their labels.")
    var labels: String

    @Option(help: "Samples a second.")
    var samplingRate = 100.0

    @Option(name: .customLong("dsf_type"), help: "The spatial filter.")
    var dsfType = FilterType.vanilla

    @Option(help: "Epochs; the fastest counts.")
    var epochs = 3

    @Flag(help: "Corrupts the windows at random.")
    var augment = false

    func run() throws {
        let array = try NumericArray(npy: windows)
        let labels = try NumericArray(npy: labels).integers ?? []
        guard array.shape.count == 3, labels.count == array.shape[0], labels.allSatisfy((0..<1000).contains), epochs > 0 else {
            throw RunError("windows \(array.shape) and \(labels.count) labels, which must lie from 0 to 999")
        }
        let shape = SignalShape(
            channels: array.shape[1], samples: array.shape[2], samplingRate: samplingRate, outputs: (labels.max() ?? 0) + 1)
        var settings = TrainingSettings(filter: dsfType, denoising: .nothing)
        settings.epochs = epochs
        var model = try CellSettings(data: DataSettings(dataSet: .pc18), training: settings).model(shape)
        let dataset = TensorDataset(
            signals: Tensor(array.floats, shape: Shape(array.shape)), labels: labels, batchSize: settings.batchSize,
            shuffling: Generator(seed: 1))
        var trainer = Trainer(
            optimizer: .adamW(learningRate: settings.learningRate, weightDecay: settings.weightDecay), epochs: epochs,
            generator: Generator(seed: 2))
        trainer.metrics = [.balancedAccuracy]
        let corruption = AugmentationPipeline(augment ? [try ChannelCorruption(Corruption())] : [], generator: Generator(seed: 3))
        let history = try trainer.fit(&model, on: dataset.transformed(by: corruption))
        print(history.map(\.seconds).min() ?? 0)
    }
}
