public import EEGTensor

/// Subtracts a randomly chosen channel from all others, as if its electrode were the reference; the channel itself turns its sign.
///
/// Source: Mohsenvand, Izadi and Maes, "Contrastive representation learning for electroencephalogram classification", ML4H 2020.
public struct ChannelsRereference: WindowAugmentation {
    public let probability: Double

    public init(probability: Double) throws(AugmentationError) {
        try checkProbability(probability)
        self.probability = probability
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        let chosen = Int.random(in: 0..<window.channels, using: &generator)
        let reference = window[chosen]
        for channel in 0..<window.channels where channel != chosen {
            let samples = window[channel]
            for time in samples.indices { samples[time] -= reference[time] }
        }
        for time in reference.indices { reference[time].negate() }
    }
}
