import EEGAugment
import EEGData
import EEGModels
import EEGTensor
import Foundation

/// Trains a network on windows of sleep and writes all that belongs to it.
struct CellTraining {
    let settings: CellSettings
    let data: StagingData
    let files: CellFiles
    /// Threads that read ahead.
    let workers: Int
    let repair: ChannelRepair
    private var out: Output { data.out }

    /// Trains to the end, from where an earlier run was ended if there was one, and reports the result on the test recordings.
    func run() throws { try alone(in: files.folder, train) }

    private func train() throws {
        if FileManager.default.fileExists(atPath: files.settings) {
            guard decoded(CellSettings.self, from: files.settings) == settings else {
                throw RunError("\(files.folder) holds a network with other settings: choose another folder, or remove it")
            }
            try data.contents.check(against: files)
        }
        // Before the settings: where these are, the data are known.
        try write(json(data.contents), to: files.data)
        try write(json(settings), to: files.settings)
        var model = try settings.model(data.training.shape)
        out("\(settings.folderName): \(model.parameterCount) parameters to train")
        let training = settings.training
        let history = try trainer().fit(
            &model, on: try trainingLoader(), validating: try data.validation.map { try loader($0) }
        ) { out("  \($0)") }
        if let best = history.bestEpoch { out("  lowest validation loss after epoch \(best) of \(history.count)") }
        try model.save(to: files.weights)
        let test = try model.evaluate(on: loader(data.test), loss: loss)
        let report = TestReport(confusion: test.confusion, classes: StagingData.classes).text
        out(report)
        let title = "\(data.isSimulated ? "SIMULATED nights: " : "")\(settings.folderName), seed \(training.seed)"
        try write("\(title)\n\(report)\n", to: files.report)
    }

    private func trainingLoader() throws -> DataLoader {
        let training = settings.training
        let generator = Generator(seed: training.seed)
        let loader = try loader(data.training, shuffling: generator.stream("order"))
        guard training.denoising == .augmentation else { return loader }
        return loader.transformed(
            by: AugmentationPipeline([try ChannelCorruption(Corruption())], generator: generator.stream("augmentation")))
    }

    private func loader(_ windows: WindowSet, shuffling: Generator? = nil) throws -> DataLoader {
        let batchSize = settings.training.batchSize
        let loader = try DataLoader(windows, batchSize: batchSize, shuffling: shuffling, workers: workers)
        guard settings.training.denoising == .autoreject else { return loader }
        return loader.transformed(
            by: try repair.fitted(to: DataLoader(windows, batchSize: batchSize, workers: workers), isCorrupted: false))
    }

    private func trainer() -> Trainer {
        let training = settings.training
        var trainer = Trainer(
            optimizer: .adamW(learningRate: training.learningRate, weightDecay: training.weightDecay), epochs: training.epochs,
            generator: Generator(seed: training.seed).stream("dropout"))
        trainer.loss = loss
        // The last epoch has a learning rate of 0, as published; a single epoch keeps the first one.
        if training.usesCosine, training.epochs > 1 { trainer.schedule = CosineAnnealing(over: .epochs(training.epochs - 1)) }
        trainer.metrics = [.accuracy, .balancedAccuracy]
        trainer.checkpointing = Checkpointing(to: files.checkpoint, resumes: true)
        trainer.callbacks = [TrainingProgressBar(), HistoryJSON(path: files.history)]
        if data.validation != nil {
            // Keeps the best weights; when to stop is up to the callback.
            trainer.earlyStopping = EarlyStopping(patience: .max)
            trainer.callbacks.append(RelativePatience(patience: training.patience))
        }
        return trainer
    }

    private var loss: Loss { .crossEntropy(classWeights: classWeights) }

    /// Balanced over the training windows; 0 for a stage that does not occur.
    private var classWeights: [Float] {
        let weights = data.training.classWeights
        guard settings.training.classWeightOrder == .asPublished else { return weights }
        return inOrderOfOccurrence(weights, labels: data.training.windows.map(\.label))
    }
}

/// Weights of classes in the order in which the classes first occur, with 0 for those that do not: the authors' programs apply them by number.
package func inOrderOfOccurrence(_ weights: [Float], labels: [Int]) -> [Float] {
    var order: [Int] = []
    for label in labels where !order.contains(label) { order.append(label) }
    return order.map { weights[$0] } + [Float](repeating: 0, count: weights.count - order.count)
}

/// Why a run cannot go on.
struct RunError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
