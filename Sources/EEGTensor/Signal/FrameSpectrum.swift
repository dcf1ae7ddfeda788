internal import CEEGKernels

/// How a signal is cut into overlapping, windowed frames.
public struct SignalFrames: Hashable, Sendable {
    /// What lies beyond the ends of a signal.
    public enum Centering: Hashable, Sendable {
        /// Nothing: frame t begins at sample t times hop, and the last frame ends within the signal.
        case none
        /// Frame t is centred on sample t times hop; the signal is mirrored at its end samples.
        case reflect
        /// Frame t is centred on sample t times hop; the signal is zero outside.
        case zeros
    }

    /// The length of the Fourier transform, in samples.
    public let transformLength: Int
    /// Samples from one frame to the next.
    public let hop: Int
    /// The weights of the samples, at most `transformLength`; a shorter window lies in the middle of the frame, all else counts as zero.
    public let window: [Float]
    public let centering: Centering

    /// Frames with a given window.
    ///
    /// - Precondition: a positive hop, and at least 1 and at most `transformLength` weights.
    public init(transformLength: Int, hop: Int, window: [Float], centering: Centering = .reflect) {
        require(hop > 0, "SignalFrames: a hop of \(hop) samples")
        require(
            !window.isEmpty && window.count <= transformLength,
            "SignalFrames: a window of \(window.count) samples in transforms of \(transformLength)")
        self.transformLength = transformLength
        self.hop = hop
        self.window = window
        self.centering = centering
    }

    /// Frames with a periodic window.
    ///
    /// - Parameter windowLength: nil: as long as the transform.
    public init(
        transformLength: Int, hop: Int, window: WindowFunction = .hann, windowLength: Int? = nil, centering: Centering = .reflect
    ) {
        self.init(
            transformLength: transformLength, hop: hop,
            window: window.samples(windowLength ?? transformLength, periodic: true).map { Float($0) }, centering: centering)
    }

    /// The number of frequencies from 0 to half the sampling rate.
    public var binCount: Int { transformLength / 2 + 1 }

    /// The number of frames of a signal.
    public func count(samples: Int) -> Int {
        let rest = samples + 2 * padding - transformLength
        return rest < 0 ? 0 : rest / hop + 1
    }

    var padding: Int { centering == .none ? 0 : transformLength / 2 }
}

/// Sums over frequencies with weights: the bins from `begin` on.
struct SpectrumBand: Hashable, Sendable {
    var begin: Int
    var weights: [Float]
}

/// The spectra of the frames of a signal, or their power summed over bands: `[..., time]` to `[..., bin or band, frame]`.
///
/// Frames are transformed by a fast Fourier transform of vectors, one frame a lane, or, where few frequencies of a short window are wanted, by a
/// product with a matrix of cosines and sines, whichever is counted cheaper. The power of all bins is never stored.
struct FrameSpectrum: Operation {
    static let name = "frame_spectrum"
    let plan: SpectrumPlan

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let shape = outputShape(x.shape)
        let first = Tensor(uninitialized: shape)
        let second = plan.bands.isEmpty ? Tensor(uninitialized: shape) : nil
        ceeg_spectrum_forward(
            plan.raw, x.pointer, first.mutablePointer, second?.mutablePointer, Int64(x.rowCount), Int64(x.sampleCount))
        withExtendedLifetime((x, plan)) {}
        pass.save(plan.bands.isEmpty ? nil : x)
        return plan.bands.isEmpty ? TensorList(first, second) : TensorList(first)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let shape = pass.shape(ofInput: 0)
        let result = Tensor(uninitialized: shape)
        let zeros = { Tensor(zeros: pass.shape(ofOutput: 0)) }
        let first = gradients.optional(0) ?? zeros()
        let second = plan.bands.isEmpty ? gradients.optional(1) ?? zeros() : nil
        let x = pass.saved.optional(0)
        ceeg_spectrum_backward(
            plan.raw, x?.pointer, first.pointer, second?.pointer, result.mutablePointer, Int64(result.rowCount), Int64(result.sampleCount))
        withExtendedLifetime((x, first, second, plan)) {}
        return TensorList(result)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        let frames = inputs[0].dropLast().reduce(1, *) * plan.frames.count(samples: inputs[0].last ?? 0)
        return frames * plan.operationsPerFrame
    }

    var attributes: String {
        let what = plan.bands.isEmpty ? "\(plan.frames.binCount) bins" : "\(plan.bands.count) bands"
        return "transform: \(plan.frames.transformLength), window: \(plan.frames.window.count), hop: \(plan.frames.hop), \(what)"
    }

    private func outputShape(_ input: Shape) -> Shape {
        require(input.rank > 0, "frame_spectrum: a tensor without axes has no time axis")
        let frames = plan.frames
        let samples = input[input.rank - 1]
        let count = frames.count(samples: samples)
        require(count > 0, "frame_spectrum: \(input) is too short for frames of \(frames.transformLength) samples")
        require(
            frames.centering != .reflect || frames.padding < samples,
            "frame_spectrum: \(input) is too short to be mirrored by \(frames.padding) samples")
        var shape = input
        shape[input.rank - 1] = plan.bands.isEmpty ? frames.binCount : plan.bands.count
        shape.append(count)
        return shape
    }
}

/// What is computed of each frame, with the tables for it.
final class SpectrumPlan: @unchecked Sendable {
    let frames: SignalFrames
    /// None: the complex spectrum itself.
    let bands: [SpectrumBand]
    let raw: UnsafeMutablePointer<ceeg_spectrum>

    init(_ frames: SignalFrames, bands: [SpectrumBand] = [], magnitude: Bool = false) {
        self.frames = frames
        self.bands = bands
        let bins = bands.isEmpty ? frames.binCount : bands.reduce(1) { max($0, $1.begin + $1.weights.count) }
        let begins = bands.map { Int64($0.begin) }
        let lengths = bands.map { Int64($0.weights.count) }
        let weights = bands.flatMap(\.weights)
        let made = frames.window.withUnsafeBufferPointer { window in
            begins.withUnsafeBufferPointer { begins in
                lengths.withUnsafeBufferPointer { lengths in
                    weights.withUnsafeBufferPointer { weights in
                        var settings = ceeg_spectrum_settings(
                            length: Int64(frames.transformLength), hop: Int64(frames.hop), padding: Int64(frames.padding),
                            reflect: frames.centering == .reflect, bins: Int64(bins),
                            window_begin: Int64((frames.transformLength - frames.window.count) / 2),
                            window_length: Int64(frames.window.count), window: window.baseAddress, bands: Int64(bands.count),
                            band_begin: begins.baseAddress, band_length: lengths.baseAddress, band_weights: weights.baseAddress,
                            magnitude: magnitude)
                        return ceeg_spectrum_create(&settings)
                    }
                }
            }
        }
        guard let made else { fatalError("out of memory: tables of a spectrum of \(frames.transformLength) samples") }
        raw = made
    }

    deinit { ceeg_spectrum_destroy(raw) }

    /// By the usual count of a real fast transform, 2.5 n log2 n, or by the matrix in use.
    var operationsPerFrame: Int {
        let length = frames.transformLength
        let logarithm = Int.bitWidth - length.leadingZeroBitCount
        let bins = Int(raw.pointee.settings.bins)
        return raw.pointee.direct == nil ? 5 * length * logarithm / 2 : 2 * bins * frames.window.count
    }
}
