public import EEGTensor

/// EEGNet: a temporal convolution, spatial filters for each of its outputs, and a separable convolution over time.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, 1, C, T]` |
/// | `conv_temporal` 1 × k, `bnorm_temporal` | `[batch, F1, C, T']` |
/// | `conv_spatial` C × 1 in F1 groups, `bnorm_1`, ELU | `[batch, F1 D, 1, T']` |
/// | pooling 1 × 4, dropout | `[batch, F1 D, 1, T' / 4]` |
/// | `conv_separable_depth` 1 × 16, `conv_separable_point` 1 × 1, `bnorm_2`, ELU | `[batch, F2, 1, T'']` |
/// | pooling 1 × 8, dropout | `[batch, F2, 1, T'' / 8]` |
/// | `final_layer` | `[batch, class]` |
///
/// Convolutions over time pad k / 2 zeros at both ends, so an even kernel lengthens the signal by one sample: T' = T + 1. Parameter names are
/// those of braindecode.
///
/// Source: V. J. Lawhern et al., "EEGNet: a compact convolutional neural network for EEG-based brain–computer interfaces", J. Neural Eng. 15
/// (2018) 056013.
public struct EEGNet: ZooModel {
    public static let name = "EEGNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F1, the filters over time.
        public var temporalFilters = 8
        /// D, the spatial filters for each of them.
        public var depthMultiplier = 2
        /// F2, the filters after the separable convolution; F1 D where it is not given.
        public var separableFilters: Int?
        /// Samples of the temporal kernel: half a second at 128 Hz.
        public var kernelLength = 64
        public var separableKernelLength = 16
        public var firstPooling = 4
        public var secondPooling = 8
        public var pooling = TemporalPooling.average
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.25
        /// The largest norm of a spatial filter.
        public var spatialMaximumNorm: Float = 1
        /// The largest norm of the weights of a class; nil for no limit.
        public var finalMaximumNorm: Float?

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: TemporalSpatialConvolution
    private let spatialNorm: BatchNorm
    private let depthwise: Convolution2D
    private let pointwise: Convolution2D
    private let separableNorm: BatchNorm
    private let dropout: Dropout
    private let head: Head

    /// The last layer: a convolution over all that is left, or, with a limited norm, the same as a linear layer.
    private enum Head {
        case convolution(Convolution2D)
        case linear(Linear)
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates outside of 0..<1, or windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate()
        let length = try configuration.finalLength(of: shape)
        let (temporalFilters, kernel) = (configuration.temporalFilters, configuration.kernelLength)
        let spatialFilters = temporalFilters * configuration.depthMultiplier
        let separableFilters = configuration.separableFilters ?? spatialFilters
        let separableKernel = configuration.separableKernelLength
        self.scope = scope
        self.shape = shape
        self.configuration = configuration

        let temporal = Convolution2D(
            scope.child("conv_temporal"), inputs: 1, outputs: temporalFilters, kernel: (1, kernel), padding: (.valid, .zeros(kernel / 2)),
            hasBias: false, initializer: .glorotUniform)
        let temporalNorm = BatchNorm(scope.child("bnorm_temporal"), channels: temporalFilters, momentum: 0.01, epsilon: 1e-3)
        let spatial = Convolution2D(
            scope.child("conv_spatial"), inputs: temporalFilters, outputs: spatialFilters, kernel: (shape.channels, 1),
            groups: temporalFilters, hasBias: false, maximumNorm: configuration.spatialMaximumNorm, initializer: .glorotUniform)
        front = TemporalSpatialConvolution(temporal: temporal, norm: temporalNorm, spatial: spatial)
        spatialNorm = BatchNorm(scope.child("bnorm_1"), channels: spatialFilters, momentum: 0.01, epsilon: 1e-3, activation: .elu())
        depthwise = Convolution2D(
            scope.child("conv_separable_depth"), inputs: spatialFilters, outputs: spatialFilters, kernel: (1, separableKernel),
            padding: (.valid, .zeros(separableKernel / 2)), groups: spatialFilters, hasBias: false, initializer: .glorotUniform)
        pointwise = Convolution2D(
            scope.child("conv_separable_point"), inputs: spatialFilters, outputs: separableFilters, kernel: (1, 1), hasBias: false,
            initializer: .glorotUniform)
        separableNorm = BatchNorm(scope.child("bnorm_2"), channels: separableFilters, momentum: 0.01, epsilon: 1e-3, activation: .elu())
        dropout = Dropout(rate: configuration.dropoutRate)
        let final = scope.child("final_layer")
        if let limit = configuration.finalMaximumNorm {
            head = .linear(
                Linear(
                    final.child("linearconstraint"), inputs: separableFilters * length, outputs: shape.outputs, maximumNorm: limit,
                    initializer: .glorotUniform,
                    biasInitializer: .constant(0)))
        } else {
            head = .convolution(
                Convolution2D(
                    final.child("conv_classifier"), inputs: separableFilters, outputs: shape.outputs, kernel: (1, length),
                    initializer: .glorotUniform, biasInitializer: .constant(0)))
        }
    }

    /// `[batch, channel, time]` to `[batch, F2, 1, T'' / 8]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let combined = spatialNorm(front(x, &context), &context)
        let first = dropout(configuration.pooling(combined, length: configuration.firstPooling), &context)
        let separated = separableNorm(pointwise(depthwise(first, &context), &context), &context)
        return dropout(configuration.pooling(separated, length: configuration.secondPooling), &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor {
        switch head {
        case .convolution(let layer): layer(features, &context).flattened()
        case .linear(let layer): layer(features.flattened(), &context)
        }
    }
}

extension EEGNet.Configuration {
    fileprivate func validate() throws(ConfigurationError) {
        let check = ConfigurationCheck(model: EEGNet.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("depth multiplier", depthMultiplier), ("separable filters", separableFilters ?? 1),
            ("kernel length", kernelLength), ("separable kernel length", separableKernelLength), ("first pooling", firstPooling),
            ("second pooling", secondPooling))
        try check.rates(("dropout rate", dropoutRate))
        try check.positive(("spatial maximum norm", spatialMaximumNorm), ("final maximum norm", finalMaximumNorm ?? 1))
    }

    /// The samples that are left for the last layer.
    fileprivate func finalLength(of shape: SignalShape) throws(ConfigurationError) -> Int {
        func convolved(_ length: Int, _ kernel: Int) -> Int { length + 2 * (kernel / 2) - kernel + 1 }
        let length = convolved(convolved(shape.samples, kernelLength) / firstPooling, separableKernelLength) / secondPooling
        try ConfigurationCheck(model: EEGNet.name).samples(
            shape, leave: convolved(shape.samples, kernelLength) >= firstPooling ? length : 0,
            for: "pooling by \(firstPooling) and by \(secondPooling)")
        return length
    }
}
