internal import CEEGKernels

/// Normalises each group of neighbouring channels of each sample to mean 0 and variance 1, then scales and shifts by channel (Wu & He 2018).
///
/// - Parameters:
///   - x: `[batch, channel, ...]`.
///   - groups: divides the number of channels.
///   - scale: `[channel]`; 1 where absent.
///   - shift: `[channel]`; 0 where absent.
///   - epsilon: is added to the variance.
/// - Precondition: the shapes agree.
public func groupNorm(
    _ x: consuming Tensor, groups: Int, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5
) -> Tensor {
    apply(GroupNorm(groups: groups, epsilon: epsilon), x, scale, shift)
}

/// Normalises each channel of each sample to mean 0 and variance 1, then scales and shifts by channel (Ulyanov et al. 2016).
///
/// - Parameters:
///   - x: `[batch, channel, ...]`.
///   - scale: `[channel]`; 1 where absent.
///   - shift: `[channel]`; 0 where absent.
///   - epsilon: is added to the variance.
/// - Precondition: the shapes agree.
public func instanceNorm(_ x: consuming Tensor, scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5) -> Tensor {
    require(x.rank >= 2, "instanceNorm: the input must be [batch, channel, ...], its shape is \(x.shape)")
    let groups = x.shape[1]
    return groupNorm(x, groups: groups, scale: scale, shift: shift, epsilon: epsilon)
}

struct GroupNorm: Operation {
    static let name = "groupNorm"

    let groups: Int
    let epsilon: Float

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (x, scale, shift) = (inputs[0], inputs.optional(1), inputs.optional(2))
        let layout = ChannelLayout(x.shape, Self.name, scale: scale, shift: shift)
        require(
            groups > 0 && layout.channels % groups == 0,
            "\(Self.name): \(groups) groups do not divide the \(layout.channels) channels of \(x.shape)"
        )
        let mean = Tensor(uninitialized: [layout.batch, groups])
        let inverseDeviation = Tensor(uninitialized: [layout.batch, groups])
        let y = pass.result(overwriting: 0, of: inputs)
        ceeg_group_norm(
            Int64(layout.batch), Int64(layout.channels), Int64(layout.length), Int64(groups), x.pointer, scale?.pointer, shift?.pointer,
            epsilon, mean.mutablePointer, inverseDeviation.mutablePointer, y.mutablePointer)
        for tensor in [x, scale, mean, inverseDeviation] { pass.save(tensor) }
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (x, scale, mean, inverseDeviation) = (pass.saved[0], pass.saved.optional(1), pass.saved[2], pass.saved[3])
        let dy = gradients[0]
        let layout = ChannelLayout(x.shape, Self.name, scale: scale, shift: nil)
        let dx = pass.result(overwriting: 0, of: gradients)
        let scaleGradient = Tensor(uninitialized: [layout.channels])
        let shiftGradient = Tensor(uninitialized: [layout.channels])
        ceeg_group_norm_gradient(
            Int64(layout.batch), Int64(layout.channels), Int64(layout.length), Int64(groups), x.pointer, dy.pointer, scale?.pointer,
            mean.pointer, inverseDeviation.pointer, dx.mutablePointer, scaleGradient.mutablePointer, shiftGradient.mutablePointer)
        return TensorList(dx, scaleGradient, shiftGradient)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 8 * inputs[0].elementCount }
}
