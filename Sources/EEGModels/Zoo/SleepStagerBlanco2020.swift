public import EEGTensor

/// A sleep stager of seven one-dimensional convolutions, all but the first of each filter for itself.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, C, 1, T]` |
/// | `feature_extractor`, seven times: 1 × k, batch norm if wanted, ReLU, maximum over 1 × p; k = 7, 7, 5, 5, 5, 3, 3 | `[batch, F, 1, T']` |
/// | dropout | `[batch, F T']` |
/// | `final_layer.1` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: E. Fernandez-Blanco, D. Rivero and A. Pazos, "EEG signal processing with separable convolutional neural network for automatic
/// scoring of sleeping stage", Neurocomputing 410 (2020) 220–228.
public struct SleepStagerBlanco2020: ZooModel {
    public static let name = "SleepStagerBlanco2020"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F, the filters of each convolution; the groups must divide them.
        public var filters = 20
        /// The parts that the first convolution divides the channels into.
        public var groups = 2
        /// p, the samples of which the largest is kept.
        public var pooling = 2
        /// Whether batch norm follows each convolution.
        public var normalizes = false
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let convolutions: [Convolution2D]
    private let norms: [BatchNorm]
    private let dropout: Dropout
    private let head: Linear

    fileprivate static let kernels = [7, 7, 5, 5, 5, 3, 3]

    /// - Throws: `ConfigurationError` for sizes that are not positive, groups that do not divide channels and filters, rates out of
    ///   range, or windows too short for the poolings.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        let length = try configuration.finalLength(of: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (filters, extractor) = (configuration.filters, scope.child("feature_extractor"))
        convolutions = Self.kernels.enumerated().map { index, kernel in
            Convolution2D(
                extractor.child("\(4 * index)"), inputs: index == 0 ? shape.channels : filters, outputs: filters, kernel: (1, kernel),
                groups: index == 0 ? configuration.groups : filters)
        }
        norms =
            configuration.normalizes
            ? Self.kernels.indices.map { BatchNorm(extractor.child("\(4 * $0 + 1)"), channels: filters) } : []
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(scope.child("final_layer").child("1"), inputs: filters * length, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, F, 1, T']`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = x.expandingDimensions(at: 2)
        for (index, convolution) in convolutions.enumerated() {
            states = convolution(states, &context)
            if !norms.isEmpty { states = norms[index](states, &context) }
            // ReLU of the largest is the largest of ReLUs, for fewer values.
            states = relu(maxPooling2D(states, kernel: (1, configuration.pooling)))
        }
        return states
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor {
        head(dropout(features.flattened(), &context), &context)
    }
}

extension SleepStagerBlanco2020.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: SleepStagerBlanco2020.name)
        try check.positive(("filters", filters), ("groups", groups), ("pooling", pooling))
        guard filters % groups == 0, shape.channels % groups == 0 else {
            throw check.error("groups", expected: "a divisor of \(filters) filters and \(shape.channels) channels", found: groups)
        }
        try check.rates(("dropout rate", dropoutRate))
    }

    /// The samples that are left for the last layer.
    fileprivate func finalLength(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let length = SleepStagerBlanco2020.kernels.reduce(shape.samples) { max(0, $0 - $1 + 1) / pooling }
        try ConfigurationCheck(model: SleepStagerBlanco2020.name).samples(shape, leave: length, for: "seven poolings by \(pooling)")
        return length
    }
}
