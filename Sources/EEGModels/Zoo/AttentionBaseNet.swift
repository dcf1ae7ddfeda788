public import EEGTensor

/// Filters over time and electrodes and a second convolution over time, whose channels are weighted by one of eleven kinds of attention.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `input_block.temporal_conv` over 25 samples, `intermediate_bn` | `[batch, 40, C, T]` |
/// | `input_block.spatial_conv` over the electrodes in 40 groups, `bn`, ELU | `[batch, 40, 1, T]` |
/// | mean of 75 samples every 15, dropout | `[batch, 40, 1, T₁ = (T − 75) / 15 + 1]` |
/// | `channel_expansion` 1 × 1, batch norm, ELU | `[batch, 16, 1, T₁]` |
/// | `channel_attention_block.conv` over 15 samples in 16 groups, then 1 × 1, batch norm, ELU | `[batch, 16, 1, T₁]` |
/// | `channel_attention_block.attention_block` where one is chosen | `[batch, 16, 1, T₁]` |
/// | mean by 8, dropout | `[batch, 16, 1, T₁ / 8]` |
/// | `final_layer.1` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: M. Wimpff et al., "EEG motor imagery decoding: a framework for comparative analysis with channel attention mechanisms", J. Neural
/// Eng. 21 (2024) 036020.
public struct AttentionBaseNet: ZooModel {
    public static let name = "AttentionBaseNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters over time.
        public var temporalFilters = 40
        /// Spatial filters for each of them.
        public var depthMultiplier = 1
        /// Samples of the first kernel.
        public var kernelLength = 25
        /// Samples of a mean behind the spatial filters.
        public var poolingLength = 75
        public var poolingStride = 15
        /// Filters of the second convolution, which attention weights.
        public var channels = 16
        /// Samples of its kernel.
        public var secondKernelLength = 15
        /// Samples of a mean behind it.
        public var secondPoolingLength = 8
        public var secondPoolingStride = 8
        /// The kind of attention; none where absent.
        public var attention: ChannelAttention?
        /// How many times narrower than the channels the narrow layer of an attention is.
        public var attentionReduction = 4
        /// Code words of ``ChannelAttention/contextEncoding``.
        public var codeWords = 4
        /// Channels or samples of the convolution in an attention; an odd number.
        public var attentionKernelLength = 9
        /// Half periods in a window of the cosine of ``ChannelAttention/frequency``.
        public var attentionFrequency = 0
        /// The share of values that dropout sets to zero behind the first pooling.
        public var dropoutRate: Float = 0.5
        /// The same behind the second.
        public var secondDropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: TemporalSpatialConvolution
    private let spatialNorm: BatchNorm
    private let expansion: Convolution2D
    private let expansionNorm: BatchNorm
    private let second: Convolution2D
    private let pointwise: Convolution2D
    private let secondNorm: BatchNorm
    private let attention: (any Layer)?
    private let dropouts: [Dropout]
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        let (between, left) = try configuration.places(of: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (filters, channels) = (configuration.temporalFilters, configuration.channels)
        let width = filters * configuration.depthMultiplier
        let input = scope.child("input_block")
        let temporal = Convolution2D(
            input.child("temporal_conv"), inputs: 1, outputs: filters, kernel: (1, configuration.kernelLength), padding: (.valid, .same),
            hasBias: false)
        let temporalNorm = BatchNorm(input.child("intermediate_bn"), channels: filters)
        let spatial = Convolution2D(
            input.child("spatial_conv"), inputs: filters, outputs: width, kernel: (shape.channels, 1), groups: filters, hasBias: false)
        front = TemporalSpatialConvolution(temporal: temporal, norm: temporalNorm, spatial: spatial)
        spatialNorm = BatchNorm(input.child("bn"), channels: width, activation: .elu())
        expansion = Convolution2D(
            scope.child("channel_expansion").child("0"), inputs: width, outputs: channels, kernel: (1, 1), hasBias: false)
        expansionNorm = BatchNorm(scope.child("channel_expansion").child("1"), channels: channels, activation: .elu())
        let block = scope.child("channel_attention_block")
        second = Convolution2D(
            block.child("conv").child("0"), inputs: channels, outputs: channels, kernel: (1, configuration.secondKernelLength),
            padding: (.valid, .same), groups: channels, hasBias: false)
        pointwise = Convolution2D(block.child("conv").child("1"), inputs: channels, outputs: channels, kernel: (1, 1), hasBias: false)
        secondNorm = BatchNorm(block.child("conv").child("2"), channels: channels, activation: .elu())
        attention = configuration.attention?.layer(
            block.child("attention_block"), channels: channels, samples: between, configuration.attentionSizes)
        dropouts = [configuration.dropoutRate, configuration.secondDropoutRate].map(Dropout.init)
        head = Linear(scope.child("final_layer").child("1"), inputs: channels * left, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 16, 1, T₁ / 8]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let filtered = spatialNorm(front(x, &context), &context)
        let pooled = TemporalPooling.average(filtered, length: configuration.poolingLength, stride: configuration.poolingStride)
        let expanded = expansionNorm(expansion(dropouts[0](pooled, &context), &context), &context)
        var states = secondNorm(pointwise(second(expanded, &context), &context), &context)
        if let attention { states = attention(states, &context) }
        let places = TemporalPooling.average(
            states, length: configuration.secondPoolingLength, stride: configuration.secondPoolingStride)
        return dropouts[1](places, &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.flattened(), &context) }
}

extension AttentionBaseNet.Configuration {
    fileprivate var attentionSizes: ChannelAttentionSizes {
        ChannelAttentionSizes(
            reduction: attentionReduction, codeWords: codeWords, kernelLength: attentionKernelLength, frequency: attentionFrequency)
    }

    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: AttentionBaseNet.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("depth multiplier", depthMultiplier), ("kernel length", kernelLength),
            ("pooling length", poolingLength), ("pooling stride", poolingStride), ("channels", channels),
            ("second kernel length", secondKernelLength), ("second pooling length", secondPoolingLength),
            ("second pooling stride", secondPoolingStride), ("attention reduction", attentionReduction), ("code words", codeWords),
            ("attention kernel length", attentionKernelLength))
        try check.zeroOrMore(("attention frequency", attentionFrequency))
        guard attentionReduction <= channels else {
            throw check.error("attention reduction", expected: "at most the \(channels) channels", found: attentionReduction)
        }
        guard attentionKernelLength % 2 == 1 else {
            throw check.error("attention kernel length", expected: "an odd number", found: attentionKernelLength)
        }
        try check.rates(("dropout rate", dropoutRate), ("second dropout rate", secondDropoutRate))
    }

    /// The samples behind the first and the second pooling.
    fileprivate func places(of shape: SignalShape) throws(ConfigurationError) -> (between: Int, left: Int) {
        let check = ConfigurationCheck(model: AttentionBaseNet.name)
        let between = windowCount(shape.samples, kernel: poolingLength, stride: poolingStride)
        let left = windowCount(between, kernel: secondPoolingLength, stride: secondPoolingStride)
        try check.samples(shape, leave: left, for: "pooling over \(poolingLength) and over \(secondPoolingLength)")
        if attention == .styleRecalibration || attention == .secondOrderPooling {
            try check.samples(shape, leave: between - 1, for: "variances behind the first pooling")
        }
        return (between, left)
    }
}
