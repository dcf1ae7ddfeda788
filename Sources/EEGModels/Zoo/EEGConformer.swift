public import EEGTensor

/// A shallow convolutional network whose outputs are the tokens of a transformer.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `patch_embedding.shallownet.0` over 25 samples | `[batch, 40, C, T − 24]` |
/// | `patch_embedding.shallownet.1` over the electrodes, `.2` batch norm, ELU | `[batch, 40, 1, T − 24]` |
/// | mean of 75 samples every 15, dropout | `[batch, 40, 1, P = (T − 99) / 15 + 1]` |
/// | `patch_embedding.projection.0` 1 × 1 | `[batch, P, 40]` |
/// | `transformer.0` … `.5`: attention with 10 heads, then 40 → 160 → 40, each behind a layer norm and added to what it had | `[batch, P, 40]` |
/// | `fc.fc.0`, ELU, dropout, `fc.fc.3`, ELU, dropout | `[batch, 256]`, `[batch, 32]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: Y. Song et al., "EEG Conformer: convolutional transformer for EEG decoding and visualization", IEEE Trans. Neural Syst. Rehabil.
/// Eng. 31 (2023) 710–719.
public struct EEGConformer: ZooModel {
    public static let name = "EEGConformer"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters over time, which is also the width of the tokens.
        public var filters = 40
        /// Samples of the temporal kernel: a tenth of a second at 250 Hz.
        public var kernelLength = 25
        public var poolingLength = 75
        public var poolingStride = 15
        /// Blocks of the transformer.
        public var layers = 6
        public var heads = 10
        /// The share of values that dropout sets to zero behind the convolutions.
        public var dropoutRate: Float = 0.5
        /// The same in the transformer.
        public var attentionDropoutRate: Float = 0.5
        /// The same behind each of the two layers in front of the last.
        public var denseDropoutRates: [Float] = [0.5, 0.3]

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: TemporalSpatialConvolution
    private let norm: BatchNorm
    private let dropout: Dropout
    private let projection: Convolution2D
    private let blocks: [Block]
    private let dense: [(layer: Linear, dropout: Dropout)]
    private let head: Linear

    /// One block of the transformer.
    private struct Block: Layer {
        let attentionNorm: LayerNorm
        let attention: ProjectedAttention
        let denseNorm: LayerNorm
        let widening: Linear
        let narrowing: Linear
        let dropout: Dropout

        init(_ scope: ParameterScope, width: Int, heads: Int, dropoutRate: Float) {
            let (first, second) = (scope.child("0").child("fn"), scope.child("1").child("fn"))
            attentionNorm = LayerNorm(first.child("0"), features: width)
            attention = ProjectedAttention(first.child("1"), width: width, heads: heads, dropoutRate: dropoutRate)
            denseNorm = LayerNorm(second.child("0"), features: width)
            widening = Linear(second.child("1").child("0"), inputs: width, outputs: 4 * width)
            narrowing = Linear(second.child("1").child("3"), inputs: 4 * width, outputs: width)
            dropout = Dropout(rate: dropoutRate)
        }

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let attended = x + dropout(attention(attentionNorm(x, &context), &context), &context)
            let wide = dropout(gelu(widening(denseNorm(attended, &context), &context)), &context)
            return attended + dropout(narrowing(wide, &context), &context)
        }
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive, heads that do not divide the filters, rates outside of 0..<1, or
    ///   windows too short for the convolution and pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        let tokens = try configuration.tokens(of: shape)
        let filters = configuration.filters
        self.scope = scope
        self.shape = shape
        self.configuration = configuration

        let embedding = scope.child("patch_embedding")
        let convolutions = embedding.child("shallownet")
        let temporal = Convolution2D(convolutions.child("0"), inputs: 1, outputs: filters, kernel: (1, configuration.kernelLength))
        let spatial = Convolution2D(convolutions.child("1"), inputs: filters, outputs: filters, kernel: (shape.channels, 1))
        front = TemporalSpatialConvolution(temporal: temporal, spatial: spatial)
        norm = BatchNorm(convolutions.child("2"), channels: filters, activation: .elu())
        dropout = Dropout(rate: configuration.dropoutRate)
        projection = Convolution2D(embedding.child("projection").child("0"), inputs: filters, outputs: filters, kernel: (1, 1))
        blocks = (0..<configuration.layers).map {
            Block(
                scope.child("transformer").child("\($0)"), width: filters, heads: configuration.heads,
                dropoutRate: configuration.attentionDropoutRate)
        }
        let layers = scope.child("fc").child("fc")
        dense = [
            (Linear(layers.child("0"), inputs: tokens * filters, outputs: 256), Dropout(rate: configuration.denseDropoutRates[0])),
            (Linear(layers.child("3"), inputs: 256, outputs: 32), Dropout(rate: configuration.denseDropoutRates[1])),
        ]
        head = Linear(scope.child("final_layer"), inputs: 32, outputs: shape.outputs)
    }

    /// What the transformer makes of the windows.
    ///
    /// - Parameter x: `[batch, channel, time]`.
    /// - Returns: `[batch, P, 40]`.
    public func tokens(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let filtered = norm(front(x, &context), &context)
        let pooled = TemporalPooling.average(filtered, length: configuration.poolingLength, stride: configuration.poolingStride)
        var tokens = projection(dropout(pooled, &context), &context).squeezed(axis: 2).transposed()
        for block in blocks { tokens = block(tokens, &context) }
        return tokens
    }

    /// `[batch, channel, time]` to `[batch, 32]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var result = tokens(x, &context).flattened()
        for (layer, dropout) in dense { result = dropout(elu(layer(result, &context)), &context) }
        return result
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension EEGConformer.Configuration {
    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: EEGConformer.name)
        try check.positive(
            ("filters", filters), ("kernel length", kernelLength), ("pooling length", poolingLength), ("pooling stride", poolingStride),
            ("layers", layers), ("heads", heads))
        guard filters % heads == 0 else { throw check.error("heads", expected: "a divisor of the \(filters) filters", found: heads) }
        guard denseDropoutRates.count == 2 else { throw check.error("dense dropout rates", expected: "2 rates", found: denseDropoutRates.count) }
        try check.rates(
            ("dropout rate", dropoutRate), ("attention dropout rate", attentionDropoutRate), ("dense dropout rates", denseDropoutRates[0]),
            ("dense dropout rates", denseDropoutRates[1]))
    }

    fileprivate func tokens(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let tokens = windowCount(windowCount(shape.samples, kernel: kernelLength), kernel: poolingLength, stride: poolingStride)
        try ConfigurationCheck(model: EEGConformer.name).samples(
            shape, leave: tokens, for: "a kernel of \(kernelLength) and pooling over \(poolingLength)")
        return tokens
    }
}
