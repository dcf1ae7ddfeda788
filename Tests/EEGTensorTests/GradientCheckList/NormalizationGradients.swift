import EEGModelTesting
import EEGTensor
import Foundation

/// How a test names an activation and what it computes.
let fusedActivations: [(activation: Activation, exact: @Sendable (Double) -> Double)] = [
    (.none, { $0 }),
    (.relu, { max($0, 0) }),
    (.leakyReLU(slope: 0.125), { $0 > 0 ? $0 : 0.125 * $0 }),
    (.elu(alpha: 0.75), { $0 > 0 ? $0 : 0.75 * expm1($0) }),
    (.silu, { $0 / (1 + exp(-$0)) }),
    (.gelu, { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }),
]

private let shapes: [Shape] = [[5, 3], [4, 3, 7], [2, 4, 3, 11], [3, 2, 33], [9, 2, 1, 4]]

let normalizationGradients: [DifferentiableOperation] = [
    DifferentiableOperation(
        type: "BatchNorm",
        examples: shapes.flatMap { shape in
            fusedActivations.map { activation, exact in
                let channels: Shape = [shape[1]]
                return .init(
                    label: "\(shape), \(activation)",
                    inputs: [sample(shape, in: -1..<2), sample(channels, in: 0.5..<1.5, seed: 2), sample(channels, seed: 3)]
                ) { x in
                    [batchNorm(x[0], scale: x[1], shift: x[2], epsilon: 1e-3, activation: activation).output]
                } reference: { x in
                    let moments = (0..<shape[1]).map { channel in Moments(channelElements(x[0], channel).map { x[0].values[$0] }) }
                    return [normalized(x[0], x[1], x[2], epsilon: 1e-3) { moments[$0.channel] }.map(exact)]
                }
            }
        }),
    DifferentiableOperation(
        type: "FixedBatchNorm",
        examples: shapes.flatMap { shape in
            fusedActivations.map { activation, exact in
                let channels: Shape = [shape[1]]
                let statistics = ChannelStatistics(mean: sample(channels, seed: 4), variance: sample(channels, in: 0.5..<2, seed: 5))
                return .init(
                    label: "\(shape), \(activation)",
                    inputs: [sample(shape, in: -1..<2), sample(channels, in: 0.5..<1.5, seed: 2), sample(channels, seed: 3)]
                ) { x in
                    [batchNorm(x[0], statistics: statistics, scale: x[1], shift: x[2], epsilon: 1e-3, activation: activation)]
                } reference: { x in
                    let (mean, variance) = (DoubleTensor(statistics.mean), DoubleTensor(statistics.variance))
                    return [
                        normalized(x[0], x[1], x[2], epsilon: 1e-3) { Moments(mean: mean[$0.channel], variance: variance[$0.channel]) }
                            .map(exact)
                    ]
                }
            }
        }),
    DifferentiableOperation(
        type: "GroupNorm",
        examples: [([2, 6, 10, 3], 2), ([3, 4, 33], 4), ([3, 4, 5], 1), ([2, 6], 2)].map { (shape: Shape, groups: Int) in
            .init(
                label: "\(shape), \(groups) groups",
                inputs: [sample(shape, in: -1..<2), sample([shape[1]], in: 0.5..<1.5, seed: 2), sample([shape[1]], seed: 3)]
            ) { x in
                [groupNorm(x[0], groups: groups, scale: x[1], shift: x[2], epsilon: 1e-3)]
            } reference: { x in
                [groupNormReference(x[0], groups: groups, x[1], x[2], epsilon: 1e-3)]
            }
        }),
    DifferentiableOperation(
        type: "LayerNorm",
        examples: [([3, 4, 7], 1), ([2, 3, 8], 2), ([5, 40], 1), ([70, 3], 1), ([9], 1)].map { (shape: Shape, axes: Int) in
            let last = Shape(shape.suffix(axes))
            return .init(
                label: "\(shape), \(axes) axes",
                inputs: [sample(shape, in: -1..<2), sample(last, in: 0.5..<1.5, seed: 2), sample(last, seed: 3)]
            ) { x in
                [layerNorm(x[0], axes: axes, scale: x[1], shift: x[2], epsilon: 1e-3)]
            } reference: { x in
                [layerNormReference(x[0], x[1], x[2], epsilon: 1e-3)]
            }
        }),
]

/// Mean and biased variance.
struct Moments {
    let mean: Double
    let variance: Double

    init(mean: Double, variance: Double) {
        self.mean = mean
        self.variance = variance
    }

    init(_ values: [Double]) {
        let mean = values.reduce(0, +) / Double(values.count)
        self.init(mean: mean, variance: values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }

    func normalize(_ x: Double, epsilon: Double) -> Double { (x - mean) / (variance + epsilon).squareRoot() }
}

/// The offsets of a channel's elements in `[batch, channel, ...]`.
func channelElements(_ x: DoubleTensor, _ channel: Int) -> [Int] {
    let length = x.count / (x.shape[0] * x.shape[1])
    return x.values.indices.filter { $0 / length % x.shape[1] == channel }
}

/// `[batch, channel, ...]` normalised by moments that depend on sample and channel, then scaled and shifted by channel.
func normalized(
    _ x: DoubleTensor, _ scale: DoubleTensor, _ shift: DoubleTensor, epsilon: Float, by moments: ((sample: Int, channel: Int)) -> Moments
) -> DoubleTensor {
    let length = x.count / (x.shape[0] * x.shape[1])
    return DoubleTensor(
        x.values.enumerated().map { index, value in
            let place = (sample: index / length / x.shape[1], channel: index / length % x.shape[1])
            return moments(place).normalize(value, epsilon: Double(epsilon)) * scale[place.channel] + shift[place.channel]
        }, shape: x.shape)
}

func groupNormReference(_ x: DoubleTensor, groups: Int, _ scale: DoubleTensor, _ shift: DoubleTensor, epsilon: Float) -> DoubleTensor {
    let size = x.count / (x.shape[0] * groups)
    let moments = (0..<x.shape[0] * groups).map { Moments(Array(x.values[$0 * size..<($0 + 1) * size])) }
    return normalized(x, scale, shift, epsilon: epsilon) { moments[$0.sample * groups + $0.channel * groups / x.shape[1]] }
}

func layerNormReference(_ x: DoubleTensor, _ scale: DoubleTensor, _ shift: DoubleTensor, epsilon: Float) -> DoubleTensor {
    let length = scale.count
    let moments = (0..<x.count / length).map { Moments(Array(x.values[$0 * length..<($0 + 1) * length])) }
    return DoubleTensor(
        x.values.enumerated().map { index, value in
            moments[index / length].normalize(value, epsilon: Double(epsilon)) * scale.values[index % length] + shift.values[index % length]
        }, shape: x.shape)
}
