public import EEGTensor

/// Multiplies each channel by a random factor of its own.
///
/// Source: Mohsenvand, Izadi and Maes, "Contrastive representation learning for electroencephalogram classification", ML4H 2020.
public struct AmplitudeScale: WindowAugmentation {
    public let probability: Double
    /// What factors are drawn from, uniformly.
    public let factors: ClosedRange<Float>

    /// - Throws: where the probability is not in 0...1 or the factors, or their difference, are not finite.
    public init(probability: Double, factors: ClosedRange<Float> = 0.5...2) throws(AugmentationError) {
        try checkProbability(probability)
        let width = factors.upperBound - factors.lowerBound
        try checkSetting(width.isFinite, "factors", factors, "finite numbers, their difference too")
        self.probability = probability
        self.factors = factors
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        for channel in 0..<window.channels {
            let factor = Float.random(in: factors, using: &generator)
            let samples = window[channel]
            for time in samples.indices { samples[time] *= factor }
        }
    }
}
