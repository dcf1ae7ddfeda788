import EEGModelTesting
import EEGTensor

// What the references of several operations have in common.

/// The indices of all elements of `shape`, in row-major order.
func indices(of shape: Shape) -> [[Int]] {
    shape.reduce([[]]) { prefixes, size in prefixes.flatMap { prefix in (0..<size).map { prefix + [$0] } } }
}

extension DoubleTensor {
    /// A tensor of `shape` whose elements `element` gives, from their indices.
    init(shape: Shape, _ element: ([Int]) -> Double) { self.init(indices(of: shape).map(element), shape: shape) }

    /// The element that stands at `indices` of a shape to which this tensor is broadcast.
    func broadcast(at indices: [Int]) -> Double {
        self[zip(indices.suffix(shape.rank), shape).map { $1 == 1 ? 0 : $0 }]
    }
}

/// The shape to which both broadcast.
func broadcastShape(_ a: Shape, _ b: Shape) -> Shape {
    let rank = max(a.rank, b.rank)
    func size(_ shape: Shape, _ axis: Int) -> Int { axis < rank - shape.rank ? 1 : shape[axis - (rank - shape.rank)] }
    return Shape((0..<rank).map { axis in size(a, axis) == 1 ? size(b, axis) : size(a, axis) })
}
