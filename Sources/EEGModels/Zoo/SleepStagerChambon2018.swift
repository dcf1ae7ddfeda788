public import EEGTensor

/// A sleep stager for several derivations: virtual channels, then two convolutions over time, the same for each of them.
///
/// | layer | shape for windows `[C, T]` at 100 Hz |
/// |---|---|
/// | `spatial_conv` over the electrodes; none for one channel | `[batch, C, T]` |
/// | `feature_extractor.0` over 50 samples, ReLU | `[batch, 8, C, T + 1]` |
/// | pooling by 13 | `[batch, 8, C, T₁ = (T + 1) / 13]` |
/// | `feature_extractor.4` over 50 samples, ReLU | `[batch, 8, C, T₁ + 1]` |
/// | pooling by 13 | `[batch, 8, C, T₂ = (T₁ + 1) / 13]` |
/// | dropout, `final_layer.1` | `[batch, class]` |
///
/// With batch norm, `feature_extractor.1` and `.5` stand in front of the ReLU. Parameter names are those of braindecode.
///
/// Source: S. Chambon et al., "A deep learning architecture for temporal sleep stage classification using multivariate and multimodal time
/// series", IEEE Trans. Neural Syst. Rehabil. Eng. 26 (2018) 758–769.
public struct SleepStagerChambon2018: ZooModel {
    public static let name = "SleepStagerChambon2018"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters over time.
        public var filters = 8
        /// The length of their kernels in seconds.
        public var kernelDuration = 0.5
        /// Zeros at both ends of their input, in seconds.
        public var paddingDuration = 0.25
        /// The length of the windows of pooling in seconds.
        public var poolingDuration = 0.125
        public var hasBatchNorm = false
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.25

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let spatial: Convolution2D?
    private let blocks: [Block]
    private let dropout: Dropout
    private let head: Linear

    /// A convolution over time, a batch norm where one is wanted, ReLU and pooling.
    private struct Block: Layer {
        let convolution: Convolution2D
        let norm: BatchNorm?
        let pooling: Int

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let filtered = convolution(x, &context)
            let activated = if let norm { norm(filtered, &context) } else { relu(filtered) }
            return maxPooling2D(activated, kernel: (1, pooling))
        }
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try self.init(scope, shape, configuration, head: "final_layer")
    }

    /// - Parameter head: the name of the last layer, which the program of Banville et al. calls `fc`.
    init(_ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration, head headName: String) throws(ConfigurationError) {
        let sizes = try configuration.sizes(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let channels = shape.channels
        spatial = channels > 1 ? Convolution2D(scope.child("spatial_conv"), inputs: 1, outputs: channels, kernel: (channels, 1)) : nil
        let extractor = scope.child("feature_extractor")
        blocks = [0, 1].map { index in
            Block(
                convolution: Convolution2D(
                    extractor.child("\(4 * index)"), inputs: index == 0 ? 1 : configuration.filters, outputs: configuration.filters,
                    kernel: (1, sizes.kernel), padding: (.valid, .zeros(sizes.padding))),
                norm: configuration.hasBatchNorm
                    ? BatchNorm(extractor.child("\(4 * index + 1)"), channels: configuration.filters, activation: .relu) : nil,
                pooling: sizes.pooling)
        }
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(scope.child(headName).child("1"), inputs: configuration.filters * channels * sizes.left, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 8 C T₂]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var result = x.expandingDimensions(at: 1)
        // [batch, virtual channel, 1, time] holds the same numbers in the same order as [batch, 1, virtual channel, time].
        if let spatial { result = spatial(result, &context).squeezed(axis: 2).expandingDimensions(at: 1) }
        for block in blocks { result = block(result, &context) }
        return result.flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(dropout(features, &context), &context) }
}

extension SleepStagerChambon2018.Configuration {
    /// Kernel, padding and pooling in samples, and the samples that are left in the end.
    fileprivate func sizes(for shape: SignalShape) throws(ConfigurationError) -> (kernel: Int, padding: Int, pooling: Int, left: Int) {
        let check = ConfigurationCheck(model: SleepStagerChambon2018.name)
        try check.positive(("filters", filters))
        try check.rates(("dropout rate", dropoutRate))
        let kernel = try check.samples("kernel duration", kernelDuration, shape)
        let padding = try check.samples("padding duration", paddingDuration, shape, least: 0)
        let pooling = try check.samples("pooling duration", poolingDuration, shape)
        var left = shape.samples
        for _ in 0..<2 { left = windowCount(windowCount(left, kernel: kernel, padding: padding), kernel: pooling, stride: pooling) }
        try check.samples(shape, leave: left, for: "kernels of \(kernel) samples and pooling by \(pooling), twice")
        return (kernel, padding, pooling, left)
    }
}
