public import EEGTensor

/// Spatial components first, then filters over components and time, then the logarithm of their mean power.
///
/// | layer | shape for windows `[C, T]` at 100 Hz |
/// |---|---|
/// | `spatial_conv` over the electrodes, `spatial_batch_norm` | `[batch, 22, 1, T]` |
/// | `spatial_filt_conv` over the components and 0.1 s, `batch_norm`, square, dropout | `[batch, 20, 1, T − 9]` |
/// | mean of 0.5 s every 0.1 s, logarithm | `[batch, 20, 1, (T − 59) / 10 + 1]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: C.-S. Wei, T. Koike-Akino and Y. Wang, "Spatial component-wise convolutional network (SCCNet) for motor-imagery EEG
/// classification", IEEE/EMBS NER 2019, 328–331.
public struct SCCNet: ZooModel {
    public static let name = "SCCNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Spatial components.
        public var components = 22
        /// Filters over components and time.
        public var filters = 20
        /// The fraction of the way that running statistics move to those of a batch.
        public var batchNormMomentum: Float = 0.1
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let spatial: Convolution2D
    private let spatialNorm: BatchNorm
    /// `[filter, 1, component, time]`.
    private let filterWeight: Parameter
    private let norm: BatchNorm
    private let dropout: Dropout
    private let pooling: (length: Int, stride: Int)
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows too short for the kernel and pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let sizes = try configuration.sizes(for: shape)
        let (components, filters) = (configuration.components, configuration.filters)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        spatial = Convolution2D(scope.child("spatial_conv"), inputs: 1, outputs: components, kernel: (shape.channels, 1))
        spatialNorm = BatchNorm(scope.child("spatial_batch_norm"), channels: components, momentum: configuration.batchNormMomentum)
        filterWeight = scope.child("spatial_filt_conv").weight([filters, 1, components, sizes.kernel], .fanInUniform)
        norm = BatchNorm(scope.child("batch_norm"), channels: filters, momentum: configuration.batchNormMomentum)
        dropout = Dropout(rate: configuration.dropoutRate)
        pooling = (sizes.pooling, sizes.kernel)
        head = Linear(scope.child("final_layer"), inputs: filters * sizes.left, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 20 ((T − 59) / 10 + 1)]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let components = spatialNorm(spatial(x.expandingDimensions(at: 1), &context), &context)
        // A kernel over all components is one over as many input channels.
        let weight = filterWeight.value.transposed(1, 2)
        let filtered = norm(convolution2D(components, weight: weight), &context)
        let power = averagePooling2D(dropout(filtered.squared(), &context), kernel: (1, pooling.length), stride: (1, pooling.stride))
        return log(power + 1e-6).flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension SCCNet.Configuration {
    /// The kernel, the windows of pooling, and what is left in the end, in samples.
    fileprivate func sizes(for shape: SignalShape) throws(ConfigurationError) -> (kernel: Int, pooling: Int, left: Int) {
        let check = ConfigurationCheck(model: SCCNet.name)
        try check.positive(("components", components), ("filters", filters))
        try check.rates(("dropout rate", dropoutRate), ("batch norm momentum", batchNormMomentum))
        guard shape.samplingRate >= 10, shape.samplingRate <= 1e6 else {
            throw check.error("sampling rate", expected: "from 10 to 1000000 Hz", found: shape.samplingRate)
        }
        let kernel = Int(shape.samplingRate * 0.1)
        let pooling = Int(shape.samplingRate * 0.5)
        let left = windowCount(windowCount(shape.samples, kernel: kernel), kernel: pooling, stride: kernel)
        try check.samples(shape, leave: left, for: "a kernel of \(kernel) and pooling over \(pooling)")
        return (kernel, pooling, left)
    }
}
