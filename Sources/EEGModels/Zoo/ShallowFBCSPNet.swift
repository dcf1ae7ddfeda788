public import EEGTensor

/// The shallow convolutional network: what filter bank common spatial patterns do, as layers: filters over time and over electrodes, then the
/// logarithm of the mean power.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, 1, C, T]` |
/// | `conv_time_spat.conv_time` over 25 samples | `[batch, 40, C, T − 24]` |
/// | `conv_time_spat.conv_spat` over the electrodes, `bnorm`, square | `[batch, 40, 1, T − 24]` |
/// | mean of 75 samples every 15, logarithm, dropout | `[batch, 40, 1, (T − 99) / 15 + 1]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode, whose layers hold time before electrodes.
///
/// Source: R. T. Schirrmeister et al., "Deep learning with convolutional neural networks for EEG decoding and visualization", Hum. Brain
/// Mapp. 38 (2017) 5391–5420.
public struct ShallowFBCSPNet: ZooModel {
    public static let name = "ShallowFBCSPNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        public var temporalFilters = 40
        public var spatialFilters = 40
        /// Samples of the temporal kernel: a tenth of a second at 250 Hz.
        public var kernelLength = 25
        public var poolingLength = 75
        public var poolingStride = 15
        public var pooling = TemporalPooling.average
        /// The samples that the last layer sees, after pooling; all where not given. With fewer, scores are `[batch, class, place]`.
        public var finalLength: Int?
        /// Whether a batch norm follows the spatial filters, which then have no bias.
        public var hasBatchNorm = true
        /// The fraction of the way that running statistics move to those of a batch.
        public var batchNormMomentum: Float = 0.1
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: TemporalSpatialConvolution
    private let norm: BatchNorm?
    private let dropout: Dropout
    private let head: TemporalClassifier

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows too short for the convolution and
    ///   pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        let length = try configuration.finalLength(of: shape)
        let (temporalFilters, spatialFilters) = (configuration.temporalFilters, configuration.spatialFilters)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration

        let filters = scope.child("conv_time_spat")
        let temporal = TimeFirstConvolution(
            filters.child("conv_time"), inputs: 1, outputs: temporalFilters, kernel: (configuration.kernelLength, 1),
            initializer: .glorotUniform, biasInitializer: .constant(0))
        let spatial = TimeFirstConvolution(
            filters.child("conv_spat"), inputs: temporalFilters, outputs: spatialFilters, kernel: (1, shape.channels),
            hasBias: !configuration.hasBatchNorm, initializer: .glorotUniform, biasInitializer: .constant(0))
        front = TemporalSpatialConvolution(temporal, nil, spatial)
        norm =
            configuration.hasBatchNorm
            ? BatchNorm(scope.child("bnorm"), channels: spatialFilters, momentum: configuration.batchNormMomentum) : nil
        dropout = Dropout(rate: configuration.dropoutRate)
        head = TemporalClassifier(scope.child("final_layer"), inputs: spatialFilters, samples: length, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, filter, 1, (T − 99) / 15 + 1]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var filtered = front(x, &context)
        if let norm { filtered = norm(filtered, &context) }
        let power = configuration.pooling(filtered.squared(), length: configuration.poolingLength, stride: configuration.poolingStride)
        return dropout(log(power.clamped(to: 1e-6...Float.greatestFiniteMagnitude)), &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension ShallowFBCSPNet.Configuration {
    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: ShallowFBCSPNet.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("spatial filters", spatialFilters), ("kernel length", kernelLength),
            ("pooling length", poolingLength), ("pooling stride", poolingStride), ("final length", finalLength ?? 1))
        try check.rates(("dropout rate", dropoutRate), ("batch norm momentum", batchNormMomentum))
    }

    /// The samples that the last layer sees.
    fileprivate func finalLength(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let left = windowCount(windowCount(shape.samples, kernel: kernelLength), kernel: poolingLength, stride: poolingStride)
        let length = finalLength ?? max(1, left)
        try ConfigurationCheck(model: ShallowFBCSPNet.name).samples(
            shape, leave: left - length + 1, for: "a kernel of \(kernelLength), pooling over \(poolingLength) and \(length) for the last layer")
        return length
    }
}
