public import EEGTensor

/// Temporal kernels of three lengths, then spatial kernels over all electrodes and over each half of them.
///
/// | layer | shape for windows `[C, T]` at 100 Hz |
/// |---|---|
/// | `temporal_blocks.0`, `.1`, `.2` over 0.5, 0.25 and 0.125 s, leaky ReLU, mean of 8 | `[batch, 9, C, (T − 49) / 8]` and so on |
/// | one behind the other, `batch_temporal_lay` | `[batch, 9, C, L]` |
/// | `spatial_block_1` over C, `spatial_block_2` over each half, leaky ReLU, mean of 2 | `[batch, 6, 1, L / 2]`, `[batch, 6, 2, L / 2]` |
/// | one below the other, `batch_spatial_lay` | `[batch, 6, 3, L / 2]` |
/// | `dense_layer.0`, leaky ReLU, dropout | `[batch, 128]` |
/// | `final_layer` | `[batch, class]` |
///
/// The electrodes should come in two halves, those of the left hemisphere first. Parameter names are those of braindecode.
///
/// Source: Y. Ding et al., "TSception: capturing temporal dynamics and spatial asymmetry from EEG for emotion recognition", IEEE Trans. Affect.
/// Comput. 14 (2023) 2238–2250.
public struct TSception: ZooModel {
    public static let name = "TSception"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters of each temporal kernel.
        public var temporalFilters = 9
        /// Filters of each spatial kernel.
        public var spatialFilters = 6
        /// The lengths of the temporal kernels in seconds.
        public var kernelDurations = [0.5, 0.25, 0.125]
        /// Samples that become one behind the temporal kernels, and a quarter as many places behind the spatial ones.
        public var pooling = 8
        /// What the dense layer gives.
        public var hidden = 128
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let temporal: [Convolution2D]
    private let temporalNorm: BatchNorm
    private let spatial: [Convolution2D]
    private let spatialNorm: BatchNorm
    private let dense: Linear
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, a single channel, or windows too short for the
    ///   kernels and pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let sizes = try configuration.sizes(for: shape)
        let half = shape.channels / 2
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        temporal = sizes.kernels.enumerated().map { index, kernel in
            Convolution2D(
                scope.child("temporal_blocks").child("\(index)").child("0"), inputs: 1, outputs: configuration.temporalFilters,
                kernel: (1, kernel))
        }
        temporalNorm = BatchNorm(scope.child("batch_temporal_lay"), channels: configuration.temporalFilters)
        spatial = [("spatial_block_1", shape.channels), ("spatial_block_2", half)].map { name, height in
            Convolution2D(
                scope.child(name).child("0"), inputs: configuration.temporalFilters, outputs: configuration.spatialFilters, kernel: (height, 1),
                stride: (height, 1))
        }
        spatialNorm = BatchNorm(scope.child("batch_spatial_lay"), channels: configuration.spatialFilters)
        let rows = 1 + windowCount(shape.channels, kernel: half, stride: half)
        dense = Linear(
            scope.child("dense_layer").child("0"), inputs: configuration.spatialFilters * rows * sizes.left, outputs: configuration.hidden)
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(scope.child("final_layer"), inputs: configuration.hidden, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 128]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let signals = x.expandingDimensions(at: 1)
        let lengths = temporal.map { TemporalPooling.average(leakyReLU($0(signals, &context)), length: configuration.pooling) }
        let filtered = temporalNorm(concatenate(lengths, axis: 3), &context)
        let areas = spatial.map { TemporalPooling.average(leakyReLU($0(filtered, &context)), length: configuration.secondPooling) }
        let combined = spatialNorm(concatenate(areas, axis: 2), &context)
        return dropout(leakyReLU(dense(combined.flattened(), &context)), &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension TSception.Configuration {
    fileprivate var secondPooling: Int { max(1, pooling / 4) }

    /// The temporal kernels in samples, and the places that are left in the end.
    fileprivate func sizes(for shape: SignalShape) throws(ConfigurationError) -> (kernels: [Int], left: Int) {
        let check = ConfigurationCheck(model: TSception.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("spatial filters", spatialFilters), ("kernel durations", kernelDurations.count),
            ("pooling", pooling), ("hidden", hidden))
        try check.rates(("dropout rate", dropoutRate))
        guard shape.channels >= 2 else { throw check.error("channels", expected: "at least 2", found: shape.channels) }
        var kernels: [Int] = []
        var places = 0
        for duration in kernelDurations {
            let samples = (duration * shape.samplingRate).rounded(.down)
            guard samples >= 1, samples <= 1e6 else {
                throw check.error("kernel durations", expected: "from 1 to 1000000 samples at \(shape.samplingRate) Hz", found: "\(duration) s")
            }
            kernels.append(Int(samples))
            let left = windowCount(windowCount(shape.samples, kernel: Int(samples)), kernel: pooling, stride: pooling)
            try check.samples(shape, leave: left, for: "a kernel of \(Int(samples)) and pooling by \(pooling)")
            places += left
        }
        try check.samples(shape, leave: places / secondPooling, for: "pooling by \(pooling) and by \(secondPooling)")
        return (kernels, places / secondPooling)
    }
}
