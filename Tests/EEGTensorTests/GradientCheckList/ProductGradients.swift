import EEGModelTesting
import EEGTensor

let productGradients = [
    DifferentiableOperation(
        type: "MatrixProduct",
        examples: [
            product([1, 1], [1, 1]), product([7, 5], [5, 3]), product([5, 7], [5, 3], transposes: (true, false)),
            product([7, 5], [3, 5], transposes: (false, true)), product([2, 1, 3, 5], [3, 5, 2]),
            product([2, 3, 4], [5, 3], transposes: (true, true)), product([19, 33], [33, 17]),
        ])
]

private func product(_ a: Shape, _ b: Shape, transposes: (Bool, Bool) = (false, false)) -> DifferentiableOperation.Example {
    .init(label: "\(a) x \(b) \(transposes)", inputs: [sample(a), sample(b, seed: 2)]) { x in
        [matmul(x[0], x[1], transposingFirst: transposes.0, transposingSecond: transposes.1)]
    } reference: { x in
        [productReference(x[0], x[1], transposes)]
    }
}

/// The matrix product, the leading axes broadcast.
func productReference(_ a: DoubleTensor, _ b: DoubleTensor, _ transposes: (Bool, Bool) = (false, false)) -> DoubleTensor {
    let (lastTwoOfA, lastTwoOfB) = (Array(a.shape.suffix(2)), Array(b.shape.suffix(2)))
    let (rows, inner) = transposes.0 ? (lastTwoOfA[1], lastTwoOfA[0]) : (lastTwoOfA[0], lastTwoOfA[1])
    let columns = transposes.1 ? lastTwoOfB[0] : lastTwoOfB[1]
    let batch = broadcastShape(Shape(a.shape.dropLast(2)), Shape(b.shape.dropLast(2)))
    return DoubleTensor(shape: Shape(batch + [rows, columns])) { index in
        let (batch, i, j) = (index.dropLast(2), index[index.count - 2], index[index.count - 1])
        return (0..<inner).reduce(0) { sum, k in
            sum + a.broadcast(at: batch + (transposes.0 ? [k, i] : [i, k])) * b.broadcast(at: batch + (transposes.1 ? [j, k] : [k, j]))
        }
    }
}
