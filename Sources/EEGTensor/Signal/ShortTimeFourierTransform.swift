/// The spectrum of a signal over time: the Fourier transform of overlapping, windowed frames, with a gradient with respect to the signal.
///
/// ```swift
/// let transform = ShortTimeFourierTransform(SignalFrames(transformLength: 256, hop: 64))
/// let spectrum = transform(x)  // [batch, channel, time] to [batch, channel, 129, frame]
/// ```
///
/// Not normalised, one-sided; the same numbers as PyTorch's `stft`.
public struct ShortTimeFourierTransform: Sendable {
    private let plan: SpectrumPlan
    /// How signals are cut.
    public var frames: SignalFrames { plan.frames }

    /// A transform with its tables; keep it for many calls.
    public init(_ frames: SignalFrames) { plan = SpectrumPlan(frames) }

    /// `[..., time]` to `[..., bin, frame]`.
    ///
    /// - Precondition: at least one frame fits; a mirrored signal is longer than half a transform.
    public func callAsFunction(_ x: Tensor) -> ComplexTensor {
        let parts = apply(FrameSpectrum(plan: plan), to: TensorList(x))
        return ComplexTensor(real: parts[0], imaginary: parts[1])
    }
}
