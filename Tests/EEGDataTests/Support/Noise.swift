import EEGData
import EEGTensor

/// White noise of 10 µV on an offset, at one rate.
func noiseRecording(
    _ labels: [String] = ["Fz", "Cz"], seconds: Double = 20, rate: Double = 200, offset: Float = 0, seed: UInt64 = 1,
    annotations: [Annotation] = []
) throws -> Recording {
    let count = Int(seconds * rate)
    var generator = Generator(seed: seed)
    let samples = labels.map { _ in
        Tensor(normalWithMean: offset, standardDeviation: 10, shape: [count], using: &generator).scalars
    }
    return try Recording(
        channels: labels.map { Channel(label: $0, samplingRate: rate, sampleCount: count) }, samples: samples, annotations: annotations)
}

/// The largest difference of two signals.
func distance(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? .infinity }
