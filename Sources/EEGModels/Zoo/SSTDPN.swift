public import EEGTensor

/// SST-DPN: temporal filters of every electrode weighted by their power, variances at three time scales, and a prototype for each class.
///
/// | layer | shape for windows `[C, T]` at r Hz |
/// |---|---|
/// | input | `[batch, C, T]` |
/// | `encoder.temporal_conv`, for each electrode | `[batch, F C, T]` |
/// | `encoder.spt_attn` weights electrode and filter by the variance in windows of 250 samples | `[batch, F C, T]` |
/// | `encoder.chan_conv`: 1, batch norm, ELU | `[batch, G, T]` |
/// | variances in windows of r / 2, r and 2 r samples, half overlapping, of a third of the filters each | `[batch, feature]` |
/// | product with the prototypes `proto_sep`, whose norms are limited | `[batch, class]` |
///
/// `proto_cpt` is a second set of prototypes, which a loss may draw features to; no score depends on it. Parameter names are those of
/// braindecode.
///
/// Source: C. Han et al., "A spatial-spectral and temporal dual prototype network for motor imagery brain-computer interface",
/// Knowledge-Based Systems 315 (2025) 113315.
public struct SSTDPN: ZooModel {
    public static let name = "SSTDPN"
    public static let headNames = ["proto_sep", "proto_cpt"]

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F, the temporal filters of each electrode.
        public var temporalFilters = 9
        public var temporalKernelLength = 75
        /// G, the filters over electrodes and temporal filters.
        public var fusedFilters = 48
        /// The samples of the windows whose variance weights the filters.
        public var attentionKernelLength = 250
        public var attentionEpsilon: Float = 1e-5
        /// The samples of the windows whose variances are features; half a second, one and two seconds where they are not given.
        public var varianceKernelLengths: [Int]?
        /// The largest norm of a separating prototype.
        public var separationMaximumNorm: Float = 1
        /// The standard deviation of the first values of the compacting prototypes.
        public var compactionDeviation: Float = 1

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// `[class, feature]`: what features are compared with.
    public let separatingPrototypes: Parameter
    /// `[class, feature]`: what a loss may draw features of the class to.
    public let compactingPrototypes: Parameter
    private let temporal: Convolution1D
    private let attentionScale: Parameter
    private let attentionGain: Parameter
    private let attentionShift: Parameter
    private let fusion: Convolution1D
    private let fusionNorm: BatchNorm
    private let windows: [Int]

    /// - Throws: `ConfigurationError` for sizes that are not positive, filters that the time scales do not divide, or windows too short.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let windows = configuration.windows(at: shape.samplingRate)
        try configuration.validate(for: shape, windows)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        self.windows = windows
        let (filters, fused) = (configuration.temporalFilters, configuration.fusedFilters)
        let width = filters * shape.channels
        let features = windows.map { fused / windows.count * ((shape.samples - $0) / max(1, $0 / 2) + 1) }.reduce(0, +)

        separatingPrototypes = scope.parameter("proto_sep", [shape.outputs, features], .heNormal)
        compactingPrototypes = scope.parameter(
            "proto_cpt", [shape.outputs, features], .normal(standardDeviation: configuration.compactionDeviation))
        let encoder = scope.child("encoder")
        temporal = Convolution1D(
            encoder.child("temporal_conv"), inputs: 1, outputs: filters, kernel: configuration.temporalKernelLength,
            padding: .zeros(configuration.temporalKernelLength / 2), initializer: .glorotUniform, biasInitializer: .constant(0))
        let attention = encoder.child("spt_attn")
        attentionScale = attention.parameter("alpha", [1, width, 1], .constant(1))
        attentionGain = attention.parameter("gamma", [1, width, 1], .constant(0))
        attentionShift = attention.parameter("beta", [1, width, 1], .constant(0))
        fusion = Convolution1D(encoder.child("chan_conv").child("0"), inputs: width, outputs: fused, kernel: 1)
        fusionNorm = BatchNorm(encoder.child("chan_conv").child("1"), channels: fused, activation: .elu())
    }

    /// `[batch, channel, time]` to `[batch, feature]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        // One filter bank for all electrodes: [batch, filter, electrode, time].
        let kernel = temporal.weight.value.expandingDimensions(at: 2)
        let padding = ConvolutionPadding.zeros(configuration.temporalKernelLength / 2)
        let filtered = convolution2D(
            x.expandingDimensions(at: 1), weight: kernel, bias: temporal.bias?.value, padding: (.valid, padding)
        ).flattened(fromAxis: 1, toAxis: 2)
        let fused = fusionNorm(fusion(filtered * attention(filtered), &context), &context)
        let parts = zip(fused.split(into: windows.count, axis: 1), windows).map { part, window in
            variances(of: part, window: window, step: max(1, window / 2)).flattened()
        }
        return concatenate(parts, axis: 1)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor {
        let prototypes = separatingPrototypes.value
        // The gradient passes by the limit, which the reference applies to the stored values.
        let excess = (limitingNorm(of: prototypes, to: configuration.separationMaximumNorm) - prototypes).detached()
        return matmul(features, prototypes + excess, transposingSecond: true)
    }

    /// `[batch, filter, time]` to weights `[batch, filter, 1]`.
    private func attention(_ x: Tensor) -> Tensor {
        let epsilon = configuration.attentionEpsilon
        let length = configuration.attentionKernelLength
        let spread = sqrt(variances(of: x, window: length, step: length).mean(over: -1, keepingDimensions: true) + epsilon)
        let scaled = spread * attentionScale.value
        let gain = attentionGain.value / sqrt(scaled.squared().mean(over: 1, keepingDimensions: true) + epsilon)
        return tanh(scaled * gain + attentionShift.value) + 1
    }

    /// Of windows of `[batch, filter, time]`.
    private func variances(of x: Tensor, window: Int, step: Int) -> Tensor {
        averagePooling1D(x.squared(), kernel: window, stride: step) - averagePooling1D(x, kernel: window, stride: step).squared()
    }
}

extension SSTDPN.Configuration {
    fileprivate func windows(at samplingRate: Double) -> [Int] {
        // A rate beyond all windows is refused by their length.
        varianceKernelLengths ?? [0.5, 1, 2].map { Int(min($0 * samplingRate, 1e9)) }
    }

    fileprivate func validate(for shape: SignalShape, _ windows: [Int]) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: SSTDPN.name)
        try check.positive(
            ("temporal filters", temporalFilters), ("temporal kernel length", temporalKernelLength), ("fused filters", fusedFilters),
            ("attention kernel length", attentionKernelLength))
        guard temporalKernelLength % 2 == 1 else {
            throw check.error("temporal kernel length", expected: "odd", found: temporalKernelLength)
        }
        try check.positive(
            ("attention epsilon", attentionEpsilon), ("separation maximum norm", separationMaximumNorm),
            ("compaction deviation", compactionDeviation))
        guard !windows.isEmpty, fusedFilters % windows.count == 0 else {
            throw check.error("fused filters", expected: "a multiple of the \(windows.count) variance kernels", found: fusedFilters)
        }
        let longest = max(attentionKernelLength, windows.max() ?? 1)
        try check.samples(shape, leave: longest <= shape.samples ? 1 : 0, for: "a variance of \(longest) samples")
        for window in windows { try check.positive(("variance kernel length", window)) }
    }
}
