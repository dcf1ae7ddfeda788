public import EEGTensor

/// An EEGNet-like convolutional front; then sliding windows over its outputs, each with attention and a temporal convolutional network, whose
/// scores are averaged.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `conv_block.conv1` over 64 samples, `bn1` | `[batch, 16, C, T]` |
/// | `conv_block.conv2` over the electrodes in 16 groups, `bn2`, ELU | `[batch, 32, 1, T]` |
/// | mean by 8, channel dropout | `[batch, 32, 1, T / 8]` |
/// | `conv_block.conv3` over 16 samples, `bn3`, ELU | `[batch, 32, 1, T / 8]` |
/// | mean by 7, channel dropout | `[batch, 32, 1, T₁ = T / 56]` |
/// | 5 windows of L = T₁ − 4 places, each one place behind the one before; for each: | `[batch, L, 32]` |
/// | `attention_blocks.i`: layer norm, attention with 2 heads of 8, added to what it had | `[batch, L, 32]` |
/// | `temporal_conv_nets.i`: 2 residual blocks of causal convolutions over 4 places, dilated by 1 and 2; the last place | `[batch, 32]` |
/// | `final_layer.i` | `[batch, class]` |
/// | mean over the windows | `[batch, class]` |
///
/// Parameter names are those of braindecode, whose layers hold time before electrodes.
///
/// Source: H. Altaheri, G. Muhammad and M. Alsulaiman, "Physics-informed attention temporal convolutional network for EEG-based motor imagery
/// classification", IEEE Trans. Ind. Inform. 19 (2023) 2249–2258.
public struct ATCNet: ZooModel {
    public static let name = "ATCNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters over time.
        public var temporalFilters = 16
        /// The spatial filters for each of them.
        public var depthMultiplier = 2
        /// Samples of the first kernel: a quarter of a second at 250 Hz.
        public var kernelLength = 64
        /// Places of the kernel behind the first pooling.
        public var secondKernelLength = 16
        public var firstPooling = 8
        public var secondPooling = 7
        /// The share of channels that dropout sets to zero in the convolutional front.
        public var convolutionDropoutRate: Float = 0.3
        /// Sliding windows.
        public var windows = 5
        public var heads = 2
        /// Queries, keys and values of a head.
        public var headDepth = 8
        /// The share of the results of the attention that dropout sets to zero.
        public var attentionDropoutRate: Float = 0.5
        /// The same behind it.
        public var blockDropoutRate: Float = 0.3
        /// Residual blocks of a temporal convolutional network.
        public var residualBlocks = 2
        public var residualKernelLength = 4
        public var residualDropoutRate: Float = 0.3
        /// The largest norm of a filter; nil for no limit.
        public var convolutionMaximumNorm: Float?
        /// The largest norm of the weights of a feature in the last layers.
        public var finalMaximumNorm: Float = 0.25

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: Front
    private let attentions: [AttentionBlock]
    private let residuals: [[CausalResidualBlock]]
    private let heads: [FeatureLimitedLinear]

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows too short for the pooling and the
    ///   sliding windows.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        let width = configuration.temporalFilters * configuration.depthMultiplier
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        front = Front(scope.child("conv_block"), channels: shape.channels, configuration)
        attentions = (0..<configuration.windows).map {
            AttentionBlock(scope.child("attention_blocks").child("\($0)"), width: width, configuration)
        }
        residuals = (0..<configuration.windows).map { window in
            (0..<configuration.residualBlocks).map { level in
                CausalResidualBlock(
                    scope.child("temporal_conv_nets").child("\(window)").child("\(level)"), width: width,
                    kernel: configuration.residualKernelLength, dilation: 1 << level, dropoutRate: configuration.residualDropoutRate,
                    maximumNorm: configuration.convolutionMaximumNorm)
            }
        }
        heads = (0..<configuration.windows).map {
            FeatureLimitedLinear(
                scope.child("final_layer").child("\($0)"), inputs: width, outputs: shape.outputs, maximumNorm: configuration.finalMaximumNorm)
        }
    }

    /// `[batch, channel, time]` to `[batch, window, 32]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let places = front(x, &context).transposed()
        let length = places.shape[1] - configuration.windows + 1
        var results: [Tensor] = []
        for (window, attention) in attentions.enumerated() {
            var result = attention(places.sliced(axis: 1, window..<(window + length)), &context).transposed()
            for block in residuals[window] { result = block(result, &context) }
            results.append(result.sliced(axis: 2, length - 1))
        }
        return stack(results, axis: 1)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor {
        var sum = heads[0](features.sliced(axis: 1, 0), &context)
        for (window, head) in heads.enumerated().dropFirst() { sum = sum + head(features.sliced(axis: 1, window), &context) }
        return sum / Float(heads.count)
    }
}

extension ATCNet {
    /// The convolutional front.
    private struct Front {
        let first: TemporalSpatialConvolution
        let spatialNorm: BatchNorm
        let second: TimeFirstConvolution
        let secondNorm: BatchNorm
        let dropout: ChannelDropout
        let poolings: (Int, Int)

        init(_ scope: ParameterScope, channels: Int, _ configuration: Configuration) {
            let filters = configuration.temporalFilters
            let width = filters * configuration.depthMultiplier
            let limit = configuration.convolutionMaximumNorm
            let temporal = TimeFirstConvolution(
                scope.child("conv1"), inputs: 1, outputs: filters, kernel: (configuration.kernelLength, 1), padding: .same, hasBias: false,
                maximumNorm: limit)
            let temporalNorm = BatchNorm(scope.child("bn1"), channels: filters, epsilon: 1e-4)
            let spatial = TimeFirstConvolution(
                scope.child("conv2"), inputs: filters, outputs: width, kernel: (1, channels), groups: filters, hasBias: false,
                maximumNorm: limit)
            first = TemporalSpatialConvolution(temporal, temporalNorm, spatial)
            spatialNorm = BatchNorm(scope.child("bn2"), channels: width, epsilon: 1e-4, activation: .elu())
            second = TimeFirstConvolution(
                scope.child("conv3"), inputs: width, outputs: width, kernel: (configuration.secondKernelLength, 1), padding: .same,
                hasBias: false, maximumNorm: limit)
            secondNorm = BatchNorm(scope.child("bn3"), channels: width, epsilon: 1e-4, activation: .elu())
            dropout = ChannelDropout(rate: configuration.convolutionDropoutRate)
            poolings = (configuration.firstPooling, configuration.secondPooling)
        }

        /// `[batch, channel, time]` to `[batch, 32, T₁]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let filtered = spatialNorm(first(x, &context), &context)
            let pooled = dropout(averagePooling2D(filtered, kernel: (1, poolings.0)), &context)
            let again = secondNorm(second(pooled, &context), &context)
            return dropout(averagePooling2D(again, kernel: (1, poolings.1)), &context).squeezed(axis: 2)
        }
    }

    /// A layer norm and attention, added to what they are given.
    private struct AttentionBlock: Layer {
        let norm: LayerNorm
        let projections: [Linear]
        let output: Linear
        let heads: Int
        let depth: Int
        let attentionDropout: Dropout
        let dropout: Dropout

        init(_ scope: ParameterScope, width: Int, _ configuration: Configuration) {
            let inner = configuration.heads * configuration.headDepth
            let attention = scope.child("mha")
            norm = LayerNorm(scope.child("ln"), features: width, epsilon: 1e-6)
            projections = ["fc_q", "fc_k", "fc_v"].map { Linear(attention.child($0), inputs: width, outputs: inner) }
            output = Linear(attention.child("fc_o"), inputs: inner, outputs: width)
            heads = configuration.heads
            depth = configuration.headDepth
            attentionDropout = Dropout(rate: configuration.attentionDropoutRate)
            dropout = Dropout(rate: configuration.blockDropoutRate)
        }

        /// The shape of `x`, which is `[batch, place, width]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let normalised = norm(x, &context)
            let parts = projections.map { projection in
                projection(normalised, &context).unflattened(axis: 2, into: [heads, depth]).transposed(1, 2)
            }
            let attended = scaledDotProductAttention(parts[0], parts[1], parts[2]).transposed(1, 2).flattened(fromAxis: 2)
            return x + dropout(attentionDropout(output(attended, &context), &context), &context)
        }
    }
}

extension ATCNet.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: ATCNet.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("depth multiplier", depthMultiplier), ("kernel length", kernelLength),
            ("second kernel length", secondKernelLength), ("first pooling", firstPooling), ("second pooling", secondPooling),
            ("windows", windows), ("heads", heads), ("head depth", headDepth), ("residual blocks", residualBlocks),
            ("residual kernel length", residualKernelLength))
        guard residualBlocks <= 10 else { throw check.error("residual blocks", expected: "at most 10", found: residualBlocks) }
        try check.rates(
            ("convolution dropout rate", convolutionDropoutRate), ("attention dropout rate", attentionDropoutRate),
            ("block dropout rate", blockDropoutRate), ("residual dropout rate", residualDropoutRate))
        try check.positive(("convolution maximum norm", convolutionMaximumNorm ?? 1), ("final maximum norm", finalMaximumNorm))
        try check.samples(
            shape, leave: shape.samples / firstPooling / secondPooling - windows + 1,
            for: "pooling by \(firstPooling) and by \(secondPooling) and \(windows) sliding windows")
    }
}
