public import EEGTensor

/// FBMSNet: a filter bank whose bands are mixed by temporal kernels of several lengths, spatial filters, and variances.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input, `spectral_filtering` | `[batch, B, C, T]` |
/// | `mix_conv`: 1 × k_i over a part of the bands each, batch norm | `[batch, M, C, T]` |
/// | `spatial_conv` C × 1 in M groups, batch norm, SiLU | `[batch, M D, 1, T]` |
/// | logarithm of the variance in S parts of the window | `[batch, M D, S]` |
/// | `final_layer` | `[batch, class]` |
///
/// Where the number of kernels does not divide bands or filters, the first kernel takes what is left over. Parameter names are those of
/// braindecode.
///
/// Source: K. Liu et al., "FBMSNet: a filter-bank multi-scale convolutional neural network for EEG-based motor imagery decoding", IEEE
/// Trans. Biomed. Eng. 70 (2023) 436–445.
public struct FBMSNet: ZooModel {
    public static let name = "FBMSNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// B of them.
        public var bands = FrequencyBand.nineOfFourHertz
        /// Samples of the temporal kernels.
        public var kernelLengths = [15, 31, 63, 125]
        /// M, the filters of all temporal kernels together.
        public var mixedFilters = 36
        /// D, the spatial filters for each of them.
        public var depthMultiplier = 8
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
    private let filterBank: FilterBank
    private let bandCounts: [Int]
    private let mixing: [Convolution2D]
    private let mixingNorm: BatchNorm
    private let spatial: Convolution2D
    private let spatialNorm: BatchNorm
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, fewer bands or filters than kernels, bands beyond half of the
    ///   sampling rate, and windows of fewer than two samples a part.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        filterBank = try FilterBank(
            scope.child("spectral_filtering"), configuration.bands, samplingRate: shape.samplingRate, ConfigurationCheck(model: Self.name))
        let (mixed, kernels) = (configuration.mixedFilters, configuration.kernelLengths)
        func shares(_ total: Int) -> [Int] {
            kernels.indices.map { total / kernels.count + ($0 == 0 ? total % kernels.count : 0) }
        }
        bandCounts = shares(configuration.bands.count)
        let outputs = shares(mixed)
        let mix = scope.child("mix_conv")
        let counts = bandCounts
        mixing = kernels.enumerated().map { index, kernel in
            Convolution2D(
                mix.child("0").child("convs").child("\(index)"), inputs: counts[index], outputs: outputs[index], kernel: (1, kernel),
                padding: (.valid, .same), hasBias: false)
        }
        mixingNorm = BatchNorm(mix.child("1"), channels: mixed)
        let width = mixed * configuration.depthMultiplier
        spatial = Convolution2D(
            scope.child("spatial_conv").child("0"), inputs: mixed, outputs: width, kernel: (shape.channels, 1), groups: mixed,
            maximumNorm: configuration.spatialMaximumNorm, initializer: .glorotUniform)
        spatialNorm = BatchNorm(scope.child("spatial_conv").child("1"), channels: width, activation: .silu)
        head = Linear(
            scope.child("final_layer"), inputs: width * configuration.segments, outputs: shape.outputs,
            maximumNorm: configuration.finalMaximumNorm)
    }

    /// `[batch, channel, time]` to `[batch, M D, S]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var mixed: [Tensor] = []
        for (bands, convolution) in zip(filterBank(x.expandingDimensions(at: 1), &context).split(sizes: bandCounts, axis: 1), mixing) {
            mixed.append(convolution(bands, &context))
        }
        let states = mixingNorm(concatenate(mixed, axis: 1), &context)
        let filtered = spatialNorm(spatial(states, &context), &context).flattened(fromAxis: 2)
        return filtered.segments(configuration.segments).logVariance()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.flattened(), &context) }
}

extension FBMSNet.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: FBMSNet.name)
        try check.positive(
            ("number of kernels", kernelLengths.count), ("mixed filters", mixedFilters), ("depth multiplier", depthMultiplier),
            ("segments", segments))
        for length in kernelLengths { try check.positive(("kernel length", length)) }
        guard bands.count >= kernelLengths.count else {
            throw check.error("bands", expected: "at least one for each of \(kernelLengths.count) kernels", found: bands.count)
        }
        guard mixedFilters >= kernelLengths.count else {
            throw check.error("mixed filters", expected: "at least one for each of \(kernelLengths.count) kernels", found: mixedFilters)
        }
        try check.positive(("spatial maximum norm", spatialMaximumNorm), ("final maximum norm", finalMaximumNorm))
        try check.samples(shape, leave: shape.samples / segments - 1, for: "variances of \(segments) parts")
    }
}
