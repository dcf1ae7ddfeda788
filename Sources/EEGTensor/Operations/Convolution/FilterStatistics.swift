internal import CEEGKernels

/// Mean and variance of signals filtered over time, for each filter over all of them, without the filtered signals.
///
/// With x̃ₖ the signals, between zeros, moved on by k samples, a filter w has the mean w · m and the variance wᵀ C w, where mₖ is the mean of x̃ₖ
/// and Cₖₗ the covariance of x̃ₖ and x̃ₗ. Both come from the signals alone, in Double; Docs/ConvolutionsByAlgebra.md has the derivation.
///
/// Inputs: `[batch, channel, time]` and `[filter, tap]`. Results: `[filter]` each, the variance divided by the number of values.
struct FilterStatistics: Operation {
    static let name = "filterStatistics"

    let padding: ConvolutionPadding

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (x, weight) = (inputs[0], inputs[1])
        let (filters, taps) = (weight.shape[0], weight.shape[1])
        let geometry = geometry(x.shape, weight.shape)
        let count = geometry.batch * geometry.out_width
        require(
            count > 1, "batchNorm: one value a channel has no variance, filters \(weight.shape) give one of \(x.shape)")
        let (mean, variance) = (Tensor(uninitialized: [filters]), Tensor(uninitialized: [filters]))
        let (shiftMeans, covariance) = (Tensor(uninitialized: [taps]), Tensor(uninitialized: [taps, taps]))
        ceeg_filter_statistics(
            geometry.batch, geometry.in_width, geometry.pad_left, geometry.out_width, x.pointer, Int64(filters), Int64(taps),
            weight.pointer, mean.mutablePointer, variance.mutablePointer, shiftMeans.mutablePointer, covariance.mutablePointer)
        for tensor in [x, weight, mean, shiftMeans, covariance] { pass.save(tensor) }
        return TensorList(mean, variance)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (x, weight, mean) = (pass.saved[0], pass.saved[1], pass.saved[2])
        let (shiftMeans, covariance) = (pass.saved[3], pass.saved[4])
        let meanGradient = gradients.optional(0) ?? Tensor(zeros: mean.shape)
        let doubled = (gradients.optional(1) ?? Tensor(zeros: mean.shape)) * 2
        var result = TensorList(absent: 2)
        if pass.needsGradient(0) { result.set(0, inputGradient(x, weight, doubled, meanGradient - doubled * mean)) }
        if pass.needsGradient(1) {
            let ofVariance = matmul(weight, covariance) * doubled.expandingDimensions(at: 1)
            result.set(1, ofVariance + meanGradient.expandingDimensions(at: 1) * shiftMeans)
        }
        return result
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 2 * inputs[0].elementCount * inputs[1][1] }

    /// The filtered signals z get the gradient (scale z + shift) / n: one filter, and the gradient of another, a few signals at a time.
    private func inputGradient(_ x: Tensor, _ weight: Tensor, _ scale: Tensor, _ shift: Tensor) -> Tensor {
        let whole = geometry(x.shape, weight.shape)
        let divisor = Float(whole.batch * whole.out_width)
        let scaled = weight * (scale / divisor).expandingDimensions(at: 1)
        let bias = shift / divisor
        let dx = Tensor(uninitialized: x.shape)
        let signals = max(1, (1 << 18) / (whole.out_channels * whole.out_width))
        let map = Tensor(uninitialized: [Int(signals * whole.out_channels * whole.out_width)])
        for first in stride(from: 0, to: whole.batch, by: Int(signals)) {
            var part = whole
            part.batch = min(signals, whole.batch - first)
            let offset = Int(first * whole.in_width)
            ceeg_convolution_forward(&part, x.pointer + offset, scaled.pointer, bias.pointer, map.mutablePointer)
            ceeg_convolution_input_gradient(&part, weight.pointer, map.pointer, nil, dx.mutablePointer + offset)
        }
        withExtendedLifetime((x, weight, scaled, bias, map)) {}
        return dx
    }

    /// Every signal by itself.
    private func geometry(_ x: Shape, _ weight: Shape) -> ceeg_convolution {
        Convolution(height: ConvolutionAxis(), width: ConvolutionAxis(padding: padding), groups: 1)
            .geometry([x[0] * x[1], 1, x[2]], [weight[0], 1, weight[1]])
    }
}
