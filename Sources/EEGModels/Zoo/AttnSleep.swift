public import EEGTensor

/// A sleep stager with two convolutional paths, of short and of long kernels, and a transformer whose projections are causal convolutions.
///
/// | layer | shape for windows `[1, T]`, T = 3000 at 100 Hz |
/// |---|---|
/// | `features1.0` over 50 samples, stride 6, batch norm, GELU; largest of 8 every 2, dropout | `[batch, 64, 251]` |
/// | `features1.5`, `.8` over 8 samples, each with batch norm and GELU; largest of 4 | `[batch, 128, 64]` |
/// | `features2.0` over 400 samples, stride 50, batch norm, GELU; largest of 4 every 2, dropout | `[batch, 64, 31]` |
/// | `features2.5`, `.8` over 7 samples, each with batch norm and GELU; largest of 2 | `[batch, 128, 16]` |
/// | one behind the other, dropout, `AFR.0`: two 1 × 1 convolutions, squeeze and excitation, a shortcut | `[batch, 30, W = 80]` |
/// | 2 encoder layers: causal convolutions over 7 places, attention with 5 heads, W → 120 → W; layer norm | `[batch, 30, 80]` |
/// | `final_layer` | `[batch, class]` |
///
/// The first two parts are below `feature_extractor.0`, the encoder below `feature_extractor.1`. Parameter names are those of braindecode; of
/// parameters with several names there this is one. As there, the first convolution of an attention is never used.
///
/// Source: E. Eldele et al., "An attention-based deep learning approach for sleep stage classification with single-channel EEG", IEEE Trans.
/// Neural Syst. Rehabil. Eng. 29 (2021) 809–818.
public struct AttnSleep: ZooModel {
    public static let name = "AttnSleep"

    /// Sizes and rates, at first those published, for one channel with 100 samples a second.
    public struct Configuration: ModelConfiguration {
        /// The channels, tokens of the encoder, that the convolutions are reduced to.
        public var tokens = 30
        public var encoderLayers = 2
        public var heads = 5
        /// The width of the inner layer of an encoder layer.
        public var hidden = 120
        /// The share of values that dropout sets to zero in the encoder.
        public var dropoutRate: Float = 0.1
        /// The same in the convolutional paths.
        public var convolutionDropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let paths: [ConvolutionalPath]
    private let dropout: Dropout
    private let reduction: RecalibratedReduction
    private let encoder: [EncoderLayer]
    private let norm: LayerNorm
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, more than one channel, heads that do not divide
    ///   what the convolutions leave of a window, or windows too short for them.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let width = try configuration.width(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (convolutions, encoding) = (scope.child("feature_extractor").child("0"), scope.child("feature_extractor").child("1"))
        paths = ["features1", "features2"].enumerated().map { index, name in
            ConvolutionalPath(convolutions.child(name), PathSizes.all[index], dropoutRate: configuration.convolutionDropoutRate)
        }
        dropout = Dropout(rate: configuration.convolutionDropoutRate)
        reduction = RecalibratedReduction(convolutions.child("AFR").child("0"), inputs: 128, outputs: configuration.tokens)
        encoder = (0..<configuration.encoderLayers).map {
            EncoderLayer(encoding.child("layers").child("\($0)"), width: width, configuration)
        }
        norm = LayerNorm(encoding.child("norm"), features: width, epsilon: 1e-6)
        head = Linear(scope.child("final_layer"), inputs: configuration.tokens * width, outputs: shape.outputs)
    }

    /// `[batch, 1, time]` to `[batch, 30 W]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let both = dropout(concatenate(paths.map { $0(x, &context) }, axis: 2), &context)
        var result = reduction(both, &context)
        for layer in encoder { result = layer(result, &context) }
        return norm(result, &context).flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension AttnSleep {
    /// The kernels and the pooling of a convolutional path.
    fileprivate struct PathSizes {
        let kernel: Int
        let stride: Int
        let laterKernel: Int
        let laterPadding: Int
        let firstPooling: Int
        let secondPooling: Int

        static let all = [
            PathSizes(kernel: 50, stride: 6, laterKernel: 8, laterPadding: 4, firstPooling: 8, secondPooling: 4),
            PathSizes(kernel: 400, stride: 50, laterKernel: 7, laterPadding: 3, firstPooling: 4, secondPooling: 2),
        ]

        var padding: Int { stride == 6 ? 24 : 200 }

        /// What is left of `samples`.
        func places(_ samples: Int) -> Int {
            var left = windowCount(samples, kernel: kernel, stride: stride, padding: padding)
            left = windowCount(left, kernel: firstPooling, stride: 2, padding: firstPooling / 2)
            for _ in 0..<2 { left = windowCount(left, kernel: laterKernel, padding: laterPadding) }
            return windowCount(left, kernel: secondPooling, stride: secondPooling, padding: secondPooling / 2)
        }
    }

    /// Three convolutions, the first with a stride, with pooling behind the first and the last.
    private struct ConvolutionalPath: Layer {
        let convolutions: [Convolution1D]
        let norms: [BatchNorm]
        let sizes: PathSizes
        let dropout: Dropout

        init(_ scope: ParameterScope, _ sizes: PathSizes, dropoutRate: Float) {
            convolutions = [
                Convolution1D(
                    scope.child("0"), inputs: 1, outputs: 64, kernel: sizes.kernel, stride: sizes.stride, padding: .zeros(sizes.padding),
                    hasBias: false),
                Convolution1D(
                    scope.child("5"), inputs: 64, outputs: 128, kernel: sizes.laterKernel, padding: .zeros(sizes.laterPadding), hasBias: false),
                Convolution1D(
                    scope.child("8"), inputs: 128, outputs: 128, kernel: sizes.laterKernel, padding: .zeros(sizes.laterPadding),
                    hasBias: false),
            ]
            norms = [("1", 64), ("6", 128), ("9", 128)].map { BatchNorm(scope.child($0), channels: $1, activation: .gelu) }
            self.sizes = sizes
            dropout = Dropout(rate: dropoutRate)
        }

        /// `[batch, 1, time]` to `[batch, 128, place]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let first = norms[0](convolutions[0](x, &context), &context)
            var result = dropout(maxPooling1D(first, kernel: sizes.firstPooling, stride: 2, padding: sizes.firstPooling / 2), &context)
            for index in 1...2 { result = norms[index](convolutions[index](result, &context), &context) }
            return maxPooling1D(result, kernel: sizes.secondPooling, padding: sizes.secondPooling / 2)
        }
    }

    /// A residual block of 1 × 1 convolutions whose outputs are weighted by what their means say (squeeze and excitation).
    private struct RecalibratedReduction: Layer {
        let convolutions: [Convolution1D]
        let norms: [BatchNorm]
        let squeeze: Linear
        let excitation: Linear
        let shortcut: Convolution1D
        let shortcutNorm: BatchNorm

        init(_ scope: ParameterScope, inputs: Int, outputs: Int) {
            let (main, beside) = (scope.child("features"), scope.child("downsample"))
            convolutions = [("0", inputs), ("3", outputs)].map { Convolution1D(main.child($0), inputs: $1, outputs: outputs, kernel: 1) }
            norms = [
                BatchNorm(main.child("1"), channels: outputs, activation: .relu), BatchNorm(main.child("4"), channels: outputs),
            ]
            let inner = max(1, outputs / 16)
            squeeze = Linear(scope.child("se").child("fc").child("0"), inputs: outputs, outputs: inner, hasBias: false)
            excitation = Linear(scope.child("se").child("fc").child("2"), inputs: inner, outputs: outputs, hasBias: false)
            shortcut = Convolution1D(beside.child("0"), inputs: inputs, outputs: outputs, kernel: 1, hasBias: false)
            shortcutNorm = BatchNorm(beside.child("1"), channels: outputs)
        }

        /// `[batch, input, place]` to `[batch, output, place]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            var result = x
            for (convolution, norm) in zip(convolutions, norms) { result = norm(convolution(result, &context), &context) }
            let gate = sigmoid(excitation(relu(squeeze(result.mean(over: 2), &context)), &context))
            return relu(result * gate.expandingDimensions(at: 2) + shortcutNorm(shortcut(x, &context), &context))
        }
    }

    /// Attention and a dense layer, each behind a layer norm and added to what it had.
    private struct EncoderLayer: Layer {
        let entry: Convolution1D
        let attentionNorm: LayerNorm
        /// The second is for keys, the third for values.
        let projections: [Convolution1D]
        let output: Linear
        let denseNorm: LayerNorm
        let widening: Linear
        let narrowing: Linear
        let heads: Int
        let dropout: Dropout

        init(_ scope: ParameterScope, width: Int, _ configuration: Configuration) {
            func causal(_ scope: ParameterScope) -> Convolution1D {
                Convolution1D(scope, inputs: configuration.tokens, outputs: configuration.tokens, kernel: 7, padding: .causal)
            }
            entry = causal(scope.child("conv"))
            attentionNorm = LayerNorm(scope.child("residual_self_attn").child("norm"), features: width, epsilon: 1e-6)
            projections = (0..<3).map { causal(scope.child("self_attn").child("convs").child("\($0)")) }
            output = Linear(scope.child("self_attn").child("linear"), inputs: width, outputs: width)
            denseNorm = LayerNorm(scope.child("residual_ff").child("norm"), features: width, epsilon: 1e-6)
            let dense = scope.child("residual_ff").child("fn_ff")
            widening = Linear(dense.child("w_1"), inputs: width, outputs: configuration.hidden)
            narrowing = Linear(dense.child("w_2"), inputs: configuration.hidden, outputs: width)
            heads = configuration.heads
            dropout = Dropout(rate: configuration.dropoutRate)
        }

        /// The shape of `x`, which is `[batch, token, width]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let entered = entry(x, &context)
            let parts = [attentionNorm(entered, &context), projections[1](x, &context), projections[2](x, &context)].map {
                $0.unflattened(axis: 2, into: [heads, $0.shape[2] / heads]).transposed(1, 2)
            }
            let weightDropout =
                context.mode == .training && dropout.rate > 0 ? AttentionDropout(probability: dropout.rate, using: &context.generator) : nil
            let attended = scaledDotProductAttention(parts[0], parts[1], parts[2], dropout: weightDropout)
            let combined = output(attended.transposed(1, 2).flattened(fromAxis: 2), &context)
            let result = entered + dropout(combined, &context)
            let wide = dropout(relu(widening(denseNorm(result, &context), &context)), &context)
            return result + dropout(narrowing(wide, &context), &context)
        }
    }
}

extension AttnSleep.Configuration {
    /// What the convolutional paths leave of a window.
    fileprivate func width(for shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: AttnSleep.name)
        try check.positive(("tokens", tokens), ("encoder layers", encoderLayers), ("heads", heads), ("hidden", hidden))
        try check.rates(("dropout rate", dropoutRate), ("convolution dropout rate", convolutionDropoutRate))
        guard shape.channels == 1 else { throw check.error("channels", expected: "1", found: shape.channels) }
        let places = AttnSleep.PathSizes.all.map { $0.places(shape.samples) }
        try check.samples(shape, leave: places.min() ?? 0, for: "the kernels and the pooling")
        let width = places.reduce(0, +)
        guard width % heads == 0 else { throw check.error("heads", expected: "a divisor of the \(width) places of a window", found: heads) }
        return width
    }
}
