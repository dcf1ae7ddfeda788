public import EEGTensor

/// Sets randomly chosen channels to zero.
///
/// Source: Saeed, Grangier, Pietquin and Zeghidour, "Learning from heterogeneous EEG signals with differentiable channel reordering",
/// ICASSP 2021.
public struct ChannelsDropout: WindowAugmentation {
    public let probability: Double
    /// The probability with which each channel of a changed window is set to zero.
    public let channelProbability: Double

    /// - Throws: where a probability is not in 0...1.
    public init(probability: Double, channelProbability: Double = 0.2) throws(AugmentationError) {
        try checkProbability(probability)
        try checkProbability(channelProbability, "channel probability")
        self.probability = probability
        self.channelProbability = channelProbability
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        for channel in 0..<window.channels where generator.occurs(channelProbability) { window[channel].update(repeating: 0) }
    }
}
