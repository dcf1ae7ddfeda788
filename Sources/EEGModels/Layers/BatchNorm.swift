public import EEGTensor

/// Normalises each channel to mean 0 and variance 1, then scales and shifts it; with an activation after it where one is given.
///
/// In training, mean and variance are those of the batch, and the running ones move towards them by `momentum`; otherwise the running ones
/// are used.
///
/// Source: S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", ICML 2015.
public struct BatchNorm: Layer {
    /// What each channel is multiplied by, `[channel]`.
    public let weight: Parameter?
    /// What is added to each channel, `[channel]`.
    public let bias: Parameter?
    /// `[channel]`.
    public let runningMean: Parameter
    /// `[channel]`, divided by one less than the number of values.
    public let runningVariance: Parameter
    /// The fraction of the way that the running statistics move to those of a batch.
    public let momentum: Float
    /// Is added to the variance.
    public let epsilon: Float
    /// What follows the normalisation.
    public let activation: Activation

    /// - Parameters:
    ///   - scope: gives the parameters `weight` and `bias` and the buffers `running_mean` and `running_var`.
    ///   - isAffine: whether there are a weight and a bias.
    public init(
        _ scope: ParameterScope, channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5, isAffine: Bool = true,
        activation: Activation = .none
    ) {
        weight = isAffine ? scope.parameter("weight", [channels], .constant(1)) : nil
        bias = isAffine ? scope.parameter("bias", [channels], .constant(0)) : nil
        runningMean = scope.buffer("running_mean", [channels], Tensor(zeros: [channels]))
        runningVariance = scope.buffer("running_var", [channels], Tensor(ones: [channels]))
        self.momentum = momentum
        self.epsilon = epsilon
        self.activation = activation
    }

    /// The shape of `x`, which is `[batch, channel, …]`.
    ///
    /// - Precondition: in training, more than one value a channel.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        switch context.mode {
        case .training:
            let result = batchNorm(x, scale: weight?.value, shift: bias?.value, epsilon: epsilon, activation: activation)
            moveRunningStatistics(towards: result.statistics, &context)
            return context.exposing(result.output, as: runningMean.layer)
        case .inference:
            let output = batchNorm(
                x, statistics: runningStatistics, scale: weight?.value, shift: bias?.value, epsilon: epsilon, activation: activation)
            return context.exposing(output, as: runningMean.layer)
        }
    }

    private var runningStatistics: ChannelStatistics { ChannelStatistics(mean: runningMean.value, variance: runningVariance.value) }

    /// The normalisation as a part of ``TemporalSpatialConvolution``.
    func filterNormalization(_ mode: ForwardContext.Mode) -> FilterNormalization {
        FilterNormalization(
            scale: weight?.value, shift: bias?.value, epsilon: epsilon, statistics: mode == .inference ? runningStatistics : nil)
    }

    /// Moves the running statistics towards those of a batch.
    func moveRunningStatistics(towards batch: ChannelStatistics, _ context: inout ForwardContext) {
        let moved = runningStatistics.moved(towards: batch, momentum: momentum)
        context.update(runningMean, to: moved.mean)
        context.update(runningVariance, to: moved.variance)
    }
}
