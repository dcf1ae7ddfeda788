import ArgumentParser
import EEGModels
import EEGPlot
import EEGTensor
import Foundation

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains a network on every fold with several seeds; prints and writes what it reaches on what was held out.")

    @OptionGroup var options: DataOptions

    @Option(help: "The network: \(Network.allCases.map(\.rawValue).joined(separator: ", ")).")
    var network: Network = .eegNet

    @Option(help: "Runs with different first weights and orders.")
    var seeds = 5

    @Option(help: "Passes over the training windows.")
    var epochs = 30

    @Option(help: "Windows of a batch.")
    var batchSize = 32

    @Option(help: "Size of AdamW's steps; they fall to 0 along a cosine.")
    var learningRate = 1e-3

    @Option(help: "Decay of the weights.")
    var weightDecay = 1e-2

    @Option(help: "The results as CSV, one line a fold and seed.")
    var table: String?

    @Option(help: "The results as a figure.")
    var figure: String?

    func validate() throws {
        guard seeds > 0, epochs > 0, batchSize > 0 else { throw ValidationError("seeds, epochs and the size of a batch must be at least 1") }
    }

    func run() throws {
        let folds = try options.folds()
        let shape = folds[0].shape
        print("\(options.task.rawValue): \(options.task.preparation)")
        print("\(network.rawValue) on windows of \(shape.channels) channels and \(shape.samples) samples at \(shape.samplingRate) Hz")
        var results: [FoldResult] = []
        for seed in 1...UInt64(seeds) {
            for fold in folds {
                let result = try train(on: fold, seed: seed)
                print("seed \(seed), \(fold.name): \(result)")
                results.append(result)
            }
        }
        let summary = Summary(results)
        print("\(options.task.rawValue), \(network.rawValue): \(summary)")
        if let table { try summary.csv(network: network.rawValue).write(toFile: table, atomically: true, encoding: .utf8) }
        if let figure {
            try summary.figure(title: "\(network.rawValue): \(options.task.rawValue)", classes: options.task.classes).write(to: figure)
        }
    }

    private func train(on fold: Fold, seed: UInt64) throws -> FoldResult {
        let generator = Generator(seed: seed)
        let training = TensorDataset(
            signals: fold.training.signals, labels: fold.training.labels, batchSize: batchSize,
            shuffling: generator.stream("order"))
        let test = TensorDataset(signals: fold.test.signals, labels: fold.test.labels, batchSize: batchSize)
        var trainer = Trainer(
            optimizer: .adamW(learningRate: learningRate, weightDecay: weightDecay), epochs: epochs, generator: generator.stream("training"))
        trainer.schedule = CosineAnnealing(over: .steps(epochs * ((training.count + batchSize - 1) / batchSize)))
        trainer.loss = .crossEntropy(classWeights: classWeights(fold.training.labels, classes: fold.shape.outputs))
        return try fitted(network.model(fold.shape, generator: generator.stream("weights")), trainer, training, test, fold, seed)
    }

    private func fitted(
        _ model: some Model, _ trainer: Trainer, _ training: TensorDataset, _ test: TensorDataset, _ fold: Fold, _ seed: UInt64
    ) throws -> FoldResult {
        var model = model
        try trainer.fit(&model, on: training)
        return FoldResult(seed: seed, fold: fold.name, confusion: try model.evaluate(on: test).confusion)
    }

    private func classWeights(_ labels: [Int], classes: Int) -> [Float] {
        (0..<classes).map { index in
            let count = labels.count { $0 == index }
            return count == 0 ? 0 : Float(labels.count) / Float(classes * count)
        }
    }
}
