public import EEGTensor

/// Adds white Gaussian noise to all channels.
///
/// Source: Wang et al., "Data augmentation for EEG-based emotion recognition with deep convolutional neural networks", MMM 2018.
public struct GaussianNoise: WindowAugmentation {
    public let probability: Double
    /// In the unit of the signals.
    public let standardDeviation: Float

    /// - Throws: where the probability is not in 0...1 or the standard deviation not a number of at least 0.
    public init(probability: Double, standardDeviation: Float = 0.1) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting(standardDeviation >= 0 && standardDeviation.isFinite, "standard deviation", standardDeviation, "0 or more")
        self.probability = probability
        self.standardDeviation = standardDeviation
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        let noise = Tensor(normalWithMean: 0, standardDeviation: standardDeviation, shape: [window.elements.count], using: &generator)
        noise.withUnsafeBufferPointer { noise in
            for index in window.elements.indices { window.elements[index] += noise[index] }
        }
    }
}
