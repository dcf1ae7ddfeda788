public import EEGTensor

/// Trains a model on batches of windows.
///
/// ```swift
/// let trainer = Trainer(optimizer: .adamW(learningRate: 1e-3), epochs: 100, generator: Generator(seed: 1))
/// let history = try trainer.fit(&model, on: training, validating: heldOut) { print($0) }
/// ```
public struct Trainer: Sendable {
    public var optimizer: Optimizer
    public var epochs: Int
    /// Where the random numbers of dropout come from.
    public var generator: Generator

    public init(optimizer: Optimizer, epochs: Int, generator: Generator) {
        self.optimizer = optimizer
        self.epochs = epochs
        self.generator = generator
    }

    /// Trains for all epochs by the mean cross-entropy of each batch. Equal seeds and data give equal weights.
    ///
    /// - Parameters:
    ///   - validation: evaluated after each epoch; it has no influence on training.
    ///   - report: called after each epoch.
    /// - Throws: `TrainingError` for settings out of range, an empty source or batch, windows or labels that do not fit the model, values that
    ///   are not finite; and what the sources throw. The model keeps the weights it had at that time.
    @discardableResult
    public func fit(
        _ model: inout some Model, on training: some BatchSource, validating validation: (any BatchSource)? = nil,
        report: (EpochReport) -> Void = { _ in }
    ) throws -> [EpochReport] {
        guard epochs > 0 else { throw TrainingError.invalidSetting(name: "epochs", expected: "at least 1", found: "\(epochs)") }
        try optimizer.validate()
        let parameters = model.parameters
        var state = OptimizerState()
        var history: [EpochReport] = []
        for epoch in 0..<epochs {
            let clock = ContinuousClock()
            let start = clock.now
            let fitted = try train(model, parameters, on: training, epoch: epoch, &state)
            let seconds = (clock.now - start) / .seconds(1)
            let validated = try validation.map { try model.evaluate(on: $0) }
            let epochReport = EpochReport(epoch: epoch + 1, epochs: epochs, training: fitted, validation: validated, seconds: seconds)
            report(epochReport)
            history.append(epochReport)
        }
        return history
    }

    private func train(
        _ model: some Model, _ parameters: [Parameter], on source: some BatchSource, epoch: Int, _ state: inout OptimizerState
    ) throws -> Evaluation {
        var result = Evaluation(classes: model.shape.outputs)
        var number = 0
        try source.forEachBatch(epoch: epoch) { batch in
            try check(batch, for: model.shape, epoch: epoch, number: number)
            var context = ForwardContext.training(generator.stream("epoch", epoch).stream("batch", number))
            var scores = Tensor(0)
            let (loss, gradients) = valueAndGradient(of: parameters) {
                let output = model(batch.signals, &context)
                scores = output.detached()
                return crossEntropy(output, batch.labels)
            }
            guard loss.scalar.isFinite else { throw TrainingError.notFinite(what: "the loss", epoch: epoch, batch: number) }
            for parameter in parameters {
                guard let gradient = gradients[parameter], !gradient.hasOnlyFiniteValues else { continue }
                throw TrainingError.notFinite(what: "the gradient of \(parameter.name)", epoch: epoch, batch: number)
            }
            state.update(parameters, with: gradients, optimizer)
            context.applyUpdates()
            result.add(loss: loss.scalar, predictions: scores.argmax(axis: -1), labels: batch.labels)
            number += 1
        }
        guard result.confusion.total > 0 else { throw TrainingError.empty(what: "the training source") }
        return result
    }
}

/// What one epoch gave.
public struct EpochReport: Sendable, CustomStringConvertible {
    /// Counted from 1.
    public let epoch: Int
    public let epochs: Int
    /// Over the batches of the epoch while the weights changed, with dropout.
    public let training: Evaluation
    /// After the epoch.
    public let validation: Evaluation?
    /// For training alone.
    public let seconds: Double

    /// One line with losses, accuracies and windows a second.
    public var description: String {
        let number = String(repeating: " ", count: "\(epochs)".count - "\(epoch)".count) + "\(epoch)"
        let rate = Int((Double(training.confusion.total) / max(seconds, 1e-9)).rounded())
        var line = "epoch \(number)/\(epochs)  training \(training)"
        if let validation { line += "  held out \(validation)" }
        return line + "  \(rate) windows/s"
    }
}
