internal import CEEGKernels

/// The cross-entropy of logits and labels, `-log softmax(x)[label]`: for one label a sample, or one a time step.
///
/// With class weights w and smoothing e over C classes the loss of a position is
/// `-(1 - e) w[label] log p[label] - e / C Σ w[c] log p[c]`. Logarithms of probabilities as logits give the negative log-likelihood.
///
/// - Parameters:
///   - logits: `[batch, class]`, or `[batch, class, time ...]` for labels of every step.
///   - labels: `[batch]` or `[batch, time ...]`, in row-major order.
///   - classWeights: one for each class; the mean divides by the summed weights of the labels.
///   - labelSmoothing: e, in 0...1 (Szegedy et al., "Rethinking the Inception architecture", CVPR 2016).
///   - ignoredLabel: positions with this label do not count, as if they were not there; if none remain, the loss is 0.
/// - Returns: a scalar, or, with `reduction: .none`, `[batch, time ...]`.
/// - Precondition: one label for each position, all in `0..<classes` or ignored; the batch is not empty.
public func crossEntropy(
    _ logits: consuming Tensor, _ labels: [Int], classWeights: [Float]? = nil, labelSmoothing: Float = 0, ignoredLabel: Int? = nil,
    reduction: LossReduction = .mean
) -> Tensor {
    let shape = logits.shape
    requireLogits(shape, classWeights, labelSmoothing)
    require(
        labels.count == shape.elementCount / shape[1], "crossEntropy: \(labels.count) labels for logits \(shape)")
    var weight = 0.0
    let kernelLabels = labels.map { label -> Int64 in
        if label == ignoredLabel { return -1 }
        require(label >= 0 && label < shape[1], "crossEntropy: label \(label) is not in 0..<\(shape[1]), the classes of \(shape)")
        weight += classWeights.map { Double($0[label]) } ?? 1
        return Int64(label)
    }
    let divisor = reduction == .mean ? weight : reduction == .batchMean ? Double(shape[0]) : 1
    return apply(
        CrossEntropy(
            labels: kernelLabels, classWeights: classWeights, labelSmoothing: labelSmoothing, isReduced: reduction != .none,
            scale: divisor == 0 ? 0 : Float(1 / divisor)), logits, nil)
}

/// The cross-entropy of logits and probabilities of classes: `-Σ w[c] q[c] log softmax(x)[c]`, q the target after smoothing.
///
/// - Parameters:
///   - logits: `[batch, class]`, or `[batch, class, time ...]`.
///   - target: of the same shape, the probabilities of the classes; it can be recorded too.
///   - classWeights: w, one for each class; the mean divides by the number of positions.
///   - labelSmoothing: e in 0...1: q is `(1 - e) target + e / classes`.
/// - Returns: a scalar, or, with `reduction: .none`, `[batch, time ...]`.
/// - Precondition: equal shapes, the batch not empty.
public func crossEntropy(
    _ logits: consuming Tensor, _ target: Tensor, classWeights: [Float]? = nil, labelSmoothing: Float = 0,
    reduction: LossReduction = .mean
) -> Tensor {
    let shape = logits.shape
    requireLogits(shape, classWeights, labelSmoothing)
    require(shape == target.shape, "crossEntropy: shapes differ: logits \(shape), target \(target.shape)")
    let divisor = reduction == .mean ? shape.elementCount / shape[1] : reduction == .batchMean ? shape[0] : 1
    return apply(
        CrossEntropy(
            labels: nil, classWeights: classWeights, labelSmoothing: labelSmoothing, isReduced: reduction != .none,
            scale: 1 / Float(divisor)), logits, target)
}

private func requireLogits(_ shape: Shape, _ classWeights: [Float]?, _ labelSmoothing: Float) {
    require(shape.rank >= 2, "crossEntropy: logits need the axes [batch, class, ...], their shape is \(shape)")
    require(shape.elementCount > 0, "crossEntropy: the batch is empty: \(shape)")
    require(
        classWeights == nil || classWeights?.count == shape[1],
        "crossEntropy: \(classWeights?.count ?? 0) class weights for logits \(shape)")
    require((0...1).contains(labelSmoothing), "crossEntropy: label smoothing \(labelSmoothing) is not in 0...1")
}

/// Softmax, logarithm and weighted sum in one pass over the logits.
struct CrossEntropy: Operation {
    static let name = "cross-entropy"

    /// One a position, negative where it does not count; nil where the second input holds probabilities.
    let labels: [Int64]?
    let classWeights: [Float]?
    let labelSmoothing: Float
    /// Whether the losses of all positions are added up.
    let isReduced: Bool
    /// The number that each loss is multiplied by.
    let scale: Float

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (logits, target) = (inputs[0], inputs.optional(1))
        var shape = logits.shape
        shape.remove(at: 1)
        let (maxima, logarithms) = (Tensor(uninitialized: shape), Tensor(uninitialized: shape))
        let loss = Tensor(uninitialized: isReduced ? [] : shape)
        let sum = withKernelArguments(logits.shape, target) {
            ceeg_cross_entropy_forward(
                $0, logits.pointer, maxima.mutablePointer, logarithms.mutablePointer, isReduced ? nil : loss.mutablePointer)
        }
        if isReduced { loss.mutablePointer[0] = Float(sum * Double(scale)) }
        pass.save(logits)
        pass.save(maxima)
        pass.save(logarithms)
        pass.save(target)
        return withExtendedLifetime(logits) { TensorList(loss) }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let gradient = gradients[0]
        let (logits, maxima, logarithms) = (pass.saved[0], pass.saved[1], pass.saved[2])
        let dLogits = pass.needsGradient(0) ? Tensor(uninitialized: logits.shape) : nil
        let dTarget = pass.needsGradient(1) ? Tensor(uninitialized: logits.shape) : nil
        withKernelArguments(logits.shape, pass.saved.optional(3)) {
            ceeg_cross_entropy_backward(
                $0, logits.pointer, maxima.pointer, logarithms.pointer, gradient.pointer, isReduced ? 0 : 1, scale,
                dLogits?.mutablePointer, dTarget?.mutablePointer)
        }
        return withExtendedLifetime((gradient, logits, maxima, logarithms)) { [dLogits, dTarget] }
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 5 * inputs[0].elementCount }

    var attributes: String {
        "target: \(labels == nil ? "probabilities" : "labels"), label smoothing: \(labelSmoothing), weighted: \(classWeights != nil)"
    }

    private func withKernelArguments<Result>(
        _ shape: Shape, _ target: Tensor?, _ body: (UnsafePointer<ceeg_cross_entropy>) -> Result
    ) -> Result {
        defer { withExtendedLifetime(target) {} }
        return withOptionalPointer(labels) { labels in
            withOptionalPointer(classWeights) { weights in
                var arguments = ceeg_cross_entropy(
                    batch: Int64(shape[0]), classes: Int64(shape[1]), positions: shape.split(at: 1).inner, labels: labels,
                    targets: target?.pointer, class_weights: weights, label_smoothing: labelSmoothing)
                return body(&arguments)
            }
        }
    }
}

/// Calls `body` with the elements of an array, or with nil where there is none.
private func withOptionalPointer<Element, Result>(_ array: [Element]?, _ body: (UnsafePointer<Element>?) -> Result) -> Result {
    guard let array else { return body(nil) }
    return array.withUnsafeBufferPointer { body($0.baseAddress) }
}
