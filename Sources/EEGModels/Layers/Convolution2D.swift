public import EEGTensor

/// A convolution over height and width with learned kernels.
public struct Convolution2D: Layer {
    /// `[output, input / groups, kernel height, kernel width]`, before its norm is limited.
    public let weight: Parameter
    public let bias: Parameter?
    /// The largest norm of the weights of an output; nil for no limit.
    public let maximumNorm: Float?
    private let padding: (height: ConvolutionPadding, width: ConvolutionPadding)
    private let groups: Int

    /// - Parameters:
    ///   - scope: gives the parameters `weight` and `bias`; a weight with a limited norm has PyTorch's name for it,
    ///     `parametrizations.weight.original`.
    ///   - groups: how many parts the channels are divided into.
    public init(
        _ scope: ParameterScope, inputs: Int, outputs: Int, kernel: (height: Int, width: Int),
        padding: (height: ConvolutionPadding, width: ConvolutionPadding) = (.valid, .valid), groups: Int = 1, hasBias: Bool = true,
        maximumNorm: Float? = nil
    ) {
        require(
            groups > 0 && inputs % groups == 0 && outputs % groups == 0,
            "Convolution2D: \(inputs) inputs and \(outputs) outputs do not divide into \(groups) groups")
        let shape: Shape = [outputs, inputs / groups, kernel.height, kernel.width]
        let name = maximumNorm == nil ? "weight" : "parametrizations.weight.original"
        weight = scope.parameter(name, shape, .glorotUniform)
        bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
        self.maximumNorm = maximumNorm
        self.padding = padding
        self.groups = groups
    }

    /// `[batch, input, height, width]` to `[batch, output, height, width]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let limited = maximumNorm.map { limitingNorm(of: weight.value, to: $0) } ?? weight.value
        return convolution2D(x, weight: limited, bias: bias?.value, padding: padding, groups: groups)
    }
}
