public import EEGTensor
internal import Foundation

/// Moves the spectrum of all channels by a random frequency.
///
/// The analytic signal (of the window followed by zeros up to a power of 2) is multiplied by exp(2πi f t); its real part remains.
///
/// Source: Rommel, Moreau, Paillard and Gramfort, "CADDA: class-wise automatic differentiable data augmentation for EEG signals", ICLR 2022.
public struct FrequencyShift: WindowAugmentation {
    public let probability: Double
    public let samplingRate: Double
    /// Shifts are drawn between its negative and it, in Hz.
    public let maximumShift: Double

    /// - Throws: where the probability is not in 0...1, the sampling rate not positive or the shift not a number of at least 0.
    public init(probability: Double, samplingRate: Double, maximumShift: Double = 2) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting(samplingRate > 0 && samplingRate.isFinite, "sampling rate", samplingRate, "a positive number of Hz")
        try checkSetting(maximumShift >= 0 && maximumShift.isFinite, "maximum shift", maximumShift, "0 Hz or more")
        self.probability = probability
        self.samplingRate = samplingRate
        self.maximumShift = maximumShift
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        shift(window, by: (2 * generator.uniform() - 1) * maximumShift)
    }

    /// Moves the spectrum by `frequency` Hz.
    package func shift(_ window: SignalWindow, by frequency: Double) {
        let samples = window.samples
        var length = 1
        while length < samples { length *= 2 }
        let rotation = rotations(by: 2 * .pi * frequency / samplingRate, count: samples)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: samples) { hilbert in
            guard let hilbertSamples = hilbert.baseAddress else { return }
            for channel in 0..<window.channels {
                let values = window[channel]
                guard let base = values.baseAddress else { continue }
                changeSpectrum(of: base, into: hilbertSamples, count: samples, length: length) { spectrum in
                    // Positive frequencies turn by -90 degrees; a mean and the bin at half the rate have none.
                    (spectrum[0], spectrum[1]) = (0, 0)
                    if length % 2 == 0 { (spectrum[length], spectrum[length + 1]) = (0, 0) }
                    for bin in 1..<max((length + 1) / 2, 1) {
                        (spectrum[2 * bin], spectrum[2 * bin + 1]) = (spectrum[2 * bin + 1], -spectrum[2 * bin])
                    }
                }
                for time in 0..<samples { base[time] = base[time] * rotation.cosines[time] - hilbertSamples[time] * rotation.sines[time] }
            }
        }
    }
}

/// Cosine and sine of `step` times 0, 1, 2 …
private func rotations(by step: Double, count: Int) -> (cosines: [Float], sines: [Float]) {
    var (cosines, sines) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    let (stepCosine, stepSine) = (cos(step), sin(step))
    var (cosine, sine) = (1.0, 0.0)
    for index in 0..<count {
        (cosines[index], sines[index]) = (Float(cosine), Float(sine))
        (cosine, sine) = (cosine * stepCosine - sine * stepSine, cosine * stepSine + sine * stepCosine)
    }
    return (cosines, sines)
}
