/// What one epoch gave.
public struct EpochReport: Sendable, Codable, CustomStringConvertible {
    /// Counted from 1.
    public let epoch: Int
    public let epochs: Int
    /// Over the batches of the epoch while the weights changed, with dropout.
    public let training: EvaluationSummary
    /// After the epoch.
    public let validation: EvaluationSummary?
    /// At the end of the epoch, before any group's own.
    public let learningRate: Double
    /// For training alone, before an interruption and after.
    public let seconds: Double

    public init(
        epoch: Int, epochs: Int, training: EvaluationSummary, validation: EvaluationSummary?, learningRate: Double, seconds: Double
    ) {
        self.epoch = epoch
        self.epochs = epochs
        self.training = training
        self.validation = validation
        self.learningRate = learningRate
        self.seconds = seconds
    }

    /// One line with losses, accuracies and windows a second.
    public var description: String {
        let number = String(repeating: " ", count: max(0, "\(epochs)".count - "\(epoch)".count)) + "\(epoch)"
        let rate = (Double(training.windowCount) / max(seconds, 1e-9)).rounded()
        var line = "epoch \(number)/\(epochs)  training \(training)"
        if let validation { line += "  held out \(validation)" }
        // A history from a file can hold any number.
        return line + "  \(Int(exactly: rate) ?? 0) windows/s"
    }
}

/// The numbers of an evaluation, without the predictions that they come from.
public struct EvaluationSummary: Sendable, Codable, CustomStringConvertible {
    /// A metric by its name.
    struct Measurement: Sendable, Codable {
        let name: String
        let value: Double
    }

    /// The mean loss over all windows.
    public let loss: Double
    public let windowCount: Int
    /// Without predictions where there were no labels.
    public let confusion: ConfusionMatrix
    /// In the order in which the metrics were asked for.
    let measurements: [Measurement]

    /// The values of some measures, without the predictions.
    public init(_ evaluation: Evaluation, metrics: [Metric]) {
        loss = evaluation.loss
        windowCount = evaluation.windowCount
        confusion = evaluation.confusion
        measurements = metrics.map { Measurement(name: $0.name, value: evaluation[$0]) }
    }

    /// The value of a metric; nil where the trainer was not asked for it.
    public subscript(metric: Metric) -> Double? { measurements.first { $0.name == metric.name }?.value }

    /// The loss and, where there are labels, the accuracy, to three decimals.
    public var description: String {
        let loss = "loss \(threeDecimals(loss))"
        return confusion.total == 0 ? loss : loss + " accuracy \(threeDecimals(confusion.accuracy))"
    }
}
