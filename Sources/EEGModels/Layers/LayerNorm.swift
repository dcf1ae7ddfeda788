public import EEGTensor

/// Normalises the last axis to mean 0 and variance 1, then scales and shifts each of its elements.
///
/// Source: J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", 2016.
public struct LayerNorm: Layer {
    /// `[feature]`.
    public let weight: Parameter
    /// `[feature]`.
    public let bias: Parameter?
    /// Is added to the variance.
    public let epsilon: Float

    /// - Parameter scope: gives the parameters `weight` and `bias`.
    public init(_ scope: ParameterScope, features: Int, epsilon: Float = 1e-5, hasBias: Bool = true) {
        weight = scope.parameter("weight", [features], .constant(1))
        bias = hasBias ? scope.parameter("bias", [features], .constant(0)) : nil
        self.epsilon = epsilon
    }

    /// The shape of `x`, which is `[…, feature]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        layerNorm(x, scale: weight.value, shift: bias?.value, epsilon: epsilon)
    }
}
