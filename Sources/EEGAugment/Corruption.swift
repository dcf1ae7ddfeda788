internal import EEGTensor

/// How channels are corrupted at random: some of them become a mix of their signal and white noise.
///
/// A corrupted channel x becomes (1 - η) x + η n, n white Gaussian noise with a standard deviation σ of the channel's own; η, the strength, is one
/// number for all channels. At a strength of 1 nothing is left of the signal.
///
/// Source: Banville, Wood, Aimone, Engemann and Gramfort, "Robust learning from corrupted EEG with dynamic spatial filtering", NeuroImage 251, 2022.
public struct Corruption: Sendable, Hashable {
    /// Which channels are corrupted.
    public enum Channels: Sendable, Hashable {
        /// Each channel with this probability.
        case random(probability: Double)
        /// These: for each channel whether it is corrupted.
        case fixed([Bool])
    }

    public let channels: Channels
    /// What η is drawn from, uniformly.
    public let strength: ClosedRange<Double>
    /// What σ of each corrupted channel is drawn from, uniformly, in the unit of the signals; nil: the standard deviation of the channel in the
    /// window.
    public let noise: ClosedRange<Double>?

    /// The defaults are those of the paper's augmentation of training windows, for signals in microvolts.
    ///
    /// - Throws: where a probability or strength is not in 0...1 or the noise is negative or not finite.
    public init(
        channels: Channels = .random(probability: 0.5), strength: ClosedRange<Double> = 0.5...1, noise: ClosedRange<Double>? = 20...50
    ) throws(AugmentationError) {
        if case .random(let probability) = channels { try checkProbability(probability, "channel probability") }
        try checkSetting(strength.lowerBound >= 0 && strength.upperBound <= 1, "strength", strength, "in 0...1")
        if let noise {
            try checkSetting(noise.lowerBound >= 0 && noise.upperBound.isFinite, "noise", noise, "finite and not negative")
        }
        self.channels = channels
        self.strength = strength
        self.noise = noise
    }

    /// What happens to the channels of a window, or of all windows of a recording.
    public struct Event: Sendable, Hashable {
        /// For each channel whether it is corrupted.
        public let isCorrupted: [Bool]
        /// For each channel σ, 0 where it is not corrupted; nil: the standard deviation of the channel in the window.
        public let noise: [Double]?
        /// η.
        public let strength: Double
    }

    /// Draws an event: first for each channel whether it is corrupted, then σ of each that is, then η. Where a range is a single number, or no
    /// channel is corrupted, nothing is drawn.
    ///
    /// - Parameter uniform: gives numbers in `[0, 1)`.
    func event(channels count: Int, _ uniform: () -> Double) -> Event {
        let isCorrupted: [Bool]
        switch channels {
        // The two cases are those of NumPy's binomial distribution.
        case .random(let p): isCorrupted = (0..<count).map { _ in p > 0.5 ? uniform() <= p : uniform() > 1 - p }
        case .fixed(let mask): isCorrupted = mask
        }
        func draw(_ range: ClosedRange<Double>) -> Double {
            range.lowerBound == range.upperBound ? range.lowerBound : range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
        }
        let deviations = noise.map { noise in isCorrupted.map { $0 ? draw(noise) : 0 } }
        return Event(
            isCorrupted: isCorrupted, noise: deviations, strength: isCorrupted.contains(true) ? draw(strength) : strength.lowerBound)
    }

    func validate(channels count: Int, samples: Int) throws(AugmentationError) {
        if case .fixed(let mask) = channels, mask.count != count {
            throw .shapeMismatch(augmentation: "Corruption", expected: "\(mask.count) channels", found: [count, samples])
        }
    }
}

extension Corruption.Event {
    /// Corrupts a window, with noise from `generator`.
    func corrupt(_ window: SignalWindow, using generator: inout Generator) {
        guard strength > 0 else { return }
        let (kept, mixed) = (Float(1 - strength), Float(strength))
        for channel in 0..<window.channels where isCorrupted[channel] {
            let samples = window[channel]
            let deviation = noise.map { Float($0[channel]) } ?? standardDeviation(samples)
            let noise = Tensor(normalWithMean: 0, standardDeviation: deviation, shape: [samples.count], using: &generator)
            noise.withUnsafeBufferPointer { noise in
                for time in samples.indices { samples[time] = kept * samples[time] + mixed * noise[time] }
            }
        }
    }
}

/// The root of the mean squared deviation from the mean.
private func standardDeviation(_ samples: UnsafeMutableBufferPointer<Float>) -> Float {
    let count = Double(max(samples.count, 1))
    let mean = samples.reduce(0) { $0 + Double($1) } / count
    return Float((samples.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count).squareRoot())
}
