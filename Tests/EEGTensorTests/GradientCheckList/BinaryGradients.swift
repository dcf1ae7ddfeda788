import EEGModelTesting
import EEGTensor
import Foundation

/// A function of two variables that the library applies to pairs of elements.
struct BinaryFunction: Sendable, CustomStringConvertible {
    /// The operation's type.
    let type: String
    let compute: @Sendable (Tensor, Tensor) -> Tensor
    let exact: @Sendable (Double, Double) -> Double
    var description: String { type }
}

let binaryFunctions: [BinaryFunction] = [
    BinaryFunction(type: "Addition", compute: { $0 + $1 }, exact: { $0 + $1 }),
    BinaryFunction(type: "Subtraction", compute: { $0 - $1 }, exact: { $0 - $1 }),
    BinaryFunction(type: "Multiplication", compute: { $0 * $1 }, exact: { $0 * $1 }),
    BinaryFunction(type: "Division", compute: { $0 / $1 }, exact: { $0 / $1 }),
    BinaryFunction(type: "Maximum", compute: { maximum($0, $1) }, exact: { max($0, $1) }),
    BinaryFunction(type: "Minimum", compute: { minimum($0, $1) }, exact: { min($0, $1) }),
    BinaryFunction(type: "Power", compute: { pow($0, $1) }, exact: { pow($0, $1) }),
]

private let pairs: [(Shape, Shape)] = [
    ([], []), ([5], []), ([], [2, 3]), ([3, 17], [3, 17]), ([3, 17], [17]), ([3, 1], [1, 17]), ([2, 3, 40], [1, 3, 1]),
    ([2, 1, 5], [3, 1]), ([4, 1, 3, 1, 7], [2, 1, 5, 1]), ([1, 1, 64], [3, 1, 1]), ([2, 3, 2, 2, 3, 2], [3, 1, 2, 1, 2]), ([60, 3], [3]),
]

let binaryGradients: [DifferentiableOperation] =
    binaryFunctions.map { function in
        DifferentiableOperation(
            type: function.type,
            examples: pairs.map { a, b in
                .init(label: "\(a) and \(b)", inputs: [sample(a, in: 0.2..<3), sample(b, in: 0.2..<3, seed: 2)]) {
                    [function.compute($0[0], $0[1])]
                } reference: {
                    [binaryReference($0[0], $0[1], function.exact)]
                }
            })
    } + [
        DifferentiableOperation(
            type: "Choice",
            examples: [([3, 40], [40], [3, 1]), ([4], [4], [4]), ([1], [2, 5], [5])].map { (x: Shape, other: Shape, mask: Shape) in
                let mask = sample(mask, seed: 3) .> 0
                return .init(label: "\(x), \(other), \(mask.shape)", inputs: [sample(x), sample(other, seed: 2)]) {
                    [$0[0].replacing(with: $0[1], where: mask)]
                } reference: { inputs in
                    let shape = broadcastShape(broadcastShape(x, other), mask.shape)
                    let isSet = DoubleTensor(mask)
                    return [DoubleTensor(shape: shape) { inputs[isSet.broadcast(at: $0) != 0 ? 1 : 0].broadcast(at: $0) }]
                }
            })
    ]

/// A function of two broadcast operands by definition.
func binaryReference(_ a: DoubleTensor, _ b: DoubleTensor, _ function: (Double, Double) -> Double) -> DoubleTensor {
    let shape = broadcastShape(a.shape, b.shape)
    let (placesA, placesB) = (places(of: a.shape, in: shape), places(of: b.shape, in: shape))
    return DoubleTensor(zip(placesA, placesB).map { function(a.values[$0], b.values[$1]) }, shape: shape)
}

/// Which element of a tensor of shape `operand` stands at each element of `shape`, to which it broadcasts.
private func places(of operand: Shape, in shape: Shape) -> [Int] {
    var places = [0]
    for axis in 0..<shape.rank {
        let own = axis - (shape.rank - operand.rank)
        let size = own < 0 ? 1 : operand[own]
        places = places.flatMap { place in (0..<shape[axis]).map { place * size + (size == 1 ? 0 : $0) } }
    }
    return places
}
