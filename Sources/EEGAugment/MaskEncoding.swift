public import EEGTensor

/// Cuts out stretches of time at random places: all channels are zero there. Stretches may overlap. Also known as cutout.
///
/// Source: Ding et al., "A novel data augmentation approach using mask encoding for deep learning-based asynchronous SSVEP-BCI",
/// IEEE Trans. Neural Syst. Rehabil. Eng. 32, 2024.
public struct MaskEncoding: WindowAugmentation {
    public let probability: Double
    /// The share of the window that is cut out, where stretches do not overlap.
    public let maximumRatio: Double
    /// The number of stretches.
    public let segments: Int

    /// - Throws: where the probability or the ratio is not in 0...1, or there is no segment.
    public init(probability: Double, maximumRatio: Double = 0.1, segments: Int = 1) throws(AugmentationError) {
        try checkProbability(probability)
        try checkProbability(maximumRatio, "maximum ratio")
        try checkSetting(segments > 0, "segments", segments, "at least 1")
        self.probability = probability
        self.maximumRatio = maximumRatio
        self.segments = segments
    }

    public func validate(channels: Int, samples: Int) throws(AugmentationError) {
        if length(in: samples) < 1 {
            throw .shapeMismatch(
                augmentation: "MaskEncoding", expected: "at least \(segments) samples in \(maximumRatio) of a window",
                found: [channels, samples])
        }
    }

    /// The samples of one stretch.
    private func length(in samples: Int) -> Int { Int(Double(samples) * maximumRatio / Double(segments)) }

    public func augment(_ window: SignalWindow, using generator: inout Generator) {
        let length = length(in: window.samples)
        for _ in 0..<segments {
            let start = Int.random(in: 0...(window.samples - length), using: &generator)
            for channel in 0..<window.channels {
                UnsafeMutableBufferPointer(rebasing: window[channel][start..<(start + length)]).update(repeating: 0)
            }
        }
    }
}
