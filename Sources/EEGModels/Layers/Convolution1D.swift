public import EEGTensor

/// A convolution over time with learned kernels.
public struct Convolution1D: Layer {
    /// `[output, input / groups, kernel]`, before its norm is limited.
    public let weight: Parameter
    /// `[output]`.
    public let bias: Parameter?
    /// The largest norm of the weights of an output; nil for no limit.
    public let maximumNorm: Float?
    private let stride: Int
    private let padding: ConvolutionPadding
    private let dilation: Int
    private let groups: Int

    /// - Parameters:
    ///   - scope: gives the parameters `weight` and `bias`; a weight with a limited norm has PyTorch's name for it,
    ///     `parametrizations.weight.original`.
    ///   - groups: how many parts the channels are divided into.
    ///   - biasInitializer: uniform within 1 / √(fan in) where absent.
    public init(
        _ scope: ParameterScope, inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: ConvolutionPadding = .valid,
        dilation: Int = 1, groups: Int = 1, hasBias: Bool = true, maximumNorm: Float? = nil, initializer: Initializer = .fanInUniform,
        biasInitializer: Initializer? = nil
    ) {
        requireGroups("Convolution1D", inputs: inputs, outputs: outputs, groups: groups)
        let shape: Shape = [outputs, inputs / groups, kernel]
        weight = scope.weight(shape, initializer, isLimited: maximumNorm != nil)
        bias = hasBias ? scope.bias(biasInitializer, outputs: outputs, weight: shape) : nil
        self.maximumNorm = maximumNorm
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }

    /// `[batch, input, time]` to `[batch, output, time]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let output = convolution1D(
            x, weight: limitingNorm(of: weight.value, to: maximumNorm), bias: bias?.value, stride: stride, padding: padding, dilation: dilation,
            groups: groups)
        return context.exposing(output, as: weight.layer)
    }
}
