/// The diagonals of square matrices `[..., n, n]`: `[..., n]`.
///
/// - Precondition: square matrices, a batch that is not empty.
public func diagonal(_ x: Tensor) -> Tensor { apply(MatrixElements(selection: .diagonal), x) }

/// The upper triangles of square matrices `[..., n, n]`, diagonal included, row by row: `[..., n (n + 1) / 2]`.
///
/// Applied to a symmetric matrix it gives every different element once.
///
/// - Precondition: square matrices, a batch that is not empty.
public func upperTriangle(_ x: Tensor) -> Tensor { apply(MatrixElements(selection: .upperTriangle), x) }

/// Some elements of each matrix, laid out along one axis.
struct MatrixElements: Operation {
    static let name = "matrix elements"

    enum Selection: Sendable {
        case diagonal
        case upperTriangle

        func offsets(_ n: Int) -> [Int] {
            switch self {
            case .diagonal: (0..<n).map { $0 * (n + 1) }
            case .upperTriangle: (0..<n).flatMap { row in (row..<n).map { row * n + $0 } }
            }
        }
    }

    let selection: Selection

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let batch = MatrixBatch(square: Self.name, x.shape)
        let offsets = selection.offsets(batch.rows)
        let result = Tensor(uninitialized: Shape(x.shape.dropLast(2) + [offsets.count]))
        for index in 0..<batch.count {
            let (source, target) = (x.pointer + index * batch.size, result.mutablePointer + index * offsets.count)
            for (place, offset) in offsets.enumerated() { target[place] = source[offset] }
        }
        withExtendedLifetime(x) {}
        return TensorList(result)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let gradient = gradients[0]
        let batch = MatrixBatch(square: Self.name, pass.shape(ofInput: 0))
        let offsets = selection.offsets(batch.rows)
        let result = Tensor(zeros: pass.shape(ofInput: 0))
        for index in 0..<batch.count {
            let (source, target) = (gradient.pointer + index * offsets.count, result.mutablePointer + index * batch.size)
            for (place, offset) in offsets.enumerated() { target[offset] = source[place] }
        }
        withExtendedLifetime(gradient) {}
        return TensorList(result)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }
}
