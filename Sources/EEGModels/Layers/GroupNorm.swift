public import EEGTensor

/// Normalises groups of channels of each window to mean 0 and variance 1, then scales and shifts each channel.
///
/// Source: Y. Wu and K. He, "Group normalization", ECCV 2018.
public struct GroupNorm: Layer {
    /// `[channel]`.
    public let weight: Parameter
    /// `[channel]`.
    public let bias: Parameter
    public let groups: Int
    /// Is added to the variance.
    public let epsilon: Float

    /// - Parameter scope: gives the parameters `weight` and `bias`.
    public init(_ scope: ParameterScope, groups: Int, channels: Int, epsilon: Float = 1e-5) {
        require(groups > 0 && channels % groups == 0, "GroupNorm: \(channels) channels do not divide into \(groups) groups")
        weight = scope.parameter("weight", [channels], .constant(1))
        bias = scope.parameter("bias", [channels], .constant(0))
        self.groups = groups
        self.epsilon = epsilon
    }

    /// The shape of `x`, which is `[batch, channel, …]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        groupNorm(x, groups: groups, scale: weight.value, shift: bias.value, epsilon: epsilon)
    }
}
