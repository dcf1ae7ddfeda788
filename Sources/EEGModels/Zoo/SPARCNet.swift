public import EEGTensor

/// A densely connected network over time: each layer of a block sees what all layers before it gave.
///
/// | layer | shape for windows `[C, T]`, C = 8, T = 400 |
/// |---|---|
/// | `encoder.conv0` over 7 samples, stride 2, `norm0`, ELU | `[batch, 16, 200]`: twice the largest power of two up to C |
/// | largest of 3 every 2 | `[batch, 16, 100]` |
/// | `encoder.denseblock1`: 4 times `norm1`, ELU, `conv1` 1 × 1 to 256, `norm2`, ELU, `conv2` over 3 samples to 16, dropout, all joined | `[batch, 80, 100]` |
/// | `encoder.transition1`: `norm`, ELU, `conv` 1 × 1 to half of the channels, mean of 2 | `[batch, 40, 50]` |
/// | as many of these pairs as T / 4 can be halved: 6 | `[batch, 63, 1]` |
/// | mean over time, ELU, `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: J. Jing et al., "Development of expert-level classification of seizures and rhythmic and periodic patterns during EEG
/// interpretation", Neurology 100 (2023) e1750–e1762.
public struct SPARCNet: ZooModel {
    public static let name = "SPARCNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Layers of a block.
        public var blockLayers = 4
        /// Channels that each layer adds.
        public var growth = 16
        /// The channels between the two convolutions of a layer, in multiples of `growth`.
        public var bottleneck = 16
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let stem: Convolution1D
    private let stemNorm: BatchNorm
    private let blocks: [(layers: [DenseLayer], transition: Transition)]
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows of less than 8 samples.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let encoder = scope.child("encoder")
        var width = 2 << Self.halvings(of: shape.channels)
        stem = Convolution1D(
            encoder.child("conv0"), inputs: shape.channels, outputs: width, kernel: 7, stride: 2, padding: .zeros(3), initializer: .heNormal)
        stemNorm = BatchNorm(encoder.child("norm0"), channels: width, activation: .elu())
        var blocks: [(layers: [DenseLayer], transition: Transition)] = []
        for index in 1...Self.halvings(of: shape.samples / 4) {
            let layers = (0..<configuration.blockLayers).map { layer in
                DenseLayer(
                    encoder.child("denseblock\(index)").child("denselayer\(layer + 1)"), inputs: width + layer * configuration.growth,
                    configuration)
            }
            width += configuration.blockLayers * configuration.growth
            blocks.append((layers, Transition(encoder.child("transition\(index)"), inputs: width, outputs: width / 2)))
            width /= 2
        }
        self.blocks = blocks
        head = Linear(scope.child("final_layer"), inputs: width, outputs: shape.outputs, biasInitializer: .constant(0))
    }

    /// `[batch, channel, time]` to `[batch, 63]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var result = maxPooling1D(stemNorm(stem(x, &context), &context), kernel: 3, stride: 2, padding: 1)
        for block in blocks {
            for layer in block.layers { result = concatenate([result, layer(result, &context)], axis: 1) }
            result = block.transition(result, &context)
        }
        return elu(result.mean(over: 2))
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension SPARCNet {
    /// What a layer of a block adds.
    private struct DenseLayer: Layer {
        let norm: BatchNorm
        let widening: Convolution1D
        let wideNorm: BatchNorm
        let narrowing: Convolution1D
        let dropout: Dropout

        init(_ scope: ParameterScope, inputs: Int, _ configuration: Configuration) {
            let wide = configuration.bottleneck * configuration.growth
            norm = BatchNorm(scope.child("norm1"), channels: inputs, activation: .elu())
            widening = Convolution1D(scope.child("conv1"), inputs: inputs, outputs: wide, kernel: 1, initializer: .heNormal)
            wideNorm = BatchNorm(scope.child("norm2"), channels: wide, activation: .elu())
            narrowing = Convolution1D(
                scope.child("conv2"), inputs: wide, outputs: configuration.growth, kernel: 3, padding: .same, initializer: .heNormal)
            dropout = Dropout(rate: configuration.dropoutRate)
        }

        /// `[batch, input, time]` to `[batch, growth, time]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let wide = wideNorm(widening(norm(x, &context), &context), &context)
            return dropout(narrowing(wide, &context), &context)
        }
    }

    /// Half of the channels and half of the time.
    private struct Transition: Layer {
        let norm: BatchNorm
        let convolution: Convolution1D

        init(_ scope: ParameterScope, inputs: Int, outputs: Int) {
            norm = BatchNorm(scope.child("norm"), channels: inputs, activation: .elu())
            convolution = Convolution1D(scope.child("conv"), inputs: inputs, outputs: outputs, kernel: 1, initializer: .heNormal)
        }

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            averagePooling1D(convolution(norm(x, &context), &context), kernel: 2)
        }
    }

    /// How often a number can be halved until 1 is left.
    fileprivate static func halvings(of number: Int) -> Int { Int.bitWidth - 1 - number.leadingZeroBitCount }
}

extension SPARCNet.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: SPARCNet.name)
        try check.positive(("block layers", blockLayers), ("growth", growth), ("bottleneck", bottleneck))
        try check.rates(("dropout rate", dropoutRate))
        try check.samples(shape, leave: shape.samples - 7, for: "one block, 8")
    }
}
