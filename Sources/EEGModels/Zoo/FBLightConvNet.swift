public import EEGTensor

/// FBLightConvNet: a filter bank, spatial filters over all bands, and variances of windows, which a light convolution weights.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input, `spectral_filtering` | `[batch, B, C, T]` |
/// | `spatial_conv` C × 1, batch norm, ELU | `[batch, F, 1, T]` |
/// | logarithm of the variance of every w samples | `[batch, F, T / w]` |
/// | mean over time, weighted by the softmax of `attn_conv`; a filter has the weights of one of the heads | `[batch, F]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: X. Ma et al., "A temporal dependency learning CNN with attention mechanism for MI-EEG decoding", IEEE Trans. Neural Syst.
/// Rehabil. Eng. 31 (2023) 3188–3200.
public struct FBLightConvNet: ZooModel {
    public static let name = "FBLightConvNet"

    /// Sizes, at first those published.
    public struct Configuration: ModelConfiguration {
        /// B of them.
        public var bands = FrequencyBand.nineOfFourHertz
        /// F, the spatial filters; the heads must divide them.
        public var spatialFilters = 32
        /// w, the samples of a variance.
        public var windowLength = 250
        /// The sets of weights over time.
        public var heads = 8

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// The filter bank and `spatial_conv`.
    private let front: TemporalSpatialConvolution
    private let spatialNorm: BatchNorm
    /// `[head, 1, T / w]`.
    private let attention: Parameter
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, heads that do not divide the filters, bands beyond half of the
    ///   sampling rate, and windows shorter than that of a variance.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let filterBank = try FilterBank(
            scope.child("spectral_filtering"), configuration.bands, samplingRate: shape.samplingRate, ConfigurationCheck(model: Self.name))
        let filters = configuration.spatialFilters
        let spatial = Convolution2D(
            scope.child("spatial_conv").child("0"), inputs: configuration.bands.count, outputs: filters, kernel: (shape.channels, 1))
        front = TemporalSpatialConvolution(filterBank, nil, spatial)
        spatialNorm = BatchNorm(scope.child("spatial_conv").child("1"), channels: filters, activation: .elu())
        attention = scope.child("attn_conv").parameter(
            "weight", [configuration.heads, 1, shape.samples / configuration.windowLength], .glorotUniform)
        head = Linear(scope.child("final_layer"), inputs: filters, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, F]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let (heads, length) = (configuration.heads, configuration.windowLength)
        let count = shape.samples / length
        let filtered = spatialNorm(front(x, &context), &context).flattened(fromAxis: 2)
        let levels = filtered.sliced(axis: -1, 0..<(count * length)).segments(count).logVariance()
        // Filter f has head f mod heads.
        let weights = softmax(attention.value).flattened(fromAxis: 1)
        return (levels.unflattened(axis: 1, into: [configuration.spatialFilters / heads, heads]) * weights).sum(over: -1).flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension FBLightConvNet.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: FBLightConvNet.name)
        try check.positive(("spatial filters", spatialFilters), ("heads", heads))
        guard spatialFilters % heads == 0 else {
            throw check.error("heads", expected: "a divisor of \(spatialFilters) spatial filters", found: heads)
        }
        guard windowLength >= 2 else { throw check.error("window length", expected: "at least 2", found: windowLength) }
        try check.samples(shape, leave: shape.samples / windowLength, for: "a variance of \(windowLength) samples")
    }
}
