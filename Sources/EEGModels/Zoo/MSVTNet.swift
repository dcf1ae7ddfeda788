public import EEGTensor

/// EEGNet-like branches with temporal kernels of four lengths, whose outputs side by side are the tokens of a transformer.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | for each branch: `mstsconv.i.0.0` over 15, 31, 63 or 125 samples, `.1` batch norm | `[batch, 9, C, T]` |
/// | `mstsconv.i.0.2` over the electrodes in 9 groups, `.3` batch norm, ELU, mean by 8, dropout | `[batch, 18, 1, T / 8]` |
/// | `mstsconv.i.0.7` over 15 samples for each filter, `.8` batch norm, ELU, mean by 7, dropout | `[batch, 18, 1, P = T / 56]` |
/// | all branches, behind a class token, plus a position embedding, dropout | `[batch, P + 1, 72]` |
/// | `transformer.trans`: 2 blocks of attention with 8 heads and 72 → 72 → 72, each behind a layer norm and added to what it had; layer norm | `[batch, P + 1, 72]` |
/// | the class token, `final_layer` | `[batch, class]` |
///
/// In training each branch can be made to classify by itself, see ``branchScores(_:_:)``. Parameter names are those of braindecode.
///
/// Source: K. Liu et al., "MSVTNet: multi-scale vision transformer neural network for EEG-based motor imagery decoding", IEEE J. Biomed. Health
/// Inform. 28 (2024) 7126–7137.
public struct MSVTNet: ZooModel {
    public static let name = "MSVTNet"
    public static var headNames: [String] { ["final_layer", "branch_head"] }

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters over time of each branch.
        public var filters = [9, 9, 9, 9]
        /// Samples of their kernels.
        public var kernelLengths = [15, 31, 63, 125]
        /// Samples of the second kernel.
        public var secondKernelLength = 15
        /// The spatial filters for each filter over time.
        public var depthMultiplier = 2
        public var firstPooling = 8
        public var secondPooling = 7
        /// Blocks of the transformer.
        public var layers = 2
        public var heads = 8
        /// How much wider than the tokens the inner layer of a block is.
        public var expansion = 1
        /// The share of values that dropout sets to zero in the branches.
        public var dropoutRate: Float = 0.3
        /// The same in the transformer.
        public var attentionDropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let branches: [Branch]
    private let branchHeads: [Linear]
    /// `[1, 1, width]`.
    private let classToken: Parameter
    /// `[1, P + 1, width]`.
    private let positions: Parameter
    private let dropout: Dropout
    private let blocks: [Block]
    private let norm: LayerNorm
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive or not as many as needed, heads that do not divide the width, rates
    ///   outside of 0..<1, or windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        let places = shape.samples / configuration.firstPooling / configuration.secondPooling
        let width = configuration.width
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        branches = configuration.filters.indices.map {
            Branch(scope.child("mstsconv").child("\($0)").child("0"), index: $0, channels: shape.channels, configuration)
        }
        branchHeads = configuration.filters.enumerated().map { index, filters in
            Linear(
                scope.child("branch_head").child("\(index)").child("1"), inputs: places * filters * configuration.depthMultiplier,
                outputs: shape.outputs)
        }
        let transformer = scope.child("transformer")
        classToken = transformer.parameter("cls_embedding", [1, 1, width], .constant(0))
        positions = transformer.child("pos_embedding").parameter("pe", [1, places + 1, width], .constant(0))
        dropout = Dropout(rate: configuration.attentionDropoutRate)
        blocks = (0..<configuration.layers).map { Block(transformer.child("trans").child("layers").child("\($0)"), configuration) }
        norm = LayerNorm(transformer.child("trans").child("norm"), features: width)
        head = Linear(scope.child("final_layer"), inputs: width, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 72]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let places = concatenate(branches.map { $0(x, &context) }, axis: 1).transposed()
        let first = classToken.value.broadcast(to: [x.shape[0], 1, configuration.width])
        var tokens = dropout(concatenate([first, places], axis: 1) + positions.value, &context)
        for block in blocks { tokens = block(tokens, &context) }
        return norm(tokens.sliced(axis: 1, 0), &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }

    /// What each branch gives by itself, for the additional losses of the source.
    ///
    /// - Parameter x: `[batch, channel, time]`.
    /// - Returns: `[batch, class]` for each branch.
    public func branchScores(_ x: Tensor, _ context: inout ForwardContext) -> [Tensor] {
        return zip(branches, branchHeads).map { branch, head in head(branch(x, &context).transposed().flattened(), &context) }
    }
}

extension MSVTNet {
    /// The convolutions of one kernel length.
    private struct Branch: Layer {
        let front: TemporalSpatialConvolution
        let spatialNorm: BatchNorm
        let second: Convolution2D
        let secondNorm: BatchNorm
        let dropout: Dropout
        let poolings: (Int, Int)

        init(_ scope: ParameterScope, index: Int, channels: Int, _ configuration: Configuration) {
            let filters = configuration.filters[index]
            let width = filters * configuration.depthMultiplier
            let temporal = Convolution2D(
                scope.child("0"), inputs: 1, outputs: filters, kernel: (1, configuration.kernelLengths[index]), padding: (.valid, .same),
                hasBias: false)
            let temporalNorm = BatchNorm(scope.child("1"), channels: filters)
            let spatial = Convolution2D(
                scope.child("2"), inputs: filters, outputs: width, kernel: (channels, 1), groups: filters, hasBias: false)
            front = TemporalSpatialConvolution(temporal: temporal, norm: temporalNorm, spatial: spatial)
            spatialNorm = BatchNorm(scope.child("3"), channels: width, activation: .elu())
            second = Convolution2D(
                scope.child("7"), inputs: width, outputs: width, kernel: (1, configuration.secondKernelLength), padding: (.valid, .same),
                groups: width, hasBias: false)
            secondNorm = BatchNorm(scope.child("8"), channels: width, activation: .elu())
            dropout = Dropout(rate: configuration.dropoutRate)
            poolings = (configuration.firstPooling, configuration.secondPooling)
        }

        /// `[batch, channel, time]` to `[batch, 18, P]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let combined = spatialNorm(front(x, &context), &context)
            let first = dropout(TemporalPooling.average(combined, length: poolings.0), &context)
            let again = secondNorm(second(first, &context), &context)
            return dropout(TemporalPooling.average(again, length: poolings.1), &context).squeezed(axis: 2)
        }
    }

    /// One block of the transformer.
    private struct Block: Layer {
        let attentionNorm: LayerNorm
        let attention: MultiHeadAttention
        let denseNorm: LayerNorm
        let widening: Linear
        let narrowing: Linear
        let dropout: Dropout

        init(_ scope: ParameterScope, _ configuration: Configuration) {
            let (width, rate) = (configuration.width, configuration.attentionDropoutRate)
            attention = MultiHeadAttention(scope.child("self_attn"), width: width, heads: configuration.heads, dropoutRate: rate)
            widening = Linear(scope.child("linear1"), inputs: width, outputs: width * configuration.expansion)
            narrowing = Linear(scope.child("linear2"), inputs: width * configuration.expansion, outputs: width)
            attentionNorm = LayerNorm(scope.child("norm1"), features: width)
            denseNorm = LayerNorm(scope.child("norm2"), features: width)
            dropout = Dropout(rate: rate)
        }

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let attended = x + dropout(attention(attentionNorm(x, &context), &context), &context)
            let wide = dropout(relu(widening(denseNorm(attended, &context), &context)), &context)
            return attended + dropout(narrowing(wide, &context), &context)
        }
    }
}

extension MSVTNet.Configuration {
    /// The width of the tokens.
    fileprivate var width: Int { filters.reduce(0, +) * depthMultiplier }

    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: MSVTNet.name)
        try check.positive(
            ("branches", filters.count), ("second kernel length", secondKernelLength), ("depth multiplier", depthMultiplier),
            ("first pooling", firstPooling), ("second pooling", secondPooling), ("layers", layers), ("heads", heads), ("expansion", expansion))
        for count in filters { try check.positive(("filters", count)) }
        for length in kernelLengths { try check.positive(("kernel lengths", length)) }
        guard kernelLengths.count == filters.count else {
            throw check.error("kernel lengths", expected: "as many as branches, \(filters.count)", found: kernelLengths.count)
        }
        guard width % heads == 0 else { throw check.error("heads", expected: "a divisor of the width \(width)", found: heads) }
        try check.rates(("dropout rate", dropoutRate), ("attention dropout rate", attentionDropoutRate))
        try check.samples(
            shape, leave: shape.samples / firstPooling / secondPooling, for: "pooling by \(firstPooling) and by \(secondPooling)")
    }
}
