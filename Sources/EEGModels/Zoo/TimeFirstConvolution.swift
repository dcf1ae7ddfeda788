internal import EEGTensor

/// A convolution over time or over electrodes whose weights checkpoints hold for signals `[batch, filter, time, electrode]`, computed with
/// time as the last axis.
struct TimeFirstConvolution: Layer {
    /// `[output, input / groups, samples, electrodes]`, before its norm is limited.
    let weight: Parameter
    /// `[output]`.
    let bias: Parameter?
    let maximumNorm: Float?
    let stride: Int
    let padding: ConvolutionPadding
    let dilation: Int
    let groups: Int

    /// - Parameters:
    ///   - kernel: samples and electrodes, one of which must be 1: then another order of the two changes no order in memory.
    ///   - stride: over time.
    ///   - padding: over time.
    ///   - dilation: over time.
    init(
        _ scope: ParameterScope, inputs: Int, outputs: Int, kernel: (samples: Int, electrodes: Int), stride: Int = 1,
        padding: ConvolutionPadding = .valid, dilation: Int = 1, groups: Int = 1, hasBias: Bool = true, maximumNorm: Float? = nil,
        initializer: Initializer = .fanInUniform, biasInitializer: Initializer? = nil
    ) {
        require(kernel.samples == 1 || kernel.electrodes == 1, "TimeFirstConvolution: kernel \(kernel) spans time and electrodes")
        requireGroups("TimeFirstConvolution", inputs: inputs, outputs: outputs, groups: groups)
        let shape: Shape = [outputs, inputs / groups, kernel.samples, kernel.electrodes]
        weight = scope.weight(shape, initializer, isLimited: maximumNorm != nil)
        bias = hasBias ? scope.bias(biasInitializer, outputs: outputs, weight: shape) : nil
        self.maximumNorm = maximumNorm
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }

    /// `[batch, input, electrode, time]` to `[batch, output, electrode, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let output = convolution2D(
            x, weight: kernel, bias: bias?.value, stride: (1, stride), padding: (.valid, padding), dilation: (1, dilation), groups: groups)
        return context.exposing(output, as: weight.layer)
    }
}
