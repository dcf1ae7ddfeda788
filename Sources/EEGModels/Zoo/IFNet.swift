public import EEGTensor

/// IFNet: the signal in two frequency bands, spatial and temporal filters for each, and the logarithm of the power of their sum.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input, `spectral_filtering` | `[batch, B C, T]` |
/// | `feature_block.spatial_conv` 1 in B groups, batch norm | `[batch, B F, T]` |
/// | `feature_block.temporal_convs.i`: k_i, each filter for itself, batch norm; summed over bands, GELU | `[batch, F, T]` |
/// | logarithm of the mean square in S parts of the window, dropout | `[batch, F, S]` |
/// | `final_layer` | `[batch, class]` |
///
/// Bands are cut out by windowed-sinc filters without delay. Parameter names are those of braindecode.
///
/// Source: J. Wang et al., "IFNet: an interactive frequency convolutional neural network for enhancing motor imagery decoding from EEG",
/// IEEE Trans. Neural Syst. Rehabil. Eng. 31 (2023) 1900–1911.
public struct IFNet: ZooModel {
    public static let name = "IFNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// B of them.
        public var bands = [FrequencyBand(low: 4, high: 16), FrequencyBand(low: 16, high: 40)]
        /// F, the spatial filters of each band.
        public var spatialFilters = 64
        /// Samples of each band's temporal kernels; all odd.
        public var kernelLengths = [63, 31]
        /// S, the parts of a window whose power is taken.
        public var segments = 8
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5
        /// The largest norm of the weights of a class.
        public var finalMaximumNorm: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let filterBank: FilterBank
    private let spatial: Convolution1D
    private let spatialNorm: BatchNorm
    private let temporal: [Convolution1D]
    private let temporalNorms: [BatchNorm]
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, even kernels, rates out of range, and bands beyond half of the
    ///   sampling rate.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        filterBank = try FilterBank(
            scope.child("spectral_filtering"), configuration.bands, samplingRate: shape.samplingRate, ConfigurationCheck(model: Self.name))
        let (bands, width) = (configuration.bands.count, configuration.spatialFilters)
        let block = scope.child("feature_block")
        spatial = Convolution1D(
            block.child("spatial_conv"), inputs: bands * shape.channels, outputs: bands * width, kernel: 1, groups: bands, hasBias: false)
        spatialNorm = BatchNorm(block.child("spatial_bn"), channels: bands * width)
        let branches = (0..<bands).map { block.child("temporal_convs").child("\($0)") }
        temporal = zip(branches, configuration.kernelLengths).map { branch, length in
            Convolution1D(
                branch.child("0"), inputs: width, outputs: width, kernel: length, padding: .same, groups: width, hasBias: false)
        }
        temporalNorms = branches.map { BatchNorm($0.child("1"), channels: width) }
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(
            scope.child("final_layer"), inputs: width * configuration.segments, outputs: shape.outputs,
            maximumNorm: configuration.finalMaximumNorm)
    }

    /// `[batch, channel, time]` to `[batch, F, S]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let bands = filterBank(x.expandingDimensions(at: 1), &context).flattened(fromAxis: 1, toAxis: 2)
        let combined = spatialNorm(spatial(bands, &context), &context)
        var sum: Tensor?
        for (index, states) in combined.split(into: configuration.bands.count, axis: 1).enumerated() {
            let filtered = temporalNorms[index](temporal[index](states, &context), &context)
            sum = sum.map { $0 + filtered } ?? filtered
        }
        let power = gelu(sum ?? combined).segments(configuration.segments).squared().mean(over: -1)
        return dropout(log(power.clamped(to: 1e-4...1e4)), &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.flattened(), &context) }
}

extension IFNet.Configuration {
    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: IFNet.name)
        try check.positive(("spatial filters", spatialFilters), ("segments", segments))
        guard kernelLengths.count == bands.count else {
            throw check.error("kernel lengths", expected: "one for each of \(bands.count) bands", found: kernelLengths)
        }
        for length in kernelLengths where length < 1 || length % 2 == 0 {
            throw check.error("kernel length", expected: "positive and odd", found: length)
        }
        try check.rates(("dropout rate", dropoutRate))
        try check.positive(("final maximum norm", finalMaximumNorm))
    }
}
