import EEGModelTesting
import EEGTensor
import Foundation

let signalGradients = [
    DifferentiableOperation(
        type: "FrameSpectrum",
        examples: [
            spectrum([2, 3, 70], SignalFrames(transformLength: 16, hop: 4)),
            spectrum([3, 41], SignalFrames(transformLength: 16, hop: 5, windowLength: 7, centering: .none)),
            spectrum([2, 30], SignalFrames(transformLength: 15, hop: 20, window: .hamming, centering: .zeros)),
            spectrum([2, 600], SignalFrames(transformLength: 448, hop: 100, centering: .none)),
            bands([2, 3, 90], SignalFrames(transformLength: 32, hop: 7), of: .power),
            bands([4, 90], SignalFrames(transformLength: 64, hop: 16, windowLength: 10), of: .magnitude),
            bands([1, 200], SignalFrames(transformLength: 126, hop: 31, centering: .none), of: .power),
        ]),
    DifferentiableOperation(type: "RealFourierTransform", examples: [1, 2, 7, 16, 60].map(realTransform)),
    DifferentiableOperation(type: "InverseRealFourierTransform", examples: [1, 2, 7, 16, 60].map(inverseTransform)),
    DifferentiableOperation(
        type: "Decibels",
        examples: [
            .init(label: "power", inputs: [sample([3, 50], in: 0.01..<2)]) { x in
                [x[0].decibels(floor: 0.03)]
            } reference: { x in
                [x[0].map { 10 * log10(max($0, 0.03)) }]
            },
            .init(label: "amplitude, limited range", inputs: [sample([2, 3, 4, 5], in: 0.01..<2)]) { x in
                [x[0].decibels(of: .amplitude, range: 20)]
            } reference: { x in
                let levels = x[0].map { 20 * log10($0) }
                let highest = (0..<2).map { levels.values[$0 * 60..<$0 * 60 + 60].max() ?? 0 }
                return [DoubleTensor(shape: levels.shape) { max(levels[$0], highest[$0[0]] - 20) }]
            },
        ]),
]

private func realTransform(_ samples: Int) -> DifferentiableOperation.Example {
    .init(label: "\(samples) samples", inputs: [sample([3, samples])]) { x in
        let spectrum = x[0].realFourierTransform()
        return [spectrum.real, spectrum.imaginary]
    } reference: { x in
        let bins = samples / 2 + 1
        func part(_ function: (Double) -> Double) -> DoubleTensor {
            DoubleTensor(shape: [3, bins]) { index in
                (0..<samples).reduce(0) { $0 + x[0][index[0], $1] * function(-2 * .pi * Double(index[1] * $1 % samples) / Double(samples)) }
            }
        }
        return [part(cos), part(sin)]
    }
}

private func inverseTransform(_ samples: Int) -> DifferentiableOperation.Example {
    let bins = samples / 2 + 1
    return .init(label: "\(samples) samples", inputs: [sample([3, bins]), sample([3, bins], seed: 2)]) { x in
        [ComplexTensor(real: x[0], imaginary: x[1]).inverseRealFourierTransform(sampleCount: samples)]
    } reference: { x in
        [
            DoubleTensor(shape: [3, samples]) { index in
                (0..<bins).reduce(0) { sum, bin in
                    let angle = 2 * .pi * Double(bin * index[1] % samples) / Double(samples)
                    let isDouble = bin > 0 && 2 * bin < samples
                    let value = x[0][index[0], bin] * cos(angle) - (isDouble ? x[1][index[0], bin] * sin(angle) : 0)
                    return sum + (isDouble ? 2 : 1) * value / Double(samples)
                }
            }
        ]
    }
}

private func spectrum(_ shape: Shape, _ frames: SignalFrames) -> DifferentiableOperation.Example {
    let transform = ShortTimeFourierTransform(frames)
    return .init(
        label: "\(shape), \(frames.transformLength) samples, window \(frames.window.count), hop \(frames.hop)", inputs: [sample(shape)]
    ) { x in
        let result = transform(x[0])
        return [result.real, result.imaginary]
    } reference: { x in
        let (real, imaginary) = spectrumReference(x[0], frames)
        return [real, imaginary]
    }
}

private func bands(_ shape: Shape, _ frames: SignalFrames, of quantity: MelSpectrogram.Quantity) -> DifferentiableOperation.Example {
    // A bank over a valid range cannot fail to be designed.
    guard let bank = try? MelFilterBank(count: 5, transformLength: frames.transformLength, samplingRate: 200, range: 4...90) else {
        fatalError("no filter bank")
    }
    let mel = MelSpectrogram(frames, bank, of: quantity)
    return .init(label: "\(shape), \(frames.transformLength) samples, \(quantity) of 5 bands", inputs: [sample(shape)]) { x in
        [mel(x[0])]
    } reference: { x in
        [melReference(x[0], frames, bank, of: quantity)]
    }
}

/// The Fourier transform of all frames by its definition.
func spectrumReference(_ x: DoubleTensor, _ frames: SignalFrames) -> (real: DoubleTensor, imaginary: DoubleTensor) {
    let samples = x.shape[x.shape.rank - 1], rows = x.count / max(samples, 1)
    let (length, bins, count) = (frames.transformLength, frames.binCount, frames.count(samples: samples))
    let padding = frames.centering == .none ? 0 : length / 2
    var (real, imaginary): ([Double], [Double]) = ([], [])
    for row in 0..<rows {
        func sample(_ index: Int) -> Double {
            var index = index
            if frames.centering == .reflect { index = index < 0 ? -index : index >= samples ? 2 * (samples - 1) - index : index }
            return index >= 0 && index < samples ? x.values[row * samples + index] : 0
        }
        for bin in 0..<bins {
            for frame in 0..<count {
                var (re, im) = (0.0, 0.0)
                let begin = (length - frames.window.count) / 2
                for (index, weight) in frames.window.enumerated() {
                    let value = Double(weight) * sample(frame * frames.hop - padding + begin + index)
                    let angle = -2 * Double.pi * Double(bin * (begin + index) % length) / Double(length)
                    re += value * cos(angle)
                    im += value * sin(angle)
                }
                real.append(re)
                imaginary.append(im)
            }
        }
    }
    var shape = x.shape
    shape[x.shape.rank - 1] = bins
    shape.append(count)
    return (DoubleTensor(real, shape: shape), DoubleTensor(imaginary, shape: shape))
}

/// Sums of the power or magnitude of all bins, weighted by the filters of a bank.
func melReference(
    _ x: DoubleTensor, _ frames: SignalFrames, _ bank: MelFilterBank, of quantity: MelSpectrogram.Quantity
) -> DoubleTensor {
    let (real, imaginary) = spectrumReference(x, frames)
    let rank = real.shape.rank, bins = frames.binCount, count = real.shape[rank - 1]
    let power = zip(real.values, imaginary.values).map { $0 * $0 + $1 * $1 }
    let quantities = quantity == .power ? power : power.map { $0.squareRoot() }
    var shape = real.shape
    shape[rank - 2] = bank.weights.count
    return DoubleTensor(shape: shape) { index in
        let row = zip(index.dropLast(2), real.shape).reduce(0) { $0 * $1.1 + $1.0 }
        let weights = bank.weights[index[rank - 2]]
        return (0..<bins).reduce(0) { $0 + weights[$1] * quantities[(row * bins + $1) * count + index[rank - 1]] }
    }
}
