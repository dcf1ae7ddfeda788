public import EEGTensor

/// Fades all channels to zero and back, over a stretch of time at a random place.
///
/// A sample is multiplied by σ(s (m - t)) + σ(s (t - m - l)): m is the first and l the number of masked samples, σ the logistic function and s
/// 1000 divided by the samples of the window.
///
/// Source: Mohsenvand, Izadi and Maes, "Contrastive representation learning for electroencephalogram classification", ML4H 2020.
public struct SmoothTimeMask: WindowAugmentation {
    public let probability: Double
    /// The number of masked samples.
    public let length: Int

    /// - Throws: where the probability is not in 0...1 or the length not positive.
    public init(probability: Double, length: Int = 100) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting(length > 0, "length", length, "at least 1 sample")
        self.probability = probability
        self.length = length
    }

    public func validate(channels: Int, samples: Int) throws(AugmentationError) {
        if samples < length {
            throw .shapeMismatch(augmentation: "SmoothTimeMask", expected: "at least \(length) samples", found: [channels, samples])
        }
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        mask(window, from: Float(generator.uniform()) * Float(window.samples - length))
    }

    /// Masks the samples that follow `start`.
    package func mask(_ window: SignalWindow, from start: Float) {
        let samples = window.samples
        let slope = 1000 / Float(samples)
        let edges = Tensor(unsafeUninitializedShape: [2, samples]) { edges in
            for time in 0..<samples {
                edges[time] = slope * (start - Float(time))
                edges[samples + time] = slope * (Float(time) - start - Float(length))
            }
        }
        sigmoid(edges).withUnsafeBufferPointer { shares in
            for channel in 0..<window.channels {
                let values = window[channel]
                for time in values.indices { values[time] *= shares[time] + shares[samples + time] }
            }
        }
    }
}
