public import EEGTensor

/// Temporal kernels of three lengths side by side, then a causal temporal convolutional network.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `inception_block.branches.i.0`: 2, 4, 8 filters over 16, 32, 64 samples, `.1` batch norm | `[batch, 2, C, T]` and so on |
/// | `inception_block.branches.i.2` over the electrodes for each filter, `.3` batch norm, ELU | `[batch, 2, 1, T]` and so on |
/// | one below the other, mean by 4, dropout | `[batch, 14, 1, T / 4]` |
/// | `TC_block1` … `TC_block4`: two causal convolutions over 4 samples for each filter, dilated by 1, 2, 4, 8, added to what it had | `[batch, 14, 1, T / 4]` |
/// | `dim_reduction.0` 1 × 1, `.1` batch norm, ELU, mean by 4, dropout | `[batch, 14, 1, T / 16]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: A. Salami, J. Andreu-Perez and H. Gillmeister, "EEG-ITNet: an explainable inception temporal convolutional network for motor imagery
/// classification", IEEE Access 10 (2022) 36672–36685.
public struct EEGITNet: ZooModel {
    public static let name = "EEGITNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters of the first branch; the others have twice and four times as many.
        public var filters = 2
        /// Samples of the kernels of the first branch; those of the others are twice and four times as long.
        public var kernelLength = 16
        /// Samples that become one behind the branches and again in the end.
        public var pooling = 4
        /// Samples of the causal kernels.
        public var causalKernelLength = 4
        /// The dilation of the first block; it doubles from block to block.
        public var dilation = 1
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.4
        /// The largest norm of a spatial filter.
        public var spatialMaximumNorm: Float = 1
        /// The largest norm of the weights of a class.
        public var finalMaximumNorm: Float = 0.25

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let branches: [Branch]
    private let blocks: [[CausalLayer]]
    private let reduction: Convolution2D
    private let reductionNorm: BatchNorm
    private let dropout: Dropout
    private let head: Linear

    /// Filters over time and over the electrodes.
    private struct Branch: Layer {
        let front: TemporalSpatialConvolution
        let spatialNorm: BatchNorm

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            spatialNorm(front(x, &context), &context)
        }
    }

    /// A causal convolution for each filter, batch norm, ELU and dropout.
    private struct CausalLayer: Layer {
        let convolution: Convolution2D
        let norm: BatchNorm
        let dropout: Dropout

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            dropout(norm(convolution(x, &context), &context), &context)
        }
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let length = try configuration.finalLength(of: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        branches = (0..<3).map { index in
            let branch = scope.child("inception_block").child("branches").child("\(index)")
            let filters = configuration.filters << index
            let front = TemporalSpatialConvolution(
                temporal: Convolution2D(
                    branch.child("0"), inputs: 1, outputs: filters, kernel: (1, configuration.kernelLength << index), padding: (.valid, .same),
                    hasBias: false),
                norm: BatchNorm(branch.child("1"), channels: filters),
                spatial: Convolution2D(
                    branch.child("2"), inputs: filters, outputs: filters, kernel: (shape.channels, 1), groups: filters, hasBias: false,
                    maximumNorm: configuration.spatialMaximumNorm))
            return Branch(
                front: front, spatialNorm: BatchNorm(branch.child("3"), channels: filters, activation: .elu()))
        }
        let width = 7 * configuration.filters
        let dropout = Dropout(rate: configuration.dropoutRate)
        blocks = (0..<4).map { index in
            ["tc1", "tc2"].map { name in
                let layer = scope.child("TC_block\(index + 1)").child(name)
                return CausalLayer(
                    convolution: Convolution2D(
                        layer.child("0"), inputs: width, outputs: width, kernel: (1, configuration.causalKernelLength),
                        padding: (.valid, .causal), dilation: (1, configuration.dilation << index), groups: width, hasBias: false),
                    norm: BatchNorm(layer.child("1"), channels: width, activation: .elu()), dropout: dropout)
            }
        }
        reduction = Convolution2D(scope.child("dim_reduction").child("0"), inputs: width, outputs: width, kernel: (1, 1))
        reductionNorm = BatchNorm(scope.child("dim_reduction").child("1"), channels: width, activation: .elu())
        self.dropout = dropout
        head = Linear(
            scope.child("final_layer"), inputs: width * length, outputs: shape.outputs, maximumNorm: configuration.finalMaximumNorm)
    }

    /// `[batch, channel, time]` to `[batch, 14 (T / 16)]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let filtered = concatenate(branches.map { $0(x, &context) }, axis: 1)
        var result = dropout(TemporalPooling.average(filtered, length: configuration.pooling), &context)
        for block in blocks { result = result + block.reduce(result) { $1($0, &context) } }
        let reduced = reductionNorm(reduction(result, &context), &context)
        return dropout(TemporalPooling.average(reduced, length: configuration.pooling), &context).flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension EEGITNet.Configuration {
    /// The samples that are left for the last layer.
    fileprivate func finalLength(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: EEGITNet.name)
        try check.positive(
            ("filters", filters), ("kernel length", kernelLength), ("pooling", pooling), ("causal kernel length", causalKernelLength),
            ("dilation", dilation))
        try check.rates(("dropout rate", dropoutRate))
        try check.positive(("spatial maximum norm", spatialMaximumNorm), ("final maximum norm", finalMaximumNorm))
        let length = shape.samples / pooling / pooling
        try check.samples(shape, leave: length, for: "pooling by \(pooling), twice")
        return length
    }
}
