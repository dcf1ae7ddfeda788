public import EEGTensor

/// EEG-TCNet: ``EEGNet`` without its last layer, then residual blocks of causal, dilated convolutions.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, 1, C, T]` |
/// | `eegnet_tc.conv1` 1 × k, batch norm, ELU | `[batch, F1, C, T']` |
/// | `eegnet_tc.depthwise_conv` C × 1 in F1 groups, batch norm, ELU, pooling 1 × 8, dropout | `[batch, F1 D, 1, T' / 8]` |
/// | `eegnet_tc.separable_conv_depthwise` 1 × 16, `separable_conv_pointwise`, batch norm, ELU | `[batch, F1 D, 1, T'']` |
/// | pooling 1 × 8, dropout | `[batch, F1 D, T'' / 8]` |
/// | `tcn_block.layers.i`: twice k with dilation 2^i, batch norm, ELU, dropout; plus its input, ELU | `[batch, F, T'' / 8]` |
/// | last sample | `[batch, F]` |
/// | `final_layer` | `[batch, class]` |
///
/// Convolutions over time before the residual blocks pad k / 2 zeros at both ends, so an even kernel lengthens the signal by one sample: T'
/// = T + 1. Parameter names and shapes, `[…, time, electrode]`, are those of braindecode.
///
/// Source: T. M. Ingolfsson et al., "EEG-TCNet: an accurate temporal convolutional network for embedded motor-imagery brain–machine
/// interfaces", IEEE SMC 2020.
public struct EEGTCNet: ZooModel {
    public static let name = "EEGTCNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F1, the filters over time.
        public var temporalFilters = 8
        /// D, the spatial filters for each of them.
        public var depthMultiplier = 2
        /// Samples of the first kernel.
        public var kernelLength = 64
        /// Residual blocks.
        public var blocks = 2
        /// F, the filters of the residual blocks.
        public var blockFilters = 12
        /// Taps of the convolutions in residual blocks.
        public var blockKernelLength = 4
        /// The share of values that dropout sets to zero before the residual blocks.
        public var dropoutRate: Float = 0.5
        /// The same in the residual blocks.
        public var blockDropoutRate: Float = 0.5
        /// The largest norm of the weights of an input of the last layer.
        public var finalMaximumNorm: Float = 0.25

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let temporal: TimeFirstConvolution
    private let temporalNorm: BatchNorm
    private let spatial: TimeFirstConvolution
    private let spatialNorm: BatchNorm
    private let depthwise: TimeFirstConvolution
    private let pointwise: TimeFirstConvolution
    private let separableNorm: BatchNorm
    private let dropout: Dropout
    private let downsample: Convolution1D?
    private let blocks: [ResidualBlock]
    private let head: FeatureLimitedLinear

    private static let pooling = 8
    private static let separableKernel = 16

    /// - Throws: `ConfigurationError` for sizes that are not positive, more than 24 blocks, rates out of range, or windows too short for
    ///   the poolings.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape, pooling: Self.pooling)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (filters, kernel) = (configuration.temporalFilters, configuration.kernelLength)
        let (spatialFilters, blockFilters) = (filters * configuration.depthMultiplier, configuration.blockFilters)
        let net = scope.child("eegnet_tc")

        temporal = TimeFirstConvolution(
            net.child("conv1"), inputs: 1, outputs: filters, kernel: (kernel, 1), padding: .zeros(kernel / 2), hasBias: false)
        temporalNorm = BatchNorm(net.child("bn1"), channels: filters, activation: .elu())
        spatial = TimeFirstConvolution(
            net.child("depthwise_conv"), inputs: filters, outputs: spatialFilters, kernel: (1, shape.channels), groups: filters,
            hasBias: false)
        spatialNorm = BatchNorm(net.child("bn2"), channels: spatialFilters, activation: .elu())
        depthwise = TimeFirstConvolution(
            net.child("separable_conv_depthwise"), inputs: spatialFilters, outputs: spatialFilters, kernel: (Self.separableKernel, 1),
            padding: .zeros(Self.separableKernel / 2), groups: spatialFilters, hasBias: false)
        pointwise = TimeFirstConvolution(
            net.child("separable_conv_pointwise"), inputs: spatialFilters, outputs: spatialFilters, kernel: (1, 1), hasBias: false)
        separableNorm = BatchNorm(net.child("bn3"), channels: spatialFilters, activation: .elu())
        dropout = Dropout(rate: configuration.dropoutRate)

        let tcn = scope.child("tcn_block")
        blocks = (0..<configuration.blocks).map { index in
            ResidualBlock(
                tcn.child("layers").child("\(index)"), inputs: index == 0 ? spatialFilters : blockFilters, outputs: blockFilters,
                kernel: configuration.blockKernelLength, dilation: 1 << index, dropoutRate: configuration.blockDropoutRate)
        }
        downsample =
            spatialFilters == blockFilters
            ? nil : Convolution1D(tcn.child("downsample"), inputs: spatialFilters, outputs: blockFilters, kernel: 1)
        head = FeatureLimitedLinear(
            scope.child("final_layer"), inputs: blockFilters, outputs: shape.outputs, maximumNorm: configuration.finalMaximumNorm)
    }

    /// `[batch, channel, time]` to `[batch, F]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let filtered = temporalNorm(temporal(x.expandingDimensions(at: 1), &context), &context)
        let combined = spatialNorm(spatial(filtered, &context), &context)
        let first = dropout(averagePooling2D(combined, kernel: (1, Self.pooling)), &context)
        let separated = separableNorm(pointwise(depthwise(first, &context), &context), &context)
        var states = dropout(averagePooling2D(separated, kernel: (1, Self.pooling)), &context).flattened(fromAxis: 1, toAxis: 2)
        var around = downsample?(states, &context) ?? states
        for block in blocks {
            states = elu(block(states, &context) + around)
            around = states
        }
        return states.sliced(axis: -1, states.shape[2] - 1)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension EEGTCNet.Configuration {
    fileprivate func validate(for shape: SignalShape, pooling: Int) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: EEGTCNet.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("depth multiplier", depthMultiplier), ("kernel length", kernelLength),
            ("blocks", blocks),
            ("block filters", blockFilters), ("block kernel length", blockKernelLength))
        guard blocks <= 24 else { throw check.error("blocks", expected: "at most 24", found: blocks) }
        try check.rates(("dropout rate", dropoutRate), ("block dropout rate", blockDropoutRate))
        try check.positive(("final maximum norm", finalMaximumNorm))
        // An even kernel adds a sample.
        let first = (shape.samples + (kernelLength % 2 == 0 ? 1 : 0)) / pooling
        try check.samples(shape, leave: first > 0 ? (first + 1) / pooling : 0, for: "pooling by \(pooling), twice")
    }
}

/// Two causal convolutions with batch norm, ELU and dropout.
private struct ResidualBlock: Layer {
    private let convolutions: [Convolution1D]
    private let norms: [BatchNorm]
    private let dropout: Dropout

    init(_ scope: ParameterScope, inputs: Int, outputs: Int, kernel: Int, dilation: Int, dropoutRate: Float) {
        convolutions = [("0", inputs), ("5", outputs)].map { name, inputs in
            Convolution1D(
                scope.child(name), inputs: inputs, outputs: outputs, kernel: kernel, padding: .causal, dilation: dilation, hasBias: false)
        }
        norms = ["2", "7"].map { BatchNorm(scope.child($0), channels: outputs, momentum: 0.01, epsilon: 1e-3, activation: .elu()) }
        dropout = Dropout(rate: dropoutRate)
    }

    /// `[batch, input, time]` to `[batch, output, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = x
        for (convolution, norm) in zip(convolutions, norms) { states = dropout(norm(convolution(states, &context), &context), &context) }
        return states
    }
}
