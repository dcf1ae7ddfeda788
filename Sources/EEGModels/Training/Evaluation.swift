public import EEGTensor

/// How well a model predicts the classes of some windows.
public struct Evaluation: Sendable, CustomStringConvertible {
    public private(set) var confusion: ConfusionMatrix
    private var summedLoss = 0.0

    init(classes: Int) { confusion = ConfusionMatrix(classes: classes) }

    /// The mean cross-entropy over all windows.
    public var loss: Double { summedLoss / Double(confusion.total) }

    /// The values of some measures, in their order.
    public subscript(metrics: [Metric]) -> [Double] { metrics.map { self[$0] } }

    /// The value of a measure.
    public subscript(metric: Metric) -> Double {
        switch metric {
        case .accuracy: confusion.accuracy
        case .balancedAccuracy: confusion.balancedAccuracy
        }
    }

    /// Loss and accuracy, to three decimals.
    public var description: String { "loss \(threeDecimals(loss)) accuracy \(threeDecimals(confusion.accuracy))" }

    /// Adds a batch.
    ///
    /// - Parameter loss: its mean over the batch.
    mutating func add(loss: Float, predictions: [Int], labels: [Int]) {
        summedLoss += Double(loss) * Double(labels.count)
        for (label, prediction) in zip(labels, predictions) { confusion.add(label: label, prediction: prediction) }
    }
}

/// A measure of predictions.
public enum Metric: Sendable, Hashable {
    /// The share of right predictions.
    case accuracy
    /// The mean over classes of the share of right predictions.
    case balancedAccuracy
}

extension Model {
    /// Predicts the classes of all windows of a source, with running statistics and without dropout.
    ///
    /// - Throws: `TrainingError` where the source is empty, does not fit the model or holds values that are not finite; and what it throws.
    public func evaluate(on source: any BatchSource) throws -> Evaluation {
        var result = Evaluation(classes: shape.outputs)
        var number = 0
        try source.forEachBatch(epoch: 0) { batch in
            try check(batch, for: shape, epoch: 0, number: number)
            var context = ForwardContext.inference
            let scores = self(batch.signals, &context)
            let loss = crossEntropy(scores, batch.labels).scalar
            guard loss.isFinite else { throw TrainingError.notFinite(what: "the loss", epoch: 0, batch: number) }
            result.add(loss: loss, predictions: scores.argmax(axis: -1), labels: batch.labels)
            number += 1
        }
        guard result.confusion.total > 0 else { throw TrainingError.empty(what: "the source") }
        return result
    }
}

/// A number with exactly three decimals.
private func threeDecimals(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let thousandths = Int((abs(value) * 1000).rounded())
    let digits = String(thousandths % 1000)
    return (value < 0 ? "-" : "") + "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
}
