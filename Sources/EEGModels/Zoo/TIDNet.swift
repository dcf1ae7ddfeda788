public import EEGTensor

/// TIDNet, "thinker invariant densenet": temporal filters with a residual connection, then spatial filters connected densely.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, 1, C, T]` |
/// | `dscnn.temporal.2`: 1 × k with dilations n, …, 1, plus `residual` 1 × 1 | `[batch, t, C, T]` |
/// | maximum over 1 × 15, channel dropout | `[batch, t, C, T / 15]` |
/// | `dscnn.spatial.net.i`: adds s channels to those it sees | `[batch, t + n s, C, T / 15]` |
/// | `dscnn.spatial.channel_collapse` C × 1, leaky ReLU, batch norm | `[batch, t + n s, 1, T / 15]` |
/// | mean over bins of time | `[batch, t + n s, summary]` |
/// | `final_layer` | `[batch, class]` |
///
/// A temporal kernel spans a twentieth of the window and has an odd length. A dense block is batch norm, leaky ReLU, 1 × 1, batch norm,
/// leaky ReLU, 5 × 1 over electrodes. Parameter names are those of braindecode.
///
/// Source: D. Kostas and F. Rudzicz, "Thinker invariance: enabling deep neural networks for BCI across more people", J. Neural Eng. 17
/// (2020) 056008.
public struct TIDNet: ZooModel {
    public static let name = "TIDNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        public var temporalFilters = 32
        public var temporalLayers = 2
        /// What part of the window a temporal kernel spans.
        public var temporalSpan = 0.05
        /// Samples of which the largest is kept.
        public var pooling = 15
        public var spatialLayers = 2
        /// The channels that each spatial layer adds.
        public var spatialGrowth = 24
        /// How many times as wide as what it adds a spatial layer is inside.
        public var bottleneck = 3
        /// Bins of time that the last layer sees; all samples behind the pooling where it is not given.
        public var summary: Int?
        /// The share of channels that dropout sets to zero.
        public var dropoutRate: Float = 0.4

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let temporal: [TemporalFilter]
    private let residual: Convolution2D
    private let spatial: [DenseSpatialFilter]
    private let collapse: Convolution2D
    private let collapseNorm: BatchNorm
    private let dropout: ChannelDropout
    private let head: Linear
    private let bins: Int

    /// - Throws: `ConfigurationError` for sizes that are not positive, a span or rates out of range, or windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let filters = configuration.temporalFilters
        let span = Int((configuration.temporalSpan * Double(shape.samples)).rounded(.up))
        let kernel = span % 2 == 0 ? span + 1 : span
        let (features, net) = (scope.child("dscnn").child("temporal").child("2"), scope.child("dscnn").child("spatial"))

        temporal = (0..<configuration.temporalLayers).map { index in
            TemporalFilter(
                features.child("net").child("\(index)").child("0"), inputs: index == 0 ? 1 : filters, outputs: filters, kernel: kernel,
                dilation: configuration.temporalLayers - index)
        }
        residual = Convolution2D(features.child("residual"), inputs: 1, outputs: filters, kernel: (1, 1))
        spatial = (0..<configuration.spatialLayers).map { index in
            DenseSpatialFilter(
                net.child("net").child("\(index)").child("net"), inputs: filters + index * configuration.spatialGrowth,
                growth: configuration.spatialGrowth, bottleneck: configuration.bottleneck, dropoutRate: configuration.dropoutRate)
        }
        let width = filters + configuration.spatialLayers * configuration.spatialGrowth
        collapse = Convolution2D(
            net.child("channel_collapse").child("conv"), inputs: width, outputs: width, kernel: (shape.channels, 1), hasBias: false)
        collapseNorm = BatchNorm(net.child("channel_collapse").child("batch_norm"), channels: width)
        dropout = ChannelDropout(rate: configuration.dropoutRate)
        bins = configuration.summary ?? shape.samples / configuration.pooling
        let spread = (2 / Float(width * bins + shape.outputs)).squareRoot()
        head = Linear(
            scope.child("final_layer").child("0"), inputs: width * bins, outputs: shape.outputs,
            initializer: .normal(standardDeviation: spread), biasInitializer: .constant(0))
    }

    /// `[batch, channel, time]` to `[batch, t + n s, summary]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let input = x.expandingDimensions(at: 1)
        var filtered = input
        for filter in temporal { filtered = leakyReLU(filter(filtered)) }
        var states = dropout(maxPooling2D(filtered + residual(input, &context), kernel: (1, configuration.pooling)), &context)
        for filter in spatial { states = concatenate([states, filter(states, &context)], axis: 1) }
        let collapsed = collapseNorm(leakyReLU(collapse(states, &context)), &context).flattened(fromAxis: 2)
        return bins == collapsed.shape[2] ? collapsed : adaptiveAveragePooling1D(collapsed, outputs: bins)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.flattened(), &context) }
}

extension TIDNet.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: TIDNet.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("temporal layers", temporalLayers), ("pooling", pooling),
            ("spatial layers", spatialLayers),
            ("spatial growth", spatialGrowth), ("bottleneck", bottleneck), ("summary", summary ?? 1))
        guard temporalSpan > 0, temporalSpan <= 1 else {
            throw check.error("temporal span", expected: "above 0 and at most 1", found: temporalSpan)
        }
        try check.rates(("dropout rate", dropoutRate))
        try check.samples(shape, leave: shape.samples / pooling, for: "pooling by \(pooling)")
    }
}

/// A convolution over time with weight norm that keeps the length.
private struct TemporalFilter: Sendable {
    private let weight: WeightNorm
    private let bias: Parameter
    private let dilation: Int

    init(_ scope: ParameterScope, inputs: Int, outputs: Int, kernel: Int, dilation: Int) {
        let shape: Shape = [outputs, inputs, 1, kernel]
        weight = WeightNorm(scope, shape)
        bias = scope.bias(nil, outputs: outputs, weight: shape)
        self.dilation = dilation
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        convolution2D(x, weight: weight.value, bias: bias.value, padding: (.valid, .same), dilation: (1, dilation))
    }
}

/// What a dense block adds to its input: filters over neighbouring electrodes behind a bottleneck.
private struct DenseSpatialFilter: Layer {
    private let inputNorm: BatchNorm
    private let narrow: Convolution2D
    private let innerNorm: BatchNorm
    private let filter: Convolution2D
    private let dropout: ChannelDropout

    init(_ scope: ParameterScope, inputs: Int, growth: Int, bottleneck: Int, dropoutRate: Float) {
        let width = growth * bottleneck
        inputNorm = BatchNorm(scope.child("0"), channels: inputs, activation: .leakyReLU())
        narrow = Convolution2D(scope.child("2"), inputs: inputs, outputs: width, kernel: (1, 1))
        innerNorm = BatchNorm(scope.child("3"), channels: width, activation: .leakyReLU())
        filter = Convolution2D(scope.child("5"), inputs: width, outputs: growth, kernel: (5, 1), padding: (.same, .valid))
        dropout = ChannelDropout(rate: dropoutRate)
    }

    /// `[batch, input, electrode, time]` to `[batch, growth, electrode, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let inner = innerNorm(narrow(inputNorm(x, &context), &context), &context)
        return dropout(filter(inner, &context), &context)
    }
}
