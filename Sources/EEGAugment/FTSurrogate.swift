public import EEGTensor

/// Adds random phases to the Fourier transform of a window: the amplitude of each frequency remains.
///
/// Source: Schwabedal et al., "Addressing class imbalance in classification problems of noisy signals by using Fourier transform surrogates",
/// arXiv:1806.08675, 2018.
public struct FTSurrogate: WindowAugmentation {
    public let probability: Double
    /// Phases are drawn from 0 to this share of a full turn.
    public let phaseNoiseMagnitude: Float
    /// Whether each channel gets phases of its own; what channels have in common is lost then.
    public let areChannelsIndependent: Bool

    /// - Throws: where the probability or the magnitude is not in 0...1.
    public init(
        probability: Double, phaseNoiseMagnitude: Float = 1, areChannelsIndependent: Bool = false
    ) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting((0...1).contains(phaseNoiseMagnitude), "phase noise magnitude", phaseNoiseMagnitude, "0 to 1")
        self.probability = probability
        self.phaseNoiseMagnitude = phaseNoiseMagnitude
        self.areChannelsIndependent = areChannelsIndependent
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        // The mean and, in windows of even length, the bin at half the sampling rate keep their phase.
        let bins = (window.samples - 1) / 2
        guard phaseNoiseMagnitude > 0, bins > 0 else { return }
        let rows = areChannelsIndependent ? window.channels : 1
        let phases = Tensor(uniform: 0..<(2 * .pi * phaseNoiseMagnitude), shape: [rows, bins], using: &generator)
        cos(phases).withUnsafeBufferPointer { cosines in
            sin(phases).withUnsafeBufferPointer { sines in
                for channel in 0..<window.channels {
                    guard let samples = window[channel].baseAddress else { continue }
                    let first = areChannelsIndependent ? channel * bins : 0
                    changeSpectrum(of: samples, into: samples, count: window.samples, length: window.samples) { spectrum in
                        for bin in 0..<bins {
                            let (real, imaginary) = (spectrum[2 * bin + 2], spectrum[2 * bin + 3])
                            let (cosine, sine) = (cosines[first + bin], sines[first + bin])
                            spectrum[2 * bin + 2] = real * cosine - imaginary * sine
                            spectrum[2 * bin + 3] = real * sine + imaginary * cosine
                        }
                    }
                }
            }
        }
    }
}
