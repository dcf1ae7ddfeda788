public import EEGTensor

/// Normalises each channel to mean 0 and variance 1, then scales and shifts it; with an activation after it where one is given.
///
/// In training, mean and variance are those of the batch, and the running ones move towards them by `momentum`; otherwise the running ones
/// are used.
///
/// Source: S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", ICML 2015.
public struct BatchNorm: Layer {
    /// What follows the normalisation.
    public enum Activation: Sendable {
        case none, elu, relu
    }

    public let weight: Parameter
    public let bias: Parameter
    public let runningMean: Parameter
    public let runningVariance: Parameter
    public let momentum: Float
    public let epsilon: Float
    public let activation: Activation

    /// - Parameter scope: gives the parameters `weight` and `bias` and the buffers `running_mean` and `running_var`.
    public init(_ scope: ParameterScope, channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5, activation: Activation = .none) {
        weight = scope.parameter("weight", [channels], .constant(1))
        bias = scope.parameter("bias", [channels], .constant(0))
        runningMean = scope.buffer("running_mean", Tensor(zeros: [channels]))
        runningVariance = scope.buffer("running_var", Tensor(ones: [channels]))
        self.momentum = momentum
        self.epsilon = epsilon
        self.activation = activation
    }

    /// The shape of `x`, which is `[batch, channel, …]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let shape: Shape = [1, weight.value.count, 1, 1]
        let axes: Axes = [0, 2, 3]
        let mean: Tensor, variance: Tensor
        switch context.mode {
        case .training:
            mean = x.mean(over: axes, keepingDimensions: true)
            variance = x.variance(over: axes, keepingDimensions: true)
            let n = Float(x.count / weight.value.count)
            context.update(runningMean, to: runningMean.value * (1 - momentum) + mean.detached().flattened(fromAxis: 0) * momentum)
            context.update(
                runningVariance, to: runningVariance.value * (1 - momentum) + variance.detached().flattened(fromAxis: 0) * (momentum * n / (n - 1)))
        case .inference:
            mean = runningMean.value.reshaped(to: shape)
            variance = runningVariance.value.reshaped(to: shape)
        }
        let y = (x - mean) * rsqrt(variance + epsilon) * weight.value.reshaped(to: shape) + bias.value.reshaped(to: shape)
        switch activation {
        case .none: return y
        case .elu: return elu(y)
        case .relu: return relu(y)
        }
    }
}
