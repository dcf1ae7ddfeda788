public import EEGTensor

/// The deep convolutional network: filters over time and over electrodes, then three more convolutions over time, with pooling after each.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, 1, C, T]` |
/// | `conv_time_spat.conv_time` over 10 samples | `[batch, 25, C, T − 9]` |
/// | `conv_time_spat.conv_spat` over the electrodes, `bnorm`, ELU | `[batch, 25, 1, T − 9]` |
/// | pooling by 3 | `[batch, 25, 1, T₁ = (T − 9) / 3]` |
/// | dropout, `conv_2` over 10 samples, `bnorm_2`, ELU, pooling by 3 | `[batch, 50, 1, T₂ = (T₁ − 9) / 3]` |
/// | dropout, `conv_3` over 10 samples, `bnorm_3`, ELU, pooling by 3 | `[batch, 100, 1, T₃ = (T₂ − 9) / 3]` |
/// | dropout, `conv_4` over 10 samples, `bnorm_4`, ELU, pooling by 3 | `[batch, 200, 1, T₄ = (T₃ − 9) / 3]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode, whose layers hold time before electrodes.
///
/// Source: R. T. Schirrmeister et al., "Deep learning with convolutional neural networks for EEG decoding and visualization", Hum. Brain
/// Mapp. 38 (2017) 5391–5420.
public struct Deep4Net: ZooModel {
    public static let name = "Deep4Net"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        public var temporalFilters = 25
        public var spatialFilters = 25
        /// Samples of the temporal kernel.
        public var kernelLength = 10
        /// Filters of the convolutions that follow.
        public var laterFilters = [50, 100, 200]
        /// Samples of their kernels.
        public var laterKernelLengths = [10, 10, 10]
        public var poolingLength = 3
        public var poolingStride = 3
        /// Whether the later convolutions take the stride instead of the pooling.
        public var stridesConvolutions = false
        public var firstPooling = TemporalPooling.maximum
        public var laterPooling = TemporalPooling.maximum
        /// The samples that the last layer sees, after all pooling; all where not given. With fewer, scores are `[batch, class, place]`.
        public var finalLength: Int?
        /// Whether a batch norm follows each convolution but the first, which then has no bias.
        public var hasBatchNorm = true
        /// The fraction of the way that running statistics move to those of a batch.
        public var batchNormMomentum: Float = 0.1
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// Over time and the electrodes, then over time.
    private let blocks: [Block]
    private let dropout: Dropout
    private let head: TemporalClassifier

    /// A convolution, a batch norm and ELU.
    private struct Block: Layer {
        let convolution: any Layer
        let norm: BatchNorm?

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let filtered = convolution(x, &context)
            return if let norm { norm(filtered, &context) } else { elu(filtered) }
        }
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive or not as many as needed, rates outside of 0..<1, or windows too short
    ///   for the convolutions and pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        let length = try configuration.finalLength(of: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration

        func convolution(
            _ scope: ParameterScope, inputs: Int, outputs: Int, kernel: (Int, Int), stride: Int = 1,
            hasBias: Bool = !configuration.hasBatchNorm
        ) -> TimeFirstConvolution {
            TimeFirstConvolution(
                scope, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, hasBias: hasBias, initializer: .glorotUniform,
                biasInitializer: .constant(0))
        }
        func block(_ convolution: any Layer, norm: ParameterScope, outputs: Int) -> Block {
            Block(
                convolution: convolution,
                norm: configuration.hasBatchNorm
                    ? BatchNorm(norm, channels: outputs, momentum: configuration.batchNormMomentum, activation: .elu()) : nil)
        }
        let filters = scope.child("conv_time_spat")
        let temporal = convolution(
            filters.child("conv_time"), inputs: 1, outputs: configuration.temporalFilters, kernel: (configuration.kernelLength, 1),
            hasBias: true)
        let spatial = convolution(
            filters.child("conv_spat"), inputs: configuration.temporalFilters, outputs: configuration.spatialFilters,
            kernel: (1, shape.channels))
        let front = block(
            TemporalSpatialConvolution(temporal, nil, spatial), norm: scope.child("bnorm"), outputs: configuration.spatialFilters)
        let widths = [configuration.spatialFilters] + configuration.laterFilters
        blocks =
            [front]
            + configuration.laterFilters.indices.map { index in
                let later = convolution(
                    scope.child("conv_\(index + 2)"), inputs: widths[index], outputs: widths[index + 1],
                    kernel: (configuration.laterKernelLengths[index], 1), stride: configuration.laterStride)
                return block(later, norm: scope.child("bnorm_\(index + 2)"), outputs: widths[index + 1])
            }
        dropout = Dropout(rate: configuration.dropoutRate)
        head = TemporalClassifier(scope.child("final_layer"), inputs: widths[widths.count - 1], samples: length, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 200, 1, T₄]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var result = x
        for (index, block) in blocks.enumerated() {
            if index > 0 { result = dropout(result, &context) }
            let pooling = index == 0 ? configuration.firstPooling : configuration.laterPooling
            result = pooling(block(result, &context), length: configuration.poolingLength, stride: configuration.poolingStep)
        }
        return result
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension Deep4Net.Configuration {
    fileprivate var laterStride: Int { stridesConvolutions ? poolingStride : 1 }
    /// The stride that is left for the pooling.
    fileprivate var poolingStep: Int { stridesConvolutions ? 1 : poolingStride }

    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: Deep4Net.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("spatial filters", spatialFilters), ("kernel length", kernelLength),
            ("pooling length", poolingLength), ("pooling stride", poolingStride), ("final length", finalLength ?? 1))
        for filters in laterFilters { try check.positive(("later filters", filters)) }
        for length in laterKernelLengths { try check.positive(("later kernel lengths", length)) }
        guard laterKernelLengths.count == laterFilters.count else {
            throw check.error("later kernel lengths", expected: "as many as later filters, \(laterFilters.count)", found: laterKernelLengths.count)
        }
        try check.rates(("dropout rate", dropoutRate), ("batch norm momentum", batchNormMomentum))
    }

    /// The samples that the last layer sees.
    fileprivate func finalLength(of shape: SignalShape) throws(ConfigurationError) -> Int {
        func pooled(_ samples: Int) -> Int { windowCount(samples, kernel: poolingLength, stride: poolingStep) }
        var left = pooled(windowCount(shape.samples, kernel: kernelLength))
        for length in laterKernelLengths { left = pooled(windowCount(left, kernel: length, stride: laterStride)) }
        let length = finalLength ?? max(1, left)
        try ConfigurationCheck(model: Deep4Net.name).samples(
            shape, leave: left - length + 1, for: "\(laterFilters.count + 1) convolutions with pooling and \(length) for the last layer")
        return length
    }
}
