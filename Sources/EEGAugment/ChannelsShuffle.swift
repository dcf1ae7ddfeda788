public import EEGTensor

/// Exchanges randomly chosen channels among each other.
///
/// Source: Saeed, Grangier, Pietquin and Zeghidour, "Learning from heterogeneous EEG signals with differentiable channel reordering",
/// ICASSP 2021.
public struct ChannelsShuffle: WindowAugmentation {
    public let probability: Double
    /// The probability with which each channel of a changed window is among those that are shuffled.
    public let channelProbability: Double

    /// - Throws: where a probability is not in 0...1.
    public init(probability: Double, channelProbability: Double = 0.2) throws(AugmentationError) {
        try checkProbability(probability)
        try checkProbability(channelProbability, "channel probability")
        self.probability = probability
        self.channelProbability = channelProbability
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        let chosen = (0..<window.channels).filter { _ in generator.occurs(channelProbability) }
        let sources = chosen.shuffled(using: &generator)
        let copies = sources.map { Array(window[$0]) }
        for (channel, copy) in zip(chosen, copies) { _ = window[channel].update(fromContentsOf: copy) }
    }
}
