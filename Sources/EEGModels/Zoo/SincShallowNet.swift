public import EEGTensor

/// Band-pass filters whose limits are learned, spatial filters for each of them, and the mean of what they give.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `sinc_filter_layer`: 32 filters over 33 samples | `[batch, 32, C, T]` |
/// | `depthwiseconv.0` batch norm, `depthwiseconv.1` over the electrodes in 32 groups | `[batch, 64, 1, T]` |
/// | `temporal_aggregation.0` batch norm, ELU, mean of 55 samples every 12, dropout | `[batch, 64, 1, (T − 55) / 12 + 1]` |
/// | `final_layer` | `[batch, class]` |
///
/// A filter passes what lies between two frequencies: its kernel is the difference of two sinc functions times a Hamming window, with 1 in the
/// middle; all kernels together are divided by their standard deviation. Parameter names are those of braindecode.
///
/// Source: D. Borra, S. Fantozzi and E. Magosso, "Interpretable and lightweight convolutional neural network for EEG decoding: application to
/// movement execution and imagination", Neural Netw. 129 (2020) 55–74.
public struct SincShallowNet: ZooModel {
    public static let name = "SincShallowNet"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Band-pass filters.
        public var filters = 32
        /// Samples of their kernels, an odd number.
        public var kernelLength = 33
        /// The lower limit of the first filter at the start, in Hz, before `minimumFrequency` is added.
        public var firstFrequency = 5.0
        /// From one filter's lower limit to the next one's at the start, in Hz.
        public var frequencyStep = 1.0
        /// The width of the bands at the start, in Hz.
        public var bandwidth = 4.0
        /// Below this, in Hz, no filter passes anything.
        public var minimumFrequency = 1.0
        /// The spatial filters for each of them.
        public var depthMultiplier = 2
        public var poolingLength = 55
        public var poolingStride = 12
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: TemporalSpatialConvolution
    private let spatialNorm: BatchNorm
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, an even kernel, rates outside of 0..<1, bands that do not begin below
    ///   half of the sampling rate, or windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let left = try configuration.places(of: shape)
        let filters = configuration.filters
        let width = filters * configuration.depthMultiplier
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let bands = BandPassFilters(scope.child("sinc_filter_layer"), shape, configuration)
        let norm = BatchNorm(scope.child("depthwiseconv").child("0"), channels: filters, momentum: 0.99)
        let spatial = Convolution2D(
            scope.child("depthwiseconv").child("1"), inputs: filters, outputs: width, kernel: (shape.channels, 1), groups: filters,
            hasBias: false)
        front = TemporalSpatialConvolution(bands, norm, spatial)
        spatialNorm = BatchNorm(scope.child("temporal_aggregation").child("0"), channels: width, momentum: 0.99, activation: .elu())
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(scope.child("final_layer"), inputs: width * left, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 64 ((T − 55) / 12 + 1)]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let combined = spatialNorm(front(x, &context), &context)
        let mean = TemporalPooling.average(combined, length: configuration.poolingLength, stride: configuration.poolingStride)
        return dropout(mean, &context).flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension SincShallowNet {
    /// Convolutions over time whose kernels are given by the limits of their bands.
    private struct BandPassFilters: ElectrodeTimeConvolution {
        /// `[1, filter]`, in Hz above the minimum.
        let lowFrequencies: Parameter
        /// `[1, filter]`, in Hz.
        let bandwidths: Parameter
        /// The first half of a Hamming window, `[half, 1]`.
        let window: Parameter
        /// 2 π times the times of the first half of the kernel, in seconds, `[half, 1]`.
        let angles: Parameter
        let minimum: Float
        let nyquist: Float

        init(_ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration) {
            let (count, half) = (configuration.filters, configuration.kernelLength / 2)
            lowFrequencies = scope.parameter("low_freqs", [1, count], .constant(0))
            lowFrequencies.update { value in
                // A parameter beyond the limit of the store has another shape.
                value = Tensor(
                    (0..<value.count).map { Float(configuration.firstFrequency + configuration.frequencyStep * Double($0)) }, shape: value.shape)
            }
            bandwidths = scope.parameter("bandwidths", [1, count], .constant(Float(configuration.bandwidth)))
            let hamming = WindowFunction.hamming.samples(configuration.kernelLength, periodic: false)
            window = scope.buffer("window", [half, 1], Tensor(hamming.prefix(half).map { Float($0) }, shape: [half, 1]))
            let angles = (0..<half).map { Float(2 * Double.pi * Double($0 - half) / shape.samplingRate) }
            self.angles = scope.buffer("n_pi", [half, 1], Tensor(angles, shape: [half, 1]))
            minimum = Float(configuration.minimumFrequency)
            nyquist = Float(shape.samplingRate / 2)
        }

        var kernelBias: Tensor? { nil }
        var timePadding: ConvolutionPadding { .same }
        var groups: Int { 1 }
        var isPlain: Bool { true }

        var kernel: Tensor {
            let low = abs(lowFrequencies.value) + minimum
            let high = (low + abs(bandwidths.value)).clamped(to: minimum...nyquist)
            let half = (sin(angles.value * high) - sin(angles.value * low)) / (high - low) * (window.value / angles.value)
            let kernels = concatenate([half, Tensor(ones: low.shape), half.reversed(axis: 0)], axis: 0)
            let scaled = kernels / kernels.standardDeviation(unbiased: true)
            return scaled.transposed().reshaped(to: [kernels.shape[1], 1, 1, kernels.shape[0]])
        }

        /// `[batch, 1, channel, time]` to `[batch, filter, channel, time]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            convolution2D(x, weight: kernel, padding: (.valid, timePadding))
        }
    }
}

extension SincShallowNet.Configuration {
    /// The places that are left in the end.
    fileprivate func places(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: SincShallowNet.name)
        try check.positive(
            ("filters", filters), ("kernel length", kernelLength), ("depth multiplier", depthMultiplier), ("pooling length", poolingLength),
            ("pooling stride", poolingStride))
        guard kernelLength % 2 == 1, kernelLength >= 3 else {
            throw check.error("kernel length", expected: "an odd number from 3", found: kernelLength)
        }
        try check.rates(("dropout rate", dropoutRate))
        try check.positive(("bandwidth", Float(bandwidth)), ("minimum frequency", Float(minimumFrequency)))
        let highest = minimumFrequency + firstFrequency + frequencyStep * Double(filters - 1)
        guard firstFrequency >= 0, frequencyStep >= 0, highest < shape.samplingRate / 2 else {
            throw check.error("first frequency", expected: "so that all bands begin from 0 to \(shape.samplingRate / 2) Hz", found: firstFrequency)
        }
        let left = windowCount(shape.samples, kernel: poolingLength, stride: poolingStride)
        try check.samples(shape, leave: left, for: "pooling over \(poolingLength)")
        return left
    }
}
