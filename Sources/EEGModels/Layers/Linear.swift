public import EEGTensor

/// A linear map of the last axis: `y = x Wᵀ + b`.
public struct Linear: Layer {
    /// `[output, input]`, before its norm is limited.
    public let weight: Parameter
    /// `[output]`.
    public let bias: Parameter
    /// The largest norm of the weights of an output; nil for no limit.
    public let maximumNorm: Float?

    /// - Parameter scope: gives the parameters `weight` and `bias`; a weight with a limited norm has PyTorch's name for it,
    ///   `parametrizations.weight.original`.
    public init(_ scope: ParameterScope, inputs: Int, outputs: Int, maximumNorm: Float? = nil) {
        let name = maximumNorm == nil ? "weight" : "parametrizations.weight.original"
        weight = scope.parameter(name, [outputs, inputs], .glorotUniform)
        bias = scope.parameter("bias", [outputs], .constant(0))
        self.maximumNorm = maximumNorm
    }

    /// `[batch, input]` to `[batch, output]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let limited = maximumNorm.map { limitingNorm(of: weight.value, to: $0) } ?? weight.value
        return matmul(x, limited, transposingSecond: true) + bias.value
    }
}
