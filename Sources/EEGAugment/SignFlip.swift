public import EEGTensor

/// Turns the sign of all channels of a window.
///
/// Source: Rommel et al., "Data augmentation for learning predictive models on EEG: a systematic comparison", J. Neural Eng. 19, 2022.
public struct SignFlip: WindowAugmentation {
    public let probability: Double

    public init(probability: Double) throws(AugmentationError) {
        try checkProbability(probability)
        self.probability = probability
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        for index in window.elements.indices { window.elements[index].negate() }
    }
}
