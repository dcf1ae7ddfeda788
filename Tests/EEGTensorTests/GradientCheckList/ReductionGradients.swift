import EEGModelTesting
import EEGTensor
import Foundation

/// A reduction over any axes.
struct ReductionFunction: Sendable, CustomStringConvertible {
    /// The operation's type.
    let type: String
    let name: String
    let compute: @Sendable (Tensor, Axes, Bool) -> Tensor
    let exact: @Sendable ([Double]) -> Double
    var description: String { name }
}

let reductionFunctions: [ReductionFunction] = [
    .init(type: "Sum", name: "sum", compute: { $0.sum(over: $1, keepingDimensions: $2) }, exact: { $0.reduce(0, +) }),
    .init(
        type: "Sum", name: "mean", compute: { $0.mean(over: $1, keepingDimensions: $2) }, exact: { $0.reduce(0, +) / Double($0.count) }),
    .init(type: "Extreme", name: "max", compute: { $0.max(over: $1, keepingDimensions: $2) }, exact: { $0.max() ?? .nan }),
    .init(type: "Extreme", name: "min", compute: { $0.min(over: $1, keepingDimensions: $2) }, exact: { $0.min() ?? .nan }),
    .init(type: "Product", name: "product", compute: { $0.product(over: $1, keepingDimensions: $2) }, exact: { $0.reduce(1, *) }),
    .init(type: "Variance", name: "variance", compute: { $0.variance(over: $1, keepingDimensions: $2) }, exact: { variance($0) }),
    .init(
        type: "Variance", name: "unbiased variance", compute: { $0.variance(over: $1, unbiased: true, keepingDimensions: $2) },
        exact: { $0.count > 1 ? variance($0, correction: 1) : .nan }),
    .init(
        type: "LogSumExp", name: "logSumExp", compute: { $0.logSumExp(over: $1, keepingDimensions: $2) },
        exact: { x in log(x.reduce(0) { $0 + exp($1) }) }),
]

private let cases: [(shape: Shape, axes: [Int])] = [
    ([5], [0]), ([7, 33], [1]), ([7, 33], [0]), ([2, 5, 7], [1]), ([2, 5, 17], [0, 2]), ([3, 4, 5, 6], [1, 3]), ([3, 2, 5, 2], [-2, 0]),
    ([2, 3, 2, 3, 2, 5], [0, 2, 4]), ([2, 1, 37, 1], [2]),
]

let reductionGradients: [DifferentiableOperation] =
    Dictionary(grouping: reductionFunctions, by: \.type).sorted { $0.key < $1.key }.map { type, functions in
        DifferentiableOperation(
            type: type,
            examples: functions.flatMap { function in
                cases.map { shape, axes in
                    let keeping = shape.rank == 3
                    return .init(label: "\(function.name) of \(shape) over \(axes)", inputs: [sample(shape, in: 0.25..<2)]) {
                        [function.compute($0[0], Axes(axes), keeping)]
                    } reference: {
                        [reductionReference($0[0], axes, keeping: keeping, function.exact)]
                    }
                }
            })
    } + [
        DifferentiableOperation(
            type: "CumulativeSum",
            examples: [([5], 0), ([3, 7, 5], 1), ([3, 40], 1), ([4, 3], 0)].map { (shape: Shape, axis: Int) in
                .init(label: "\(shape) along \(axis)", inputs: [sample(shape)]) {
                    [$0[0].cumulativeSum(axis: axis)]
                } reference: {
                    [cumulativeSumReference($0[0], axis: axis)]
                }
            }),
        DifferentiableOperation(
            type: "Softmax",
            examples: [([5], 0), ([3, 4], 1), ([3, 40], 1), ([2, 7, 5], 1), ([33, 3], 0)].flatMap { (shape: Shape, axis: Int) in
                [false, true].map { logarithm in
                    .init(label: "\(shape) along \(axis), logarithm: \(logarithm)", inputs: [sample(shape, in: -4..<4)]) {
                        [logarithm ? logSoftmax($0[0], axis: axis) : softmax($0[0], axis: axis)]
                    } reference: {
                        [softmaxReference($0[0], axis: axis, logarithm: logarithm)]
                    }
                }
            }),
    ]

/// The mean squared deviation from the mean; `correction` is taken off the number of elements.
func variance(_ x: [Double], correction: Double = 0) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    return x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (Double(x.count) - correction)
}

/// The result by definition: the elements that fall together, in order.
func reductionReference(_ x: DoubleTensor, _ axes: [Int], keeping: Bool, _ exact: ([Double]) -> Double) -> DoubleTensor {
    let rank = x.shape.rank
    let reduced = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
    let kept = (0..<rank).map { reduced.contains($0) ? 1 : x.shape[$0] }
    var groups = [[Double]](repeating: [], count: kept.reduce(1, *))
    for (index, value) in x.values.enumerated() {
        var (rest, offset, stride) = (index, 0, 1)
        for axis in (0..<rank).reversed() {
            if !reduced.contains(axis) { offset += rest % x.shape[axis] * stride }
            rest /= x.shape[axis]
            stride *= kept[axis]
        }
        groups[offset].append(value)
    }
    let shape = keeping ? kept : (0..<rank).filter { !reduced.contains($0) }.map { x.shape[$0] }
    return DoubleTensor(groups.map(exact), shape: Shape(shape))
}

/// `x` summed over the axes along which `shape` would be stretched to it.
func summed(_ x: DoubleTensor, to shape: Shape) -> DoubleTensor {
    let rank = x.shape.rank
    let axes = (0..<rank).filter { $0 < rank - shape.rank || shape[$0 - (rank - shape.rank)] != x.shape[$0] }
    return reductionReference(x, axes, keeping: true) { $0.reduce(0, +) }.reshaped(shape)
}

func cumulativeSumReference(_ x: DoubleTensor, axis: Int) -> DoubleTensor {
    let inner = x.shape.dropFirst(axis + 1).reduce(1, *)
    var y = x
    for index in y.values.indices where index / inner % x.shape[axis] > 0 { y.values[index] += y.values[index - inner] }
    return y
}

func softmaxReference(_ x: DoubleTensor, axis: Int, logarithm: Bool) -> DoubleTensor {
    let inner = x.shape.dropFirst(axis + 1).reduce(1, *)
    let length = x.shape[axis]
    var y = x
    for start in x.values.indices where start / inner % length == 0 {
        let places = (0..<length).map { start + $0 * inner }
        let largest = places.map { x.values[$0] }.max() ?? 0
        let sum = places.map { exp(x.values[$0] - largest) }.reduce(0, +)
        for place in places {
            let logProbability = x.values[place] - largest - log(sum)
            y.values[place] = logarithm ? logProbability : exp(logProbability)
        }
    }
    return y
}
