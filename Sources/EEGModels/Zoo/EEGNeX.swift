public import EEGTensor

/// EEGNeX: ``EEGNet`` with a second temporal convolution and dilated convolutions instead of separable ones.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, 1, C, T]` |
/// | `block_1` 1 × 64, batch norm | `[batch, F1, C, T]` |
/// | `block_2` 1 × 64, batch norm | `[batch, F2, C, T]` |
/// | `block_3` C × 1 in F2 groups, batch norm, ELU, pooling 1 × 4, dropout | `[batch, F2 D, 1, T']` |
/// | `block_4` 1 × 16, dilation 2, batch norm | `[batch, F2, 1, T']` |
/// | `block_5` 1 × 16, dilation 4, batch norm, ELU, pooling 1 × 8, dropout | `[batch, F1, 1, T'']` |
/// | `final_layer` | `[batch, class]` |
///
/// Convolutions over time keep the length; a pooling by p pads a zero at both ends: T' = (T + 2 − p) / p + 1, rounded down. Parameter names
/// are those of braindecode.
///
/// Source: X. Chen et al., "Toward reliable signals decoding for electroencephalogram: a benchmark study to EEGNeX", Biomed. Signal
/// Process. Control 87 (2024) 105475.
public struct EEGNeX: ZooModel {
    public static let name = "EEGNeX"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F1, the filters of the first and the last convolution.
        public var firstFilters = 8
        /// F2, the filters of the second and the fourth convolution.
        public var secondFilters = 32
        /// D, the spatial filters for each of F2.
        public var depthMultiplier = 2
        /// Taps of the first two convolutions.
        public var kernelLength = 64
        public var fourthKernelLength = 16
        public var fourthDilation = 2
        public var fifthKernelLength = 16
        public var fifthDilation = 4
        public var firstPooling = 4
        public var secondPooling = 8
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5
        /// The largest norm of a spatial filter.
        public var spatialMaximumNorm: Float = 1
        /// The largest norm of the weights of a class.
        public var finalMaximumNorm: Float = 0.25

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let convolutions: [Convolution2D]
    private let norms: [BatchNorm]
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, poolings below 2, rates outside of 0..<1, or windows too short for
    ///   the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        let length = try configuration.finalLength(of: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (first, second, kernel) = (configuration.firstFilters, configuration.secondFilters, configuration.kernelLength)
        let spatial = second * configuration.depthMultiplier

        func temporal(_ layer: ParameterScope, _ inputs: Int, _ outputs: Int, _ kernel: Int, dilation: Int = 1) -> Convolution2D {
            Convolution2D(
                layer, inputs: inputs, outputs: outputs, kernel: (1, kernel), padding: (.valid, .same), dilation: (1, dilation),
                hasBias: false)
        }
        let blocks = (1...5).map { scope.child("block_\($0)") }
        convolutions = [
            temporal(blocks[0].child("1"), 1, first, kernel),
            temporal(blocks[1].child("0"), first, second, kernel),
            Convolution2D(
                blocks[2].child("0"), inputs: second, outputs: spatial, kernel: (shape.channels, 1), groups: second, hasBias: false,
                maximumNorm: configuration.spatialMaximumNorm, initializer: .glorotUniform),
            temporal(blocks[3].child("0"), spatial, second, configuration.fourthKernelLength, dilation: configuration.fourthDilation),
            temporal(blocks[4].child("0"), second, first, configuration.fifthKernelLength, dilation: configuration.fifthDilation),
        ]
        norms = [
            BatchNorm(blocks[0].child("2"), channels: first),
            BatchNorm(blocks[1].child("1"), channels: second),
            BatchNorm(blocks[2].child("1"), channels: spatial, activation: .elu()),
            BatchNorm(blocks[3].child("1"), channels: second),
            BatchNorm(blocks[4].child("1"), channels: first, activation: .elu()),
        ]
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(
            scope.child("final_layer"), inputs: first * length, outputs: shape.outputs, maximumNorm: configuration.finalMaximumNorm)
    }

    /// `[batch, channel, time]` to `[batch, F1, 1, T'']`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = x.expandingDimensions(at: 1)
        for block in 0..<3 { states = norms[block](convolutions[block](states, &context), &context) }
        states = dropout(averagePooling2D(states, kernel: (1, configuration.firstPooling), padding: (0, 1)), &context)
        for block in 3..<5 { states = norms[block](convolutions[block](states, &context), &context) }
        return dropout(averagePooling2D(states, kernel: (1, configuration.secondPooling), padding: (0, 1)), &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.flattened(), &context) }
}

extension EEGNeX.Configuration {
    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: EEGNeX.name)
        try check.positive(
            ("first filters", firstFilters), ("second filters", secondFilters), ("depth multiplier", depthMultiplier),
            ("kernel length", kernelLength), ("fourth kernel length", fourthKernelLength), ("fourth dilation", fourthDilation),
            ("fifth kernel length", fifthKernelLength), ("fifth dilation", fifthDilation))
        for pooling in [firstPooling, secondPooling] where pooling < 2 {
            throw check.error("pooling", expected: "at least 2", found: pooling)
        }
        try check.rates(("dropout rate", dropoutRate))
        try check.positive(("spatial maximum norm", spatialMaximumNorm), ("final maximum norm", finalMaximumNorm))
    }

    /// The samples that are left for the last layer.
    fileprivate func finalLength(of shape: SignalShape) throws(ConfigurationError) -> Int {
        func pooled(_ length: Int, _ pooling: Int) -> Int { length + 2 < pooling ? 0 : (length + 2 - pooling) / pooling + 1 }
        let first = pooled(shape.samples, firstPooling)
        let length = first > 0 ? pooled(first, secondPooling) : 0
        try ConfigurationCheck(model: EEGNeX.name).samples(shape, leave: length, for: "pooling by \(firstPooling) and by \(secondPooling)")
        return length
    }
}
