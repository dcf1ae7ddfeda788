public import EEGTensor

/// FBCNet: a filter bank, spatial filters for each band, and variances of parts of the window.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input, `spectral_filtering` | `[batch, B, C, T]` |
/// | `spatial_conv` C × 1 in B groups, batch norm, SiLU | `[batch, B F, 1, T]` |
/// | logarithm of the variance in S parts of the window | `[batch, B F, S]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: R. Mane et al., "FBCNet: a multi-view convolutional neural network for brain-computer interface", 2021.
public struct FBCNet: ZooModel {
    public static let name = "FBCNet"

    /// Sizes, at first those published.
    public struct Configuration: ModelConfiguration {
        /// B of them.
        public var bands = FrequencyBand.nineOfFourHertz
        /// F, the spatial filters of a band.
        public var spatialFilters = 32
        /// S, the parts of a window whose variance is taken.
        public var segments = 4
        /// The largest norm of a spatial filter.
        public var spatialMaximumNorm: Float = 2
        /// The largest norm of the weights of a class.
        public var finalMaximumNorm: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// The filter bank and `spatial_conv`.
    private let front: TemporalSpatialConvolution
    private let norm: BatchNorm
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, bands beyond half of the sampling rate, and windows of fewer than two
    ///   samples a part.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let filterBank = try FilterBank(
            scope.child("spectral_filtering"), configuration.bands, samplingRate: shape.samplingRate, ConfigurationCheck(model: Self.name))
        let bands = configuration.bands.count
        let width = bands * configuration.spatialFilters
        let spatial = Convolution2D(
            scope.child("spatial_conv").child("0"), inputs: bands, outputs: width, kernel: (shape.channels, 1), groups: bands,
            maximumNorm: configuration.spatialMaximumNorm, initializer: .glorotUniform)
        front = TemporalSpatialConvolution(filterBank, nil, spatial)
        norm = BatchNorm(scope.child("spatial_conv").child("1"), channels: width, activation: .silu)
        head = Linear(
            scope.child("final_layer"), inputs: width * configuration.segments, outputs: shape.outputs,
            maximumNorm: configuration.finalMaximumNorm)
    }

    /// `[batch, channel, time]` to `[batch, B F, S]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        norm(front(x, &context), &context).flattened(fromAxis: 2).segments(configuration.segments).logVariance()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.flattened(), &context) }
}

extension FBCNet.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: FBCNet.name)
        try check.positive(("spatial filters", spatialFilters), ("segments", segments))
        try check.positive(("spatial maximum norm", spatialMaximumNorm), ("final maximum norm", finalMaximumNorm))
        try check.samples(shape, leave: shape.samples / segments - 1, for: "variances of \(segments) parts")
    }
}
