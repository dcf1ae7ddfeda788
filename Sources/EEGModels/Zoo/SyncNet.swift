public import EEGTensor

/// SyncNet: Morlet-like wavelets over all channels whose phases tell how the channels follow each other, and one dense layer.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | K filters of 40 samples: in channel c at sample t `amplitude`(c, k) cos(`omega`(k) t + `phi_ini`(c, k)) exp(−`beta`(k) t²); plus `bias` | `[batch, K, T]` |
/// | 39 zeros, maximum of every 40 samples, ReLU | `[batch, K (T + 39) / 40]` |
/// | `final_layer` | `[batch, class]` |
///
/// As in braindecode, the samples t are trained with the rest. Parameter names are those of braindecode.
///
/// Source: Y. Li et al., "Targeting EEG/LFP synchrony with neural nets", NeurIPS 2017.
public struct SyncNet: ZooModel {
    public static let name = "SyncNet"

    /// Sizes, at first those of braindecode.
    public struct Configuration: ModelConfiguration {
        /// K, the filters.
        public var filters = 1
        /// Samples of a filter, an even number.
        public var kernelLength = 40
        /// Samples of which the largest is kept.
        public var poolingLength = 40

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// `[1, 1, channel, filter]`, as are the phases.
    private let amplitude: Parameter
    private let phase: Parameter
    /// Radians a sample, `[1, 1, 1, filter]`.
    private let frequency: Parameter
    /// `[1, 1, 1, filter]`.
    private let decay: Parameter
    /// `[filter]`.
    private let bias: Parameter
    /// Samples, at first whole numbers with 0 in the middle, `[1, time, 1, 1]`.
    private let time: Parameter
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, an odd kernel length, and windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let places = try configuration.places(of: shape)
        let (filters, length) = (configuration.filters, configuration.kernelLength)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        amplitude = scope.parameter("amplitude", [1, 1, shape.channels, filters], .uniform(0.05))
        phase = scope.parameter("phi_ini", [1, 1, shape.channels, filters], .normal(standardDeviation: 0.05))
        frequency = scope.parameter("omega", [1, 1, 1, filters], .uniform(0.5))
        frequency.update { $0 = $0 + 0.5 }
        decay = scope.parameter("beta", [1, 1, 1, filters], .uniform(0.025))
        decay.update { $0 = $0 + 0.025 }
        bias = scope.parameter("bias", [filters], .constant(0))
        time = scope.parameter("t", [1, length, 1, 1], .constant(0))
        // Beyond the limit of the store there is one element.
        if time.value.count == length {
            time.value = Tensor((0..<length).map { Float($0 - length / 2) }, shape: [1, length, 1, 1])
        }
        head = Linear(scope.child("final_layer"), inputs: filters * places, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, K (T + 39) / 40]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let length = configuration.kernelLength
        let filtered = convolution1D(x, weight: kernels, bias: bias.value, padding: .same)
        let padded = filtered.padded(before: length / 2 - 1, after: length / 2)
        return relu(maxPooling1D(padded, kernel: configuration.poolingLength)).flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }

    /// The filters as the network has learned them, `[filter, channel, time]`.
    public var kernels: Tensor {
        let samples = time.value
        let waves = amplitude.value * cos(samples * frequency.value + phase.value)
        return (waves * exp(samples.squared() * decay.value * -1)).squeezed(axis: 0).permuted(2, 1, 0)
    }
}

extension SyncNet.Configuration {
    /// The places behind the pooling.
    fileprivate func places(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: SyncNet.name)
        try check.positive(("filters", filters), ("kernel length", kernelLength), ("pooling length", poolingLength))
        guard kernelLength % 2 == 0 else { throw check.error("kernel length", expected: "an even number", found: kernelLength) }
        let places = (shape.samples + kernelLength - 1) / poolingLength
        try check.samples(shape, leave: places, for: "pooling by \(poolingLength)")
        return places
    }
}
