internal import CEEGKernels

/// The squared differences `(x - t)²`.
///
/// - Parameters:
///   - prediction: any shape.
///   - target: of the same shape; it can be recorded too.
/// - Returns: a scalar, or, with `reduction: .none`, the shape of the prediction.
/// - Precondition: equal shapes, not empty.
public func mseLoss(_ prediction: consuming Tensor, _ target: Tensor, reduction: LossReduction = .mean) -> Tensor {
    apply(PointwiseLoss(.squared, reduction, "mseLoss", prediction, target), prediction, target)
}

/// The absolute differences `|x - t|`; see ``mseLoss(_:_:reduction:)`` for shapes.
public func l1Loss(_ prediction: consuming Tensor, _ target: Tensor, reduction: LossReduction = .mean) -> Tensor {
    apply(PointwiseLoss(.absolute, reduction, "l1Loss", prediction, target), prediction, target)
}

/// Half the squared difference where `|x - t| <= delta`, beyond it the straight line `delta (|x - t| - delta / 2)`; see
/// ``mseLoss(_:_:reduction:)`` for shapes.
///
/// Source: Huber, "Robust estimation of a location parameter", Ann. Math. Statist. 35, 1964.
/// - Precondition: `delta > 0`.
public func huberLoss(_ prediction: consuming Tensor, _ target: Tensor, delta: Float = 1, reduction: LossReduction = .mean) -> Tensor {
    require(delta > 0, "huberLoss: delta \(delta) is not positive")
    return apply(PointwiseLoss(.huber, parameter: delta, reduction, "huberLoss", prediction, target), prediction, target)
}

/// The absolute difference with its kink rounded off: `(x - t)² / (2 beta)` where `|x - t| < beta`, beyond it `|x - t| - beta / 2`; see
/// ``mseLoss(_:_:reduction:)`` for shapes.
///
/// Source: Girshick, "Fast R-CNN", ICCV 2015.
/// - Precondition: `beta >= 0`; 0 gives the absolute difference.
public func smoothL1Loss(_ prediction: consuming Tensor, _ target: Tensor, beta: Float = 1, reduction: LossReduction = .mean) -> Tensor {
    require(beta >= 0, "smoothL1Loss: beta \(beta) is negative")
    if beta == 0 { return l1Loss(prediction, target, reduction: reduction) }
    // Huber's loss, divided by beta.
    let loss = PointwiseLoss(.huber, parameter: beta, factor: 1 / beta, reduction, "smoothL1Loss", prediction, target)
    return apply(loss, prediction, target)
}

/// The cross-entropy of independent yes-no decisions, from logits: `-(w t log σ(x) + (1 - t) log(1 - σ(x)))`, stable for logits of any
/// size.
///
/// - Parameters:
///   - logits: any shape.
///   - target: of the same shape, each the probability of yes; it can be recorded too.
///   - positiveWeight: w, for a class that is rare.
/// - Returns: a scalar, or, with `reduction: .none`, the shape of the logits.
/// - Precondition: equal shapes, not empty.
public func binaryCrossEntropy(
    _ logits: consuming Tensor, _ target: Tensor, positiveWeight: Float = 1, reduction: LossReduction = .mean
) -> Tensor {
    apply(
        PointwiseLoss(.binary, parameter: positiveWeight, reduction, "binaryCrossEntropy", logits, target), logits, target)
}

/// The Kullback-Leibler divergence of the target from the prediction: the sum of `t (log t - x)`, x the logarithm of a probability.
///
/// The default divides by the batch alone, as the definition asks for; `.mean` divides by classes too.
///
/// - Parameters:
///   - logProbabilities: any shape, batch first, such as a `logSoftmax`.
///   - target: probabilities of the same shape; it can be recorded too.
///   - isLogTarget: whether the target holds logarithms of probabilities instead.
/// - Returns: a scalar, or, with `reduction: .none`, the shape of the prediction.
/// - Precondition: equal shapes, not empty.
public func klDivergence(
    _ logProbabilities: consuming Tensor, _ target: Tensor, isLogTarget: Bool = false, reduction: LossReduction = .batchMean
) -> Tensor {
    let kind: PointwiseLoss.Kind = isLogTarget ? .logDivergence : .divergence
    return apply(PointwiseLoss(kind, reduction, "klDivergence", logProbabilities, target), logProbabilities, target)
}

/// A loss that compares each element of a prediction with the one of a target.
struct PointwiseLoss: Operation {
    static let name = "pointwise loss"

    enum Kind { case squared, absolute, huber, binary, divergence, logDivergence }

    let kind: Kind
    let parameter: Float
    let reduction: LossReduction
    /// The number that each loss is multiplied by.
    let scale: Float

    init(
        _ kind: Kind, parameter: Float = 0, factor: Float = 1, _ reduction: LossReduction, _ name: String, _ x: borrowing Tensor,
        _ target: borrowing Tensor
    ) {
        let (shape, targetShape) = (x.shape, target.shape)
        require(shape == targetShape, "\(name): shapes differ: \(shape) and \(targetShape)")
        require(shape.elementCount > 0, "\(name): the batch is empty: \(shape)")
        self.kind = kind
        self.parameter = parameter
        self.reduction = reduction
        scale =
            switch reduction {
            case .mean: factor / Float(shape.elementCount)
            case .batchMean: factor / Float(shape.first ?? 1)
            case .sum, .none: factor
            }
    }

    private var kernelKind: Int32 {
        let constant =
            switch kind {
            case .squared: CEEG_LOSS_SQUARED
            case .absolute: CEEG_LOSS_ABSOLUTE
            case .huber: CEEG_LOSS_HUBER
            case .binary: CEEG_LOSS_BINARY
            case .divergence: CEEG_LOSS_DIVERGENCE
            case .logDivergence: CEEG_LOSS_LOG_DIVERGENCE
            }
        return Int32(constant)
    }

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (x, target) = (inputs[0], inputs[1])
        pass.save(x)
        pass.save(target)
        let loss = Tensor(uninitialized: reduction == .none ? x.shape : [])
        if reduction == .none {
            ceeg_loss_values(kernelKind, parameter, x.pointer, target.pointer, Int64(x.count), scale, loss.mutablePointer)
        } else {
            let sum = ceeg_loss_sum(kernelKind, parameter, x.pointer, target.pointer, Int64(x.count))
            loss.mutablePointer[0] = Float(sum * Double(scale))
        }
        return withExtendedLifetime((x, target)) { TensorList(loss) }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (gradient, x, target) = (gradients[0], pass.saved[0], pass.saved[1])
        let dx = pass.needsGradient(0) ? Tensor(uninitialized: x.shape) : nil
        let dTarget = pass.needsGradient(1) ? Tensor(uninitialized: x.shape) : nil
        ceeg_loss_gradient(
            kernelKind, parameter, x.pointer, target.pointer, Int64(x.count), gradient.pointer, reduction == .none ? 1 : 0, scale,
            dx?.mutablePointer, dTarget?.mutablePointer)
        return withExtendedLifetime((gradient, x, target)) { [dx, dTarget] }
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 4 * inputs[0].elementCount }
}
