public import EEGTensor

/// A linear map of the last axis: `y = x Wᵀ + b`.
public struct Linear: Layer {
    /// `[output, input]`, before its norm is limited.
    public let weight: Parameter
    /// `[output]`.
    public let bias: Parameter?
    /// The largest norm of the weights of an output; nil for no limit.
    public let maximumNorm: Float?

    /// - Parameters:
    ///   - scope: gives the parameters `weight` and `bias`; a weight with a limited norm has PyTorch's name for it,
    ///     `parametrizations.weight.original`.
    ///   - biasInitializer: uniform within 1 / √`inputs` where absent.
    public init(
        _ scope: ParameterScope, inputs: Int, outputs: Int, hasBias: Bool = true, maximumNorm: Float? = nil,
        initializer: Initializer = .fanInUniform, biasInitializer: Initializer? = nil
    ) {
        let shape: Shape = [outputs, inputs]
        weight = scope.weight(shape, initializer, isLimited: maximumNorm != nil)
        bias = hasBias ? scope.bias(biasInitializer, outputs: outputs, weight: shape) : nil
        self.maximumNorm = maximumNorm
    }

    /// `[…, input]` to `[…, output]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let y = matmul(x, limitingNorm(of: weight.value, to: maximumNorm), transposingSecond: true)
        return bias.map { y + $0.value } ?? y
    }
}
