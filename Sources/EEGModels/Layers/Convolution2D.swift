public import EEGTensor

/// A convolution over height and width with learned kernels; in networks for EEG often over electrodes and time.
public struct Convolution2D: Layer {
    /// `[output, input / groups, kernel height, kernel width]`, before its norm is limited.
    public let weight: Parameter
    /// `[output]`.
    public let bias: Parameter?
    /// The largest norm of the weights of an output; nil for no limit.
    public let maximumNorm: Float?
    let stride: (height: Int, width: Int)
    let padding: (height: ConvolutionPadding, width: ConvolutionPadding)
    let dilation: (height: Int, width: Int)
    let groups: Int

    /// - Parameters:
    ///   - scope: gives the parameters `weight` and `bias`; a weight with a limited norm has PyTorch's name for it,
    ///     `parametrizations.weight.original`.
    ///   - groups: how many parts the channels are divided into.
    ///   - biasInitializer: uniform within 1 / √(fan in) where absent.
    public init(
        _ scope: ParameterScope, inputs: Int, outputs: Int, kernel: (height: Int, width: Int), stride: (height: Int, width: Int) = (1, 1),
        padding: (height: ConvolutionPadding, width: ConvolutionPadding) = (.valid, .valid), dilation: (height: Int, width: Int) = (1, 1),
        groups: Int = 1, hasBias: Bool = true, maximumNorm: Float? = nil, initializer: Initializer = .fanInUniform,
        biasInitializer: Initializer? = nil
    ) {
        requireGroups("Convolution2D", inputs: inputs, outputs: outputs, groups: groups)
        let shape: Shape = [outputs, inputs / groups, kernel.height, kernel.width]
        weight = scope.weight(shape, initializer, isLimited: maximumNorm != nil)
        bias = hasBias ? scope.bias(biasInitializer, outputs: outputs, weight: shape) : nil
        self.maximumNorm = maximumNorm
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }

    /// `[batch, input, height, width]` to `[batch, output, height, width]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let output = convolution2D(
            x, weight: kernel, bias: bias?.value, stride: stride, padding: padding, dilation: dilation, groups: groups)
        return context.exposing(output, as: weight.layer)
    }
}

func requireGroups(_ layer: String, inputs: Int, outputs: Int, groups: Int) {
    require(
        groups > 0 && inputs % groups == 0 && outputs % groups == 0,
        "\(layer): \(inputs) inputs and \(outputs) outputs do not divide into \(groups) groups")
}
