public import EEGTensor

/// What training makes small: a number computed from a model's output and the batch it belongs to.
///
/// ```swift
/// trainer.loss = .crossEntropy(classWeights: balancedClassWeights(counts: [900, 100]), labelSmoothing: 0.1)
/// trainer.loss = Loss { output, batch in try .mean(abs(output - targets(of: batch))) }
/// ```
public struct Loss: Sendable {
    private let body: @Sendable (_ output: Tensor, _ batch: Batch) throws -> Tensor

    /// A loss of one's own.
    ///
    /// - Parameter body: returns the mean over the batch, a tensor with one element; gradients go through what it computes from the output.
    public init(_ body: @escaping @Sendable (_ output: Tensor, _ batch: Batch) throws -> Tensor) { self.body = body }

    /// The mean loss of a batch.
    ///
    /// - Throws: `TrainingError.targetMismatch` where the batch lacks what the loss needs.
    public func callAsFunction(_ output: Tensor, _ batch: Batch) throws -> Tensor { try body(output, batch) }
}

/// Losses of classifications: outputs `[batch, class]` or `[batch, class, step]`, scores before the softmax.
extension Loss {
    /// The cross-entropy of scores and labels, or, for batches with targets, of scores and probabilities of classes.
    ///
    /// - Parameters:
    ///   - classWeights: how much each class counts.
    ///   - labelSmoothing: the share of each label that is spread over all classes.
    public static func crossEntropy(classWeights: [Float]? = nil, labelSmoothing: Float = 0) -> Loss {
        Loss { output, batch in
            if let classWeights, output.rank >= 2, classWeights.count != output.shape[1] {
                throw TrainingError.invalidSetting(
                    name: "class weights", expected: "\(output.shape[1]), one for each class", found: "\(classWeights.count)")
            }
            guard (0...1).contains(labelSmoothing) else {
                throw TrainingError.invalidSetting(name: "label smoothing", expected: "0 to 1", found: "\(labelSmoothing)")
            }
            try requireClasses(output, batch)
            if batch.targets != nil {
                return EEGTensor.crossEntropy(
                    output, try targets(of: batch, for: output), classWeights: classWeights, labelSmoothing: labelSmoothing)
            }
            guard batch.labels.count * output.shape[1] == output.count else {
                throw TrainingError.targetMismatch(output: Array(output.shape), found: [batch.labels.count])
            }
            if let label = batch.labels.first(where: { !(0..<output.shape[1]).contains($0) }) {
                throw TrainingError.labelOutOfRange(label: label, classes: output.shape[1])
            }
            return EEGTensor.crossEntropy(output, batch.labels, classWeights: classWeights, labelSmoothing: labelSmoothing)
        }
    }

    /// The cross-entropy of yes-no decisions, one an output, from scores before the sigmoid; with a single output, labels 0 and 1 will do.
    ///
    /// - Parameter positiveWeight: how much a yes counts.
    public static func binaryCrossEntropy(positiveWeight: Float = 1) -> Loss {
        Loss { output, batch in
            guard batch.targets == nil, batch.labels.count == output.count else {
                return EEGTensor.binaryCrossEntropy(output, try targets(of: batch, for: output), positiveWeight: positiveWeight)
            }
            let target = Tensor(batch.labels.map { Float($0) }, shape: output.shape)
            return EEGTensor.binaryCrossEntropy(output, target, positiveWeight: positiveWeight)
        }
    }

    /// The Kullback-Leibler divergence of the predicted probabilities, the softmax of the output, from the targets.
    public static let klDivergence = Loss { output, batch in
        let targets = try targets(of: batch, for: output)
        try requireClasses(output, batch)
        return EEGTensor.klDivergence(logSoftmax(output, axis: 1), targets)
    }
}

/// Losses of regressions: outputs and targets of one shape.
extension Loss {
    /// The mean squared difference.
    public static let meanSquaredError = Loss { output, batch in mseLoss(output, try targets(of: batch, for: output)) }

    /// The mean absolute difference.
    public static let meanAbsoluteError = Loss { output, batch in l1Loss(output, try targets(of: batch, for: output)) }

    /// Squared for small differences, straight beyond `delta`.
    public static func huber(delta: Float = 1) -> Loss {
        Loss { output, batch in huberLoss(output, try targets(of: batch, for: output), delta: delta) }
    }
}

/// The targets of a batch, which must have the shape of the output.
private func targets(of batch: Batch, for output: Tensor) throws(TrainingError) -> Tensor {
    guard let targets = batch.targets, targets.shape == output.shape else {
        throw .targetMismatch(output: Array(output.shape), found: batch.targets.map { Array($0.shape) } ?? [])
    }
    return targets
}

/// Scores of classes need an axis of classes.
private func requireClasses(_ output: Tensor, _ batch: Batch) throws(TrainingError) {
    guard output.rank >= 2 else {
        throw .targetMismatch(output: Array(output.shape), found: batch.targets.map { Array($0.shape) } ?? [batch.labels.count])
    }
}

/// Weights that make classes count alike: the number of all windows divided by that of the classes and that of the class.
///
/// - Parameter counts: the windows of each class; a class without any gets the weight 0.
public func balancedClassWeights(counts: [Int]) -> [Float] {
    let total = counts.reduce(0, +)
    return counts.map { $0 == 0 ? 0 : Float(Double(total) / Double(counts.count * $0)) }
}
