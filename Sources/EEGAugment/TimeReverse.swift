public import EEGTensor

/// Turns the time of a window around.
///
/// Source: Rommel, Paillard, Moreau and Gramfort, "Data augmentation for learning predictive models on EEG: a systematic comparison",
/// J. Neural Eng. 19, 2022; with the meaning it has in braindecode, as all augmentations of this module.
public struct TimeReverse: WindowAugmentation {
    public let probability: Double

    public init(probability: Double) throws(AugmentationError) {
        try checkProbability(probability)
        self.probability = probability
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        for channel in 0..<window.channels {
            var samples = window[channel]
            samples.reverse()
        }
    }
}
