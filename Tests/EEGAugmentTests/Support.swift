import EEGAugment
import EEGTensor
import Foundation
import Testing

/// A signal `[channel, time]` with a formula that the reference values were computed with, too.
func formula(channels: Int, samples: Int) -> [Float] {
    (0..<channels).flatMap { c in
        (0..<samples).map { t in
            let (c, t) = (Double(c), Double(t))
            return Float(sin(0.1 * (c + 1) * t) + 0.3 * cos(0.7 * t + c) + 0.01 * t * (c + 1))
        }
    }
}

/// Windows of noise with a standard deviation of 1, labelled 0, 1, 2, 0, 1 …
func noiseBatch(_ count: Int, channels: Int, samples: Int, seed: UInt64 = 1) -> Batch {
    var generator = Generator(seed: seed)
    return Batch(
        signals: Tensor(normalWithMean: 0, standardDeviation: 1, shape: [count, channels, samples], using: &generator),
        labels: (0..<count).map { $0 % 3 })
}

/// A batch as some augmentations leave it.
func augmented(_ batch: Batch, by augmentations: any Augmentation..., seed: UInt64 = 7, epoch: Int = 0, place: Int = 0) throws -> Batch {
    var result = batch
    try AugmentationPipeline(augmentations, generator: Generator(seed: seed)).transform(&result, epoch: epoch, place: place)
    return result
}

extension Batch {
    /// The samples of one channel of one window, in double precision.
    func channel(_ window: Int, _ channel: Int) -> [Double] {
        let size = signals.shape[2]
        let start = (window * signals.shape[1] + channel) * size
        return signals.withUnsafeBufferPointer { $0[start..<(start + size)].map(Double.init) }
    }

    /// The windows in a range, as a batch.
    func part(_ range: Range<Int>) -> Batch {
        let size = signals.shape[1] * signals.shape[2]
        let values = Array(signals.scalars[(range.lowerBound * size)..<(range.upperBound * size)])
        var result = Batch(signals: Tensor(values, shape: [range.count, signals.shape[1], signals.shape[2]]), labels: Array(labels[range]))
        if !recordings.isEmpty { result.recordings = Array(recordings[range]) }
        return result
    }
}

extension [Double] {
    var mean: Double { reduce(0, +) / Double(count) }
    var variance: Double {
        let mean = mean
        return reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    }
    /// The squared magnitudes of the one-sided spectrum.
    var power: [Double] {
        let spectrum = realFourierTransform()
        return zip(spectrum.real, spectrum.imaginary).map { $0 * $0 + $1 * $1 }
    }
}

extension Tensor {
    func largestDifference(from other: Tensor) -> Float { zip(scalars, other.scalars).map { abs($0 - $1) }.max() ?? 0 }
}
