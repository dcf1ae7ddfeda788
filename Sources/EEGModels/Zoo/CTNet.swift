public import EEGTensor

/// An EEGNet-like convolutional front whose outputs are the tokens of a transformer.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `cnn.eegnet_module.0` over 64 samples, `.1` batch norm | `[batch, 20, C, T]` |
/// | `cnn.eegnet_module.2` over the electrodes in 20 groups, `.3` batch norm, ELU, mean by 8, dropout | `[batch, 40, 1, T / 8]` |
/// | `cnn.eegnet_module.7` over 16 samples, `.8` batch norm, ELU, mean by 8, dropout | `[batch, 40, 1, P = T / 64]` |
/// | times √40, plus `position.encoding`, dropout | `[batch, P, 40]` |
/// | `trans.layers.0` … `.5`: attention with 4 heads, then 40 → 160 → 40, each added to what it had, then layer norm | `[batch, P, 40]` |
/// | plus what the transformer was given, dropout, `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: W. Zhao et al., "CTNet: a convolutional transformer network for EEG-based motor imagery classification", Sci. Rep. 14 (2024) 20237.
public struct CTNet: ZooModel {
    public static let name = "CTNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// The width of the tokens.
        public var width = 40
        /// Spatial filters for each filter over time, of which there are `width` / `depthMultiplier`.
        public var depthMultiplier = 2
        /// Samples of the temporal kernel.
        public var kernelLength = 64
        public var firstPooling = 8
        public var secondPooling = 8
        /// Blocks of the transformer.
        public var layers = 6
        public var heads = 4
        /// The share of values that dropout sets to zero in the convolutional front.
        public var convolutionDropoutRate: Float = 0.3
        /// The same behind the position encoding.
        public var positionDropoutRate: Float = 0.1
        /// The same in the transformer.
        public var attentionDropoutRate: Float = 0.5
        /// The same in front of the last layer.
        public var finalDropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: TemporalSpatialConvolution
    private let spatialNorm: BatchNorm
    private let second: Convolution2D
    private let secondNorm: BatchNorm
    private let convolutionDropout: Dropout
    /// `[1, place, width]`.
    private let positions: Parameter
    private let positionDropout: Dropout
    private let blocks: [Block]
    private let finalDropout: Dropout
    private let head: Linear

    /// The places that the encoding has.
    fileprivate static let places = 100

    /// One block of the transformer.
    private struct Block: Layer {
        let attention: ProjectedAttention
        let attentionNorm: LayerNorm
        let widening: Linear
        let narrowing: Linear
        let denseNorm: LayerNorm
        let dropout: Dropout

        init(_ scope: ParameterScope, width: Int, heads: Int, dropoutRate: Float) {
            let (first, second) = (scope.child("attention"), scope.child("feed_forward"))
            attention = ProjectedAttention(first.child("module").child("0"), width: width, heads: heads, dropoutRate: dropoutRate)
            attentionNorm = LayerNorm(first.child("layernorm"), features: width)
            let layers = second.child("module").child("0")
            widening = Linear(layers.child("0"), inputs: width, outputs: 4 * width)
            narrowing = Linear(layers.child("3"), inputs: 4 * width, outputs: width)
            denseNorm = LayerNorm(second.child("layernorm"), features: width)
            dropout = Dropout(rate: dropoutRate)
        }

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let attended = attentionNorm(x + dropout(attention(x, &context), &context), &context)
            let wide = dropout(gelu(widening(attended, &context)), &context)
            return denseNorm(attended + dropout(narrowing(wide, &context), &context), &context)
        }
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive, heads or a depth multiplier that do not divide the width, rates outside
    ///   of 0..<1, or windows too short for the pooling or so long that more than 100 places are left.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let left = try configuration.places(of: shape)
        let width = configuration.width
        let filters = width / configuration.depthMultiplier
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let layers = scope.child("cnn").child("eegnet_module")
        let temporal = Convolution2D(
            layers.child("0"), inputs: 1, outputs: filters, kernel: (1, configuration.kernelLength), padding: (.valid, .same), hasBias: false)
        let temporalNorm = BatchNorm(layers.child("1"), channels: filters)
        let spatial = Convolution2D(
            layers.child("2"), inputs: filters, outputs: width, kernel: (shape.channels, 1), groups: filters, hasBias: false)
        front = TemporalSpatialConvolution(temporal: temporal, norm: temporalNorm, spatial: spatial)
        spatialNorm = BatchNorm(layers.child("3"), channels: width, activation: .elu())
        second = Convolution2D(
            layers.child("7"), inputs: width, outputs: width, kernel: (1, 16), padding: (.valid, .same), hasBias: false)
        secondNorm = BatchNorm(layers.child("8"), channels: width, activation: .elu())
        convolutionDropout = Dropout(rate: configuration.convolutionDropoutRate)
        positions = scope.child("position").parameter("encoding", [1, Self.places, width], .normal(standardDeviation: 1))
        positionDropout = Dropout(rate: configuration.positionDropoutRate)
        blocks = (0..<configuration.layers).map {
            Block(
                scope.child("trans").child("layers").child("\($0)"), width: width, heads: configuration.heads,
                dropoutRate: configuration.attentionDropoutRate)
        }
        finalDropout = Dropout(rate: configuration.finalDropoutRate)
        head = Linear(scope.child("final_layer"), inputs: left * width, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 40 P]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let combined = spatialNorm(front(x, &context), &context)
        let first = convolutionDropout(TemporalPooling.average(combined, length: configuration.firstPooling), &context)
        let again = secondNorm(second(first, &context), &context)
        let places = convolutionDropout(TemporalPooling.average(again, length: configuration.secondPooling), &context)
        var tokens = places.squeezed(axis: 2).transposed() * Float(configuration.width).squareRoot()
        tokens = positionDropout(tokens + positions.value.sliced(axis: 1, 0..<tokens.shape[1]), &context)
        var result = tokens
        for block in blocks { result = block(result, &context) }
        return (result + tokens).flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(finalDropout(features, &context), &context) }
}

extension CTNet.Configuration {
    /// The places that are left for the transformer.
    fileprivate func places(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: CTNet.name)
        try check.positive(
            ("width", width), ("depth multiplier", depthMultiplier), ("kernel length", kernelLength), ("first pooling", firstPooling),
            ("second pooling", secondPooling), ("layers", layers), ("heads", heads))
        for (name, value) in [("heads", heads), ("depth multiplier", depthMultiplier)] where width % value != 0 {
            throw check.error(name, expected: "a divisor of the width \(width)", found: value)
        }
        try check.rates(
            ("convolution dropout rate", convolutionDropoutRate), ("position dropout rate", positionDropoutRate),
            ("attention dropout rate", attentionDropoutRate), ("final dropout rate", finalDropoutRate))
        let left = shape.samples / firstPooling / secondPooling
        try check.samples(shape, leave: left, for: "pooling by \(firstPooling) and by \(secondPooling)")
        guard left <= CTNet.places else {
            throw check.error("samples of a window", expected: "so few that at most \(CTNet.places) places are left", found: shape.samples)
        }
        return left
    }
}
