internal import CEEGKernels

/// Mean and variance of each channel: of a batch, or running averages over batches.
public struct ChannelStatistics: Sendable {
    /// `[channel]`.
    public var mean: Tensor
    /// `[channel]`, divided by one less than the number of values.
    public var variance: Tensor

    public init(mean: Tensor, variance: Tensor) {
        self.mean = mean
        self.variance = variance
    }

    /// Averages that moved the fraction `momentum` of the way to the statistics of another batch.
    public func moved(towards batch: ChannelStatistics, momentum: Float) -> ChannelStatistics {
        ChannelStatistics(
            mean: mean * (1 - momentum) + batch.mean * momentum, variance: variance * (1 - momentum) + batch.variance * momentum)
    }
}

/// What batch normalisation of a training batch gives.
public struct BatchNormResult: Sendable {
    /// The normalised input, of its shape.
    public let output: Tensor
    /// The statistics of the batch, for running averages; no gradient flows through them.
    public let statistics: ChannelStatistics
}

/// Normalises each channel with the mean and variance of the batch, then scales, shifts and applies an activation, all in one operation
/// (Ioffe & Szegedy 2015).
///
/// - Parameters:
///   - x: `[batch, channel, ...]`, with more than one value a channel.
///   - scale: `[channel]`; 1 where absent.
///   - shift: `[channel]`; 0 where absent.
///   - epsilon: is added to the variance.
/// - Precondition: the shapes agree.
public func batchNorm(
    _ x: consuming Tensor, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5, activation: Activation = .none
) -> BatchNormResult {
    let results = apply(BatchNorm(epsilon: epsilon, activation: activation), to: TensorList(x, scale, shift))
    return BatchNormResult(
        output: results[0], statistics: ChannelStatistics(mean: results[1].detached(), variance: results[2].detached()))
}

/// Normalises each channel with given statistics, then scales, shifts and applies an activation, all in one operation.
///
/// - Parameters:
///   - x: `[batch, channel, ...]`.
///   - statistics: of shape `[channel]` each; no gradient flows to them.
///   - scale: `[channel]`; 1 where absent.
///   - shift: `[channel]`; 0 where absent.
///   - epsilon: is added to the variance.
/// - Precondition: the shapes agree.
public func batchNorm(
    _ x: consuming Tensor, statistics: ChannelStatistics, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5,
    activation: Activation = .none
) -> Tensor {
    let mean = statistics.mean.detached()
    let variance = statistics.variance.detached()
    return apply(FixedBatchNorm(epsilon: epsilon, activation: activation), to: [x, scale, shift, mean, variance]).single()
}

/// Batch normalisation with the statistics of the batch. Results: the output, mean and unbiased variance.
struct BatchNorm: Operation {
    static let name = "batchNorm"

    let epsilon: Float
    let activation: Activation

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let (scale, shift) = (inputs.optional(1), inputs.optional(2))
        let layout = ChannelLayout(x.shape, Self.name, scale: scale, shift: shift)
        let count = layout.valuesInChannel
        require(count > 1, "\(Self.name): one value a channel has no variance, the input's shape is \(x.shape)")
        let mean = Tensor(uninitialized: [layout.channels])
        let variance = Tensor(uninitialized: [layout.channels])
        let y = pass.result(overwriting: 0, of: inputs)
        layout.normalize(x, scale, shift, epsilon, activation, mean, variance, into: y, usingBatchStatistics: true)
        for tensor in [x, scale, shift, mean, variance] { pass.save(tensor) }
        return TensorList(y, mean, variance * (Float(count) / Float(count - 1)))
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        ChannelLayout.gradients(gradients, pass, Self.name, epsilon, activation, usingBatchStatistics: true)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 8 * inputs[0].elementCount }
}

/// Batch normalisation with given statistics.
struct FixedBatchNorm: Operation {
    static let name = "fixedBatchNorm"

    let epsilon: Float
    let activation: Activation

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let (scale, shift, mean, variance) = (inputs.optional(1), inputs.optional(2), inputs[3], inputs[4])
        let layout = ChannelLayout(x.shape, Self.name, scale: scale, shift: shift)
        layout.expect(mean, "mean", Self.name)
        layout.expect(variance, "variance", Self.name)
        let y = pass.result(overwriting: 0, of: inputs)
        layout.normalize(x, scale, shift, epsilon, activation, mean, variance, into: y, usingBatchStatistics: false)
        for tensor in [x, scale, shift, mean, variance] { pass.save(tensor) }
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        var result = ChannelLayout.gradients(gradients, pass, Self.name, epsilon, activation, usingBatchStatistics: false)
        result.append(nil)
        result.append(nil)
        return result
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 3 * inputs[0].elementCount }
}

/// A shape as the normalisation kernels see it: `[batch, channel, length]`.
struct ChannelLayout {
    let shape: Shape
    let batch: Int
    let channels: Int
    let length: Int

    /// - Precondition: at least two axes, none of them empty; `scale` and `shift` have one element a channel.
    init(_ shape: Shape, _ operation: String, scale: Tensor?, shift: Tensor?) {
        require(shape.rank >= 2, "\(operation): the input must be [batch, channel, ...], its shape is \(shape)")
        require(shape.elementCount > 0, "\(operation): the input is empty, its shape is \(shape)")
        self.shape = shape
        batch = shape[0]
        channels = shape[1]
        length = shape.elementCount / (shape[0] * shape[1])
        if let scale { expect(scale, "scale", operation) }
        if let shift { expect(shift, "shift", operation) }
    }

    var valuesInChannel: Int { batch * length }

    func expect(_ tensor: Tensor, _ name: String, _ operation: String) {
        require(
            tensor.shape == [channels], "\(operation): \(name) has shape \(tensor.shape), the input \(shape) has \(channels) channels")
    }

    fileprivate func normalize(
        _ x: Tensor, _ scale: Tensor?, _ shift: Tensor?, _ epsilon: Float, _ activation: Activation, _ mean: Tensor, _ variance: Tensor,
        into y: Tensor, usingBatchStatistics: Bool
    ) {
        let (index, parameter) = activation.kernel
        ceeg_batch_norm(
            usingBatchStatistics, index, parameter, Int64(batch), Int64(channels), Int64(length), x.pointer, scale?.pointer, shift?.pointer,
            epsilon, mean.mutablePointer, variance.mutablePointer, y.mutablePointer)
    }

    /// The gradients with respect to input, scale and shift.
    fileprivate static func gradients(
        _ gradients: TensorList, _ pass: BackwardPass, _ operation: String, _ epsilon: Float, _ activation: Activation,
        usingBatchStatistics: Bool
    ) -> TensorList {
        let (x, scale, shift) = (pass.saved[0], pass.saved.optional(1), pass.saved.optional(2))
        let (mean, variance, dy) = (pass.saved[3], pass.saved[4], gradients[0])
        let layout = ChannelLayout(x.shape, operation, scale: scale, shift: shift)
        let dx = pass.needsGradient(0) ? pass.result(overwriting: 0, of: gradients) : nil
        let scaleGradient = Tensor(uninitialized: [layout.channels])
        let shiftGradient = Tensor(uninitialized: [layout.channels])
        let (index, parameter) = activation.kernel
        ceeg_batch_norm_gradient(
            usingBatchStatistics, index, parameter, Int64(layout.batch), Int64(layout.channels), Int64(layout.length), x.pointer,
            dy.pointer, scale?.pointer, shift?.pointer, epsilon, mean.pointer, variance.pointer, dx?.mutablePointer,
            scaleGradient.mutablePointer, shiftGradient.mutablePointer)
        return TensorList(dx, scale == nil ? nil : scaleGradient, shift == nil ? nil : shiftGradient)
    }
}
