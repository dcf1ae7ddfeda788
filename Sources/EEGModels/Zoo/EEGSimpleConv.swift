public import EEGTensor
internal import Foundation

/// EEG-SimpleConv: the signal resampled, then one-dimensional convolutions, batch norms and poolings, and nothing else.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input, `resample` | `[batch, C, T']` |
/// | `conv` k, batch norm, ReLU | `[batch, F, T']` |
/// | `blocks.i`: k, batch norm, ReLU, maximum over 2, k, batch norm, ReLU | `[batch, F √2^i, T' / 2^(i + 1)]` |
/// | mean over time | `[batch, F √2^(n − 1)]` |
/// | `final_layer` | `[batch, class]` |
///
/// Convolutions pad k / 2 zeros at both ends, so an even kernel lengthens the signal by one sample. Parameter names are those of
/// braindecode.
///
/// Source: Y. El Ouahidi et al., "A strong and simple deep learning baseline for BCI motor imagery decoding", IEEE Trans. Neural Syst.
/// Rehabil. Eng. 32 (2024) 3338–3347.
public struct EEGSimpleConv: ZooModel {
    public static let name = "EEGSimpleConv"

    /// Sizes, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F, the filters of the first convolution.
        public var filters = 128
        /// n, the blocks of two convolutions.
        public var blocks = 2
        /// Hz.
        public var resamplingRate = 80
        /// k, the taps of every convolution.
        public var kernelLength = 8

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let resampling: SincResampling?
    private let first: NormalizedConvolution
    private let blocks: [(NormalizedConvolution, NormalizedConvolution)]
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, a sampling rate that is not a whole number of Hz, or windows too
    ///   short for the poolings.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let rate = Int(shape.samplingRate)
        resampling =
            rate == configuration.resamplingRate
            ? nil : SincResampling(scope.child("resample"), from: rate, to: configuration.resamplingRate)
        let widths = configuration.widths
        first = NormalizedConvolution(
            scope.child("conv"), norm: scope.child("bn"), inputs: shape.channels, outputs: widths[0], kernel: configuration.kernelLength)
        blocks = widths.indices.map { index in
            let block = scope.child("blocks").child("\(index)")
            func convolution(_ number: Int, inputs: Int) -> NormalizedConvolution {
                NormalizedConvolution(
                    block.child("\(number)"), norm: block.child("\(number + 1)"), inputs: inputs, outputs: widths[index],
                    kernel: configuration.kernelLength)
            }
            return (convolution(0, inputs: widths[max(0, index - 1)]), convolution(4, inputs: widths[index]))
        }
        head = Linear(scope.child("final_layer"), inputs: widths[widths.count - 1], outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, F √2^(n − 1)]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = first(resampling?(x) ?? x, &context)
        for (before, after) in blocks { states = after(maxPooling1D(before(states, &context), kernel: 2), &context) }
        return states.mean(over: -1)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension EEGSimpleConv.Configuration {
    /// The filters of each block: √2 times as many from block to block, to three decimals as published.
    fileprivate var widths: [Int] {
        (1..<blocks).reduce(into: [filters]) { widths, index in widths.append(Int(1.414 * Double(widths[index - 1]))) }
    }

    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: EEGSimpleConv.name)
        try check.positive(("filters", filters), ("blocks", blocks), ("resampling rate", resamplingRate), ("kernel length", kernelLength))
        guard blocks <= 24 else { throw check.error("blocks", expected: "at most 24", found: blocks) }
        guard let rate = Int(exactly: shape.samplingRate), rate <= 1_000_000, resamplingRate <= 1_000_000 else {
            throw check.error("sampling rate", expected: "a whole number of Hz, at most 1000000", found: shape.samplingRate)
        }
        guard SincResampling.taps(from: rate, to: resamplingRate) <= 1 << 22 else {
            throw check.error("resampling rate", expected: "one that is in a simpler proportion to \(rate) Hz", found: resamplingRate)
        }
        func convolved(_ length: Int) -> Int { length + 2 * (kernelLength / 2) - kernelLength + 1 }
        var length = convolved(SincResampling.length(of: shape.samples, from: rate, to: resamplingRate))
        for _ in 0..<blocks { length = convolved(convolved(length) / 2) }
        try check.samples(shape, leave: length, for: "\(blocks) poolings at \(resamplingRate) Hz")
    }
}

/// A convolution, batch norm and ReLU.
private struct NormalizedConvolution: Layer {
    private let convolution: Convolution1D
    private let norm: BatchNorm

    init(_ scope: ParameterScope, norm: ParameterScope, inputs: Int, outputs: Int, kernel: Int) {
        convolution = Convolution1D(scope, inputs: inputs, outputs: outputs, kernel: kernel, padding: .zeros(kernel / 2), hasBias: false)
        self.norm = BatchNorm(norm, channels: outputs, activation: .relu)
    }

    /// `[batch, input, time]` to `[batch, output, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { norm(convolution(x, &context), &context) }
}

/// Band-limited interpolation as a strided convolution, with a gradient; the kernel is torchaudio's with its default settings.
///
/// Source: J. O. Smith, "Digital audio resampling home page", https://ccrma.stanford.edu/~jos/resample.
private struct SincResampling: Sendable {
    /// `[phase, 1, tap]`.
    private let kernel: Parameter
    private let step: Int
    private let width: Int

    init(_ scope: ParameterScope, from rate: Int, to newRate: Int) {
        let divisor = Self.divisor(rate, newRate)
        let (old, new) = (rate / divisor, newRate / divisor)
        // The cut-off lies at 0.99 of the lower rate; six zero crossings of the sinc at each side, under a squared cosine.
        let (zeroCrossings, cutoff) = (6.0, Double(min(old, new)) * 0.99)
        step = old
        width = Int((zeroCrossings * Double(old) / cutoff).rounded(.up))
        var taps: [Float] = []
        for phase in 0..<new {
            for tap in -width..<(width + old) {
                let offset = Double(tap) / Double(old) - Double(phase) / Double(new)
                let place = min(max(offset * cutoff, -zeroCrossings), zeroCrossings)
                let window = cos(place * .pi / zeroCrossings / 2)
                let sinc = place == 0 ? 1 : sin(.pi * place) / (.pi * place)
                taps.append(Float(sinc * window * window * cutoff / Double(old)))
            }
        }
        let shape: Shape = [new, 1, 2 * width + old]
        kernel = scope.buffer("kernel", shape, Tensor(taps, shape: shape))
    }

    /// `[batch, channel, time]` to the new rate.
    func callAsFunction(_ x: Tensor) -> Tensor {
        let (batch, channels, samples) = (x.shape[0], x.shape[1], x.shape[2])
        let phases = kernel.value.shape[0]
        let rows = x.reshaped(to: [batch * channels, 1, samples])
        let padding = ConvolutionPadding.zeros(before: width, after: width + step)
        let resampled = convolution1D(rows, weight: kernel.value, stride: step, padding: padding).transposed()
        let length = (samples * phases + step - 1) / step
        return resampled.reshaped(to: [batch, channels, resampled.count / (batch * channels)]).sliced(axis: -1, 0..<length)
    }

    static func length(of samples: Int, from rate: Int, to newRate: Int) -> Int {
        let divisor = divisor(rate, newRate)
        return Int((Double(samples) * Double(newRate / divisor) / Double(rate / divisor)).rounded(.up))
    }

    /// About how many numbers a kernel has.
    static func taps(from rate: Int, to newRate: Int) -> Int {
        let divisor = divisor(rate, newRate)
        return newRate / divisor * (rate / divisor) * (2 + 13 * max(1, rate / newRate))
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
}
