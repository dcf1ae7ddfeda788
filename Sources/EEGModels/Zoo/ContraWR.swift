public import EEGTensor

/// ContraWR's encoder: a spectrogram of each channel, then residual convolutions over frequency and time.
///
/// | layer | shape for windows `[C, T]` at r Hz |
/// |---|---|
/// | input | `[batch, C, T]` |
/// | magnitudes of frames of a second, r / steps samples apart | `[batch, C, r / 2 + 1, frames]` |
/// | `convs.i`: 3 × 3 with stride 2, batch norm, ELU, 3 × 3, batch norm, plus `downsample`, maximum over 3 × 3 with stride 2, dropout | a quarter of both sizes |
/// | mean over frequency and time, ELU | `[batch, embedding]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: C. Yang et al., "Self-supervised electroencephalogram representation learning for automatic sleep staging: model development and
/// evaluation study", JMIR AI 2 (2023) e46769.
public struct ContraWR: ZooModel {
    public static let name = "ContraWR"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters of the residual blocks but the last.
        public var residualFilters = [32, 64, 128]
        /// Filters of the last residual block.
        public var embedding = 256
        /// Frames of the spectrogram in a second.
        public var steps = 20
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let transform: ShortTimeFourierTransform
    private let blocks: [SpectrogramBlock]
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, rates out of range, more frames than samples in a second, or
    ///   windows of at most half a second.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let length = Int(shape.samplingRate)
        let window = [Float](repeating: 1 / Float(length).squareRoot(), count: length)
        transform = ShortTimeFourierTransform(SignalFrames(transformLength: length, hop: length / configuration.steps, window: window))
        let widths = [shape.channels] + configuration.residualFilters + [configuration.embedding]
        blocks = zip(widths, widths[1...]).enumerated().map { index, widths in
            SpectrogramBlock(scope.child("convs").child("\(index)"), inputs: widths.0, outputs: widths.1)
        }
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(scope.child("final_layer"), inputs: configuration.embedding, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, embedding]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let spectrum = transform(x)
        // Kept off 0, where the slope of the square root is infinite.
        var states = sqrt((spectrum.real.squared() + spectrum.imaginary.squared()).clamped(to: 1e-30...Float.greatestFiniteMagnitude))
        for block in blocks { states = dropout(block(states, &context), &context) }
        return elu(states.mean(over: [2, 3]))
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension ContraWR.Configuration {
    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: ContraWR.name)
        try check.positive(("embedding", embedding), ("steps", steps))
        for filters in residualFilters { try check.positive(("residual filters", filters)) }
        try check.rates(("dropout rate", dropoutRate))
        guard shape.samplingRate >= 2, shape.samplingRate <= 1e6 else {
            throw check.error("sampling rate", expected: "from 2 Hz to 1 MHz", found: shape.samplingRate)
        }
        guard steps <= Int(shape.samplingRate) else {
            throw check.error("steps", expected: "at most as many as samples in a second, \(Int(shape.samplingRate))", found: steps)
        }
        try check.samples(shape, leave: shape.samples - Int(shape.samplingRate) / 2, for: "mirroring half a second")
    }
}

/// Two convolutions, the first of which halves both sizes, with a convolution around them, and a maximum that halves both sizes again.
private struct SpectrogramBlock: Layer {
    private let first: Convolution2D
    private let firstNorm: BatchNorm
    private let second: Convolution2D
    private let secondNorm: BatchNorm
    private let downsample: Convolution2D
    private let downsampleNorm: BatchNorm

    init(_ scope: ParameterScope, inputs: Int, outputs: Int) {
        func convolution(_ name: ParameterScope, _ inputs: Int, stride: Int) -> Convolution2D {
            Convolution2D(
                name, inputs: inputs, outputs: outputs, kernel: (3, 3), stride: (stride, stride), padding: (.zeros(1), .zeros(1)))
        }
        first = convolution(scope.child("conv1"), inputs, stride: 2)
        firstNorm = BatchNorm(scope.child("bn1"), channels: outputs, activation: .elu())
        second = convolution(scope.child("conv2"), outputs, stride: 1)
        secondNorm = BatchNorm(scope.child("bn2"), channels: outputs)
        downsample = convolution(scope.child("downsample").child("0"), inputs, stride: 2)
        downsampleNorm = BatchNorm(scope.child("downsample").child("1"), channels: outputs)
    }

    /// `[batch, input, frequency, time]` to `[batch, output, frequency / 4, time / 4]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let inner = firstNorm(first(x, &context), &context)
        let outer = secondNorm(second(inner, &context), &context)
        let sum = outer + downsampleNorm(downsample(x, &context), &context)
        return maxPooling2D(sum, kernel: (3, 3), stride: (2, 2), padding: (1, 1))
    }
}
