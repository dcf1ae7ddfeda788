internal import EEGTensor

/// How a network weights its channels, which are filters, by what they hold over the whole window: each channel is multiplied by a number
/// that follows from all of them.
public enum ChannelAttention: String, Sendable, Codable, CaseIterable {
    /// The means of the channels through a narrow layer.
    ///
    /// Source: J. Hu, L. Shen and G. Sun, "Squeeze-and-excitation networks", CVPR 2018.
    case squeezeExcitation = "se"
    /// The covariance of the channels after a narrow layer.
    ///
    /// Source: Z. Gao et al., "Global second-order pooling convolutional networks", CVPR 2019.
    case secondOrderPooling = "gsop"
    /// One coefficient of each channel's cosine transform through a narrow layer.
    ///
    /// Source: Z. Qin et al., "FcaNet: frequency channel attention networks", ICCV 2021.
    case frequency = "fca"
    /// The mean difference of the samples from each of some learned code words.
    ///
    /// Source: H. Zhang et al., "Context encoding for semantic segmentation", CVPR 2018.
    case contextEncoding = "encnet"
    /// The means of the channels, a convolution over neighbouring channels.
    ///
    /// Source: Q. Wang et al., "ECA-Net: efficient channel attention for deep convolutional neural networks", CVPR 2020.
    case efficient = "eca"
    /// The means of the channels as they are.
    ///
    /// Source: J. Hu et al., "Gather-excite: exploiting feature context in convolutional neural networks", NeurIPS 2018.
    case gatherExcite = "ge"
    /// The norms of the channels, each against the others'.
    ///
    /// Source: Z. Yang et al., "Gated channel transformation for visual recognition", CVPR 2020.
    case gatedTransformation = "gct"
    /// The mean and the standard deviation of each channel.
    ///
    /// Source: H. Lee, H.-E. Kim and H. Nam, "SRM: a style-based recalibration module for convolutional neural networks", ICCV 2019.
    case styleRecalibration = "srm"
    /// Means and maxima of the channels through a narrow layer; then the same for the samples, by a convolution over time.
    ///
    /// Source: S. Woo et al., "CBAM: convolutional block attention module", ECCV 2018.
    case convolutionalBlock = "cbam"
    /// Means, maxima and entropies of the channels through a narrow layer, together with those of the samples.
    ///
    /// Source: Z. Wu et al., "CAT: learning to collaborate channel and spatial attention from multi-information fusion", IET Comput. Vis. 17
    /// (2023) 309–318.
    case collaborative = "cat"
    /// ``collaborative`` without the samples.
    case lightCollaborative = "catlite"

    /// - Parameters:
    ///   - scope: gives the parameters of braindecode's layer for this.
    ///   - samples: of the states that are weighted.
    /// - Returns: a layer that keeps the shape `[batch, channel, 1, time]`.
    func layer(_ scope: ParameterScope, channels: Int, samples: Int, _ sizes: ChannelAttentionSizes) -> any Layer {
        let narrow = channels / sizes.reduction
        return switch self {
        case .squeezeExcitation: SqueezeExcitation(scope, channels: channels, narrow: narrow)
        case .secondOrderPooling: SecondOrderPooling(scope, channels: channels, narrow: narrow)
        case .frequency: FrequencyAttention(scope, channels: channels, narrow: narrow, samples: samples, frequency: sizes.frequency)
        case .contextEncoding: ContextEncoding(scope, channels: channels, codeWords: sizes.codeWords)
        case .efficient: EfficientAttention(scope, kernel: sizes.kernelLength)
        case .gatherExcite: GatherExcite()
        case .gatedTransformation: GatedTransformation(scope, channels: channels)
        case .styleRecalibration: StyleRecalibration(scope, channels: channels)
        case .convolutionalBlock: ConvolutionalBlockAttention(scope, channels: channels, narrow: narrow, kernel: sizes.kernelLength)
        case .collaborative: CollaborativeAttention(scope, channels: channels, narrow: narrow, kernel: sizes.kernelLength)
        case .lightCollaborative: LightCollaborativeAttention(scope, channels: channels, narrow: narrow)
        }
    }
}

/// Sizes that kinds of ``ChannelAttention`` have, each its own.
struct ChannelAttentionSizes {
    /// How many times narrower than the channels the narrow layer is.
    var reduction: Int
    var codeWords: Int
    /// Channels or samples of the convolutions; an odd number.
    var kernelLength: Int
    /// Half periods of the cosine in a window.
    var frequency: Int
}

/// Two layers with ReLU between them for numbers of channels, `[batch, channel, 1, 1]`.
struct NarrowLayer: Layer {
    private let narrowing: Convolution2D
    private let widening: Convolution2D

    /// - Parameter names: of the two layers in `scope`.
    init(_ scope: ParameterScope, _ names: (String, String), channels: Int, narrow: Int, hasBias: Bool = false) {
        narrowing = Convolution2D(scope.child(names.0), inputs: channels, outputs: narrow, kernel: (1, 1), hasBias: hasBias)
        widening = Convolution2D(scope.child(names.1), inputs: narrow, outputs: channels, kernel: (1, 1), hasBias: hasBias)
    }

    /// The shape of `x`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { widening(relu(narrowing(x, &context)), &context) }
}

private struct SqueezeExcitation: Layer {
    let layers: NarrowLayer

    init(_ scope: ParameterScope, channels: Int, narrow: Int) {
        layers = NarrowLayer(scope, ("fc1", "fc2"), channels: channels, narrow: narrow)
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        x * sigmoid(layers(x.mean(over: -1, keepingDimensions: true), &context))
    }
}

/// The weights may have any sign and size here.
private struct SecondOrderPooling: Layer {
    let narrowing: Convolution2D
    let norm: BatchNorm
    let rows: Convolution2D
    let widening: Convolution2D

    init(_ scope: ParameterScope, channels: Int, narrow: Int) {
        narrowing = Convolution2D(scope.child("pw_conv1"), inputs: channels, outputs: narrow, kernel: (1, 1))
        norm = BatchNorm(scope.child("bn"), channels: narrow)
        rows = Convolution2D(scope.child("rw_conv"), inputs: narrow, outputs: 4 * narrow, kernel: (narrow, 1), groups: narrow)
        widening = Convolution2D(scope.child("pw_conv2"), inputs: 4 * narrow, outputs: channels, kernel: (1, 1))
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let matrices = covariance(narrowing(x, &context).squeezed(axis: 2)).expandingDimensions(at: -1)
        return x * widening(rows(norm(matrices, &context), &context), &context)
    }
}

private struct FrequencyAttention: Layer {
    /// A cosine for each channel, `[channel, time]`.
    let cosines: Parameter
    let narrowing: Linear
    let widening: Linear

    init(_ scope: ParameterScope, channels: Int, narrow: Int, samples: Int, frequency: Int) {
        let places = (Tensor((0..<samples).map(Float.init), shape: [samples]) + 0.5) * (Float.pi * Float(frequency) / Float(samples))
        let wave = cos(places) * (Float(frequency == 0 ? 1 : 2) / Float(samples)).squareRoot()
        cosines = scope.buffer("weight", [channels, samples], wave.broadcast(to: [channels, samples]))
        narrowing = Linear(scope.child("fc").child("0"), inputs: channels, outputs: narrow, hasBias: false)
        widening = Linear(scope.child("fc").child("2"), inputs: narrow, outputs: channels, hasBias: false)
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let coefficients = (x.squeezed(axis: 2) * cosines.value).sum(over: -1)
        let weights = sigmoid(widening(relu(narrowing(coefficients, &context)), &context))
        return x * weights.reshaped(to: [x.shape[0], x.shape[1], 1, 1])
    }
}

private struct ContextEncoding: Layer {
    /// `[word, channel]`.
    let codeWords: Parameter
    /// What the squared distances to each word are multiplied by, `[word]`.
    let smoothing: Parameter
    let norm: BatchNorm
    let dense: Linear

    init(_ scope: ParameterScope, channels: Int, codeWords count: Int) {
        codeWords = scope.parameter("codewords", [count, channels], .uniform(1 / Float(count * channels).squareRoot()))
        smoothing = scope.parameter("smoothing", [count], .uniform(0.5))
        smoothing.update { $0 = $0 - 0.5 }
        norm = BatchNorm(scope.child("bn"), channels: count, activation: .relu)
        dense = Linear(scope.child("fc"), inputs: channels, outputs: channels)
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        // [batch, time, word, channel]
        let differences = x.squeezed(axis: 2).transposed().expandingDimensions(at: 2) - codeWords.value
        let shares = softmax(differences.squared().sum(over: -1) * smoothing.value)
        let encoded = (differences * shares.expandingDimensions(at: -1)).sum(over: 1)
        let weights = sigmoid(dense(norm(encoded, &context).mean(over: 1), &context))
        return x * weights.reshaped(to: [x.shape[0], x.shape[1], 1, 1])
    }
}

private struct EfficientAttention: Layer {
    let convolution: Convolution1D

    init(_ scope: ParameterScope, kernel: Int) {
        convolution = Convolution1D(scope.child("conv"), inputs: 1, outputs: 1, kernel: kernel, padding: .same, hasBias: false)
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let means = x.mean(over: -1).transposed()
        return x * sigmoid(convolution(means, &context).transposed()).expandingDimensions(at: -1)
    }
}

private struct GatherExcite: Layer {
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { x * sigmoid(x.mean(over: -1, keepingDimensions: true)) }
}

private struct GatedTransformation: Layer {
    /// `[1, channel, 1, 1]`, as are the others.
    let alpha: Parameter
    let beta: Parameter
    let gamma: Parameter

    init(_ scope: ParameterScope, channels: Int) {
        alpha = scope.parameter("alpha", [1, channels, 1, 1], .constant(1))
        beta = scope.parameter("beta", [1, channels, 1, 1], .constant(0))
        gamma = scope.parameter("gamma", [1, channels, 1, 1], .constant(0))
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let norms = alpha.value * sqrt(x.squared().sum(over: -1, keepingDimensions: true) + 1e-5)
        let relative = norms * rsqrt(norms.squared().mean(over: 1, keepingDimensions: true) + 1e-5)
        return x * (1 + tanh(gamma.value * relative + beta.value))
    }
}

/// In training it needs more than one window in a batch.
private struct StyleRecalibration: Layer {
    let convolution: Convolution1D
    let norm: BatchNorm

    init(_ scope: ParameterScope, channels: Int) {
        convolution = Convolution1D(
            scope.child("style_integration"), inputs: channels, outputs: channels, kernel: 2, groups: channels, hasBias: false)
        norm = BatchNorm(scope.child("bn"), channels: channels)
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let style = concatenate([x.mean(over: -1), x.standardDeviation(over: -1, unbiased: true)], axis: -1)
        return x * sigmoid(norm(convolution(style, &context), &context)).expandingDimensions(at: -1)
    }
}

private struct ConvolutionalBlockAttention: Layer {
    let layers: NarrowLayer
    let convolution: Convolution2D

    init(_ scope: ParameterScope, channels: Int, narrow: Int, kernel: Int) {
        layers = NarrowLayer(scope.child("fc"), ("0", "2"), channels: channels, narrow: narrow)
        convolution = Convolution2D(scope.child("conv"), inputs: 2, outputs: 1, kernel: (1, kernel), padding: (.valid, .same))
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let means = layers(x.mean(over: -1, keepingDimensions: true), &context)
        let weighted = x * sigmoid(means + layers(x.max(over: -1, keepingDimensions: true), &context))
        let samples = concatenate(
            [weighted.mean(over: 1, keepingDimensions: true), weighted.max(over: 1, keepingDimensions: true)], axis: 1)
        return weighted * sigmoid(convolution(samples, &context))
    }
}
