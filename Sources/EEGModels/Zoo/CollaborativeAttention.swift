internal import EEGTensor

/// Channels weighted by their means, maxima and entropies. See ``ChannelAttention/lightCollaborative``.
struct LightCollaborativeAttention: Layer {
    private let pools: CollaborativePools
    private let logits: CollaborativeLogits

    init(_ scope: ParameterScope, channels: Int, narrow: Int) {
        pools = CollaborativePools(scope)
        logits = CollaborativeLogits(scope, channels: channels, narrow: narrow, hasBias: true)
    }

    /// The shape of `x`, which is `[batch, channel, 1, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        x * sigmoid(logits(x, maxima: pools.maxima(x), &context))
    }
}

/// Channels and samples weighted by their means, maxima and entropies. See ``ChannelAttention/collaborative``.
struct CollaborativeAttention: Layer {
    private let pools: CollaborativePools
    private let logits: CollaborativeLogits
    /// What the samples' means, the maxima and the samples' entropies are multiplied by, one number each.
    private let factors: [Parameter]
    private let convolution: Convolution2D
    /// The shares of channels and samples in the weights, before a softmax; one number each.
    private let shares: [Parameter]

    init(_ scope: ParameterScope, channels: Int, narrow: Int, kernel: Int) {
        pools = CollaborativePools(scope)
        logits = CollaborativeLogits(scope, channels: channels, narrow: narrow, hasBias: false)
        factors = ["s_alpha", "s_beta", "s_gamma"].map { scope.parameter($0, [1], .constant(0)) }
        convolution = Convolution2D(
            scope.child("conv"), inputs: channels, outputs: channels, kernel: (1, kernel), padding: (.valid, .same), hasBias: false)
        shares = ["c_w", "s_w"].map { scope.parameter($0, [1], .constant(0)) }
    }

    /// The shape of `x`, which is `[batch, channel, 1, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let maxima = pools.maxima(x)
        let ofChannels = sigmoid(logits(x, maxima: maxima, &context))
        let entropies = x.relativeEntropy(over: 1, rankedAlong: 3)
        let pooled = factors[1].value * maxima - factors[0].value * x.mean(over: 1, keepingDimensions: true)
        let ofSamples = sigmoid(convolution(pooled + factors[2].value * entropies, &context))
        let weights = softmax(concatenate(shares.map(\.value)))
        return x * (weights.sliced(axis: 0, 0) * ofChannels + weights.sliced(axis: 0, 1) * ofSamples)
    }
}

/// The maxima of smoothed channels.
private struct CollaborativePools {
    /// `[1, 1, 1, 5]`.
    let kernel: Parameter

    init(_ scope: ParameterScope) {
        let bell = exp(Tensor([-2, -0.5, 0, -0.5, -2], shape: [1, 1, 1, 5]))
        kernel = scope.child("gauss_filter").buffer("weight", [1, 1, 1, 5], bell / bell.sum())
    }

    /// `[batch, channel, 1, time]` to `[batch, channel, 1, 1]`.
    func maxima(_ x: Tensor) -> Tensor {
        let smoothed = convolution2D(x.transposed(1, 2), weight: kernel.value, padding: (.valid, .same))
        return smoothed.transposed(1, 2).max(over: -1, keepingDimensions: true)
    }
}

/// Weights of channels before the sigmoid.
private struct CollaborativeLogits {
    /// What means, maxima and entropies are multiplied by after the narrow layer, one number each.
    let factors: [Parameter]
    let layers: NarrowLayer

    init(_ scope: ParameterScope, channels: Int, narrow: Int, hasBias: Bool) {
        factors = ["c_alpha", "c_beta", "c_gamma"].map { scope.parameter($0, [1], .constant(0)) }
        layers = NarrowLayer(scope.child("mlp"), ("0", "2"), channels: channels, narrow: narrow, hasBias: hasBias)
    }

    /// - Parameters:
    ///   - x: `[batch, channel, 1, time]`.
    ///   - maxima: `[batch, channel, 1, 1]`.
    /// - Returns: `[batch, channel, 1, 1]`.
    func callAsFunction(_ x: Tensor, maxima: Tensor, _ context: inout ForwardContext) -> Tensor {
        let means = factors[0].value * layers(x.mean(over: -1, keepingDimensions: true), &context)
        let largest = factors[1].value * layers(maxima, &context)
        return means + largest + factors[2].value * layers(x.relativeEntropy(over: 3, rankedAlong: 1), &context)
    }
}

extension Tensor {
    /// The entropy of the softmax over one axis, which stays with size 1, from 0 for the smallest along another to 1 for the largest.
    fileprivate func relativeEntropy(over axis: Int, rankedAlong other: Axes) -> Tensor {
        let logarithms = logSoftmax(self, axis: axis)
        let negative = (exp(logarithms) * logarithms).sum(over: Axes([axis]), keepingDimensions: true)
        let largest = negative.max(over: other, keepingDimensions: true)
        let range = largest - negative.min(over: other, keepingDimensions: true)
        // Where all are the same, 0.
        return (largest - negative) / range.clamped(to: Float.leastNormalMagnitude...Float.greatestFiniteMagnitude)
    }
}
