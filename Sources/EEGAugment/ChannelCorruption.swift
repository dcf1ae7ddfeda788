public import EEGTensor

/// Corrupts channels of training windows, each window in its own way: the augmentation that dynamic spatial filtering is trained with.
public struct ChannelCorruption: WindowAugmentation {
    public let probability: Double
    public let corruption: Corruption

    /// - Throws: where the probability is not in 0...1.
    public init(_ corruption: Corruption, probability: Double = 1) throws(AugmentationError) {
        try checkProbability(probability)
        self.probability = probability
        self.corruption = corruption
    }

    public func validate(channels: Int, samples: Int) throws(AugmentationError) {
        try corruption.validate(channels: channels, samples: samples)
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        // Streams apart: the same channels and strengths whatever the length of the windows.
        var (parameters, noise) = (generator.stream("parameters"), generator.stream("noise"))
        corruption.event(channels: window.channels) { parameters.uniform() }.corrupt(window, using: &noise)
    }
}
