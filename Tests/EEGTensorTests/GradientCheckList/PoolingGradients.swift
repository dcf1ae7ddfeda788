import EEGModelTesting
import EEGTensor

let poolingGradients = [
    DifferentiableOperation(
        type: "MaxPooling",
        examples: [
            maxima(
                PoolingReference(height: .equal(size: 5, kernel: 3, stride: 2, padding: 1), width: .equal(size: 9, kernel: 2, stride: 2))
            ) { maxPooling2D($0, kernel: (3, 2), stride: (2, 2), padding: (1, 0)) },
            maxima(PoolingReference(height: .adaptive(size: 5, outputs: 2), width: .adaptive(size: 8, outputs: 3))) {
                adaptiveMaxPooling2D($0, outputs: (2, 3))
            },
        ]),
    DifferentiableOperation(
        type: "AveragePooling",
        examples: [
            averages(
                PoolingReference(height: .equal(size: 3, kernel: 1, stride: 1), width: .equal(size: 41, kernel: 6, stride: 2, padding: 3)),
                countsPadding: false
            ) { averagePooling2D($0, kernel: (1, 6), stride: (1, 2), padding: (0, 3), countsPadding: false) },
            averages(PoolingReference(height: .adaptive(size: 5, outputs: 2), width: .adaptive(size: 8, outputs: 3))) {
                adaptiveAveragePooling2D($0, outputs: (2, 3))
            },
        ]),
    DifferentiableOperation(type: "LogSumExpPooling", examples: [logSumExps]),
    DifferentiableOperation(
        type: "Interpolation",
        examples: [
            interpolation([2, 3, 5], label: "nearest, twice as long") {
                interpolate1D($0, scale: 2)
            } place: {
                $0 / 2
            },
            interpolation([2, 3, 7], label: "nearest, to 5") {
                interpolate1D($0, size: 5)
            } place: {
                Double(Int($0 * 7 / 5))
            },
            interpolation([2, 3, 10], label: "linear, to 23") {
                interpolate1D($0, size: 23, mode: .linear())
            } place: {
                ($0 + 0.5) * 10 / 23 - 0.5
            },
            interpolation([2, 3, 7], label: "linear, aligned corners") {
                interpolate1D($0, size: 4, mode: .linear(alignCorners: true))
            } place: {
                $0 * 2
            },
            DifferentiableOperation.Example(label: "bilinear", inputs: [sample([1, 2, 4, 6])]) {
                [interpolate2D($0[0], size: (9, 4), mode: .linear())]
            } reference: { x in
                [bilinear(x[0], size: (9, 4))]
            },
        ]),
    DifferentiableOperation(
        type: "Unfold",
        examples: [
            DifferentiableOperation.Example(label: "along time", inputs: [sample([2, 3, 19])]) {
                [unfold1D($0[0], size: 6, step: 4)]
            } reference: { x in
                [DoubleTensor(shape: [2, 3, 4, 6]) { x[0][$0[0], $0[1], 4 * $0[2] + $0[3]] }]
            },
            DifferentiableOperation.Example(label: "images", inputs: [sample([2, 5, 7])]) {
                [unfold2D($0[0], size: (3, 2), step: (1, 2))]
            } reference: { x in
                [DoubleTensor(shape: [2, 3, 3, 3, 2]) { x[0][$0[0], $0[1] + $0[3], 2 * $0[2] + $0[4]] }]
            },
        ]),
]

private func maxima(_ reference: PoolingReference, _ function: @escaping @Sendable (Tensor) -> Tensor) -> DifferentiableOperation.Example {
    .init(label: reference.testDescription, inputs: [sample(reference.inputShape)]) {
        [function($0[0])]
    } reference: {
        [reference.maxima($0[0], DoubleTensor(zeros: reference.outputShape))[0]]
    }
}

private func averages(
    _ reference: PoolingReference, countsPadding: Bool = true, _ function: @escaping @Sendable (Tensor) -> Tensor
) -> DifferentiableOperation.Example {
    .init(label: reference.testDescription, inputs: [sample(reference.inputShape)]) {
        [function($0[0])]
    } reference: {
        [reference.averages($0[0], DoubleTensor(zeros: reference.outputShape), countsPadding: countsPadding)[0]]
    }
}

private let logSumExps: DifferentiableOperation.Example = {
    let windows = PoolingReference(height: .equal(size: 4, kernel: 2, stride: 1), width: .equal(size: 17, kernel: 5, stride: 3, padding: 2))
    return .init(label: windows.testDescription, inputs: [sample(windows.inputShape, in: -3..<3)]) {
        [logSumExpPooling2D($0[0], kernel: (2, 5), stride: (1, 3), padding: (0, 2))]
    } reference: {
        [windows.logSumExps($0[0], DoubleTensor(zeros: windows.outputShape))[0]]
    }
}()

/// Interpolation along time between the samples next to the place of each result.
private func interpolation(
    _ shape: Shape, label: String, _ function: @escaping @Sendable (Tensor) -> Tensor, place: @escaping @Sendable (Double) -> Double
) -> DifferentiableOperation.Example {
    let size = function(sample(shape)).shape[2]
    let nearest = label.hasPrefix("nearest")
    return .init(label: label, inputs: [sample(shape)]) {
        [function($0[0])]
    } reference: { x in
        let y = DoubleTensor(shape: [shape[0], shape[1], size]) { index in
            let place = place(Double(index[2]))
            return interpolated(at: nearest ? place.rounded(.down) : place, count: shape[2]) { x[0][index[0], index[1], $0] }
        }
        return [y]
    }
}

/// Bilinear interpolation of `x [batch, channel, height, width]`.
private func bilinear(_ x: DoubleTensor, size: (height: Int, width: Int)) -> DoubleTensor {
    let (height, width) = (x.shape[2], x.shape[3])
    func place(_ output: Int, _ inputs: Int, _ outputs: Int) -> Double { (Double(output) + 0.5) * Double(inputs) / Double(outputs) - 0.5 }
    return DoubleTensor(shape: [x.shape[0], x.shape[1], size.height, size.width]) { index in
        let column = place(index[3], width, size.width)
        return interpolated(at: place(index[2], height, size.height), count: height) { row in
            interpolated(at: column, count: width) { x[index[0], index[1], row, $0] }
        }
    }
}

/// The value at `place` on the lines between `count` values, held at the ends.
func interpolated(at place: Double, count: Int, _ value: (Int) -> Double) -> Double {
    let place = min(max(place, 0), Double(count - 1))
    let first = min(Int(place), max(count - 2, 0))
    let fraction = place - Double(first)
    return fraction == 0 ? value(first) : (1 - fraction) * value(first) + fraction * value(first + 1)
}
