/// Power over time in bands of pitch, with a gradient with respect to the signal.
///
/// ```swift
/// let frames = SignalFrames(transformLength: 1024, hop: 39, windowLength: 128)
/// let bank = try MelFilterBank(count: 128, transformLength: 1024, samplingRate: 200, range: 0...20)
/// let mel = MelSpectrogram(frames, bank)
/// let image = mel(x).decibels()  // [batch, channel, time] to [batch, channel, 128, frame]
/// ```
///
/// The same numbers as torchaudio's `MelSpectrogram`.
public struct MelSpectrogram: Sendable {
    /// What is summed over the bins of a band.
    public enum Quantity: Hashable, Sendable {
        case magnitude
        /// The squared magnitude.
        case power
    }

    private let plan: SpectrumPlan
    /// How signals are cut.
    public var frames: SignalFrames { plan.frames }

    /// A mel spectrogram with its tables; keep it for many calls.
    ///
    /// - Precondition: `bank` was made for the transform length of `frames`.
    public init(_ frames: SignalFrames, _ bank: MelFilterBank, of quantity: Quantity = .power) {
        let bins = bank.weights.first?.count ?? 0
        require(bins == frames.binCount, "MelSpectrogram: a filter bank over \(bins) bins for frames of \(frames.binCount)")
        plan = SpectrumPlan(frames, bands: bank.bands, magnitude: quantity == .magnitude)
    }

    /// `[..., time]` to `[..., filter, frame]`.
    ///
    /// - Precondition: at least one frame fits; a mirrored signal is longer than half a transform.
    public func callAsFunction(_ x: Tensor) -> Tensor { apply(FrameSpectrum(plan: plan), x) }
}
