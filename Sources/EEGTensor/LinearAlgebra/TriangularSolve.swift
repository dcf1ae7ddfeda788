/// The solutions x of l x = b, or of lᵀ x = b, with lower triangular matrices l.
///
/// - Parameters:
///   - l: `[..., n, n]`; what lies above the diagonal is not read and has gradient 0.
///   - b: `[..., n, m]`, with the leading axes of `l`.
///   - transposed: whether the systems are lᵀ x = b.
/// - Returns: `[..., n, m]`; infinite or NaN where a diagonal element is 0.
/// - Precondition: shapes that fit, a batch that is not empty.
public func triangularSolve(_ l: Tensor, _ b: Tensor, transposed: Bool = false) -> Tensor {
    apply(TriangularSolve(isTransposed: transposed), l, b)
}

/// The solutions x of l lᵀ x = b, with the factors l that `cholesky` gives; shapes as for `triangularSolve`.
public func solve(cholesky l: Tensor, _ b: Tensor) -> Tensor { triangularSolve(l, triangularSolve(l, b), transposed: true) }

struct TriangularSolve: Operation {
    static let name = "triangular solve"

    let isTransposed: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (l, b) = (inputs[0], inputs[1])
        let batch = MatrixBatch(square: Self.name, l.shape)
        require(
            b.rank == l.rank && b.shape.dropLast().elementsEqual(l.shape.dropLast()) && !b.shape.contains(0),
            "\(Self.name): the right side must be \(Array(l.shape.dropLast())) and one more axis for matrices \(l.shape), its shape is \(b.shape)")
        let (n, m) = (batch.rows, b.shape[b.rank - 1])
        let result = Tensor(uninitialized: b.shape)
        batch.forEach(operations: n * n * m + 400, workspace: n * n + n * m) { index, memory in
            let x = memory + n * n
            memory.load(l.pointer + index * n * n, count: n * n)
            x.load(b.pointer + index * n * m, count: n * m)
            solveTriangular(n, m, memory, transposed: isTransposed, x)
            x.store(result.mutablePointer + index * n * m, count: n * m)
        }
        pass.save(l)
        pass.save(result)
        withExtendedLifetime((l, b)) {}
        return TensorList(result)
    }

    /// db = l⁻ᵀ dx and dl = -db xᵀ; with transposed systems db = l⁻¹ dx and dl = -x dbᵀ; of dl the lower triangle.
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let gradient = gradients[0]
        let (l, x) = (pass.saved[0], pass.saved[1])
        let batch = MatrixBatch(square: Self.name, l.shape)
        let (n, m) = (batch.rows, x.shape[x.rank - 1])
        let dl = pass.needsGradient(0) ? Tensor(uninitialized: l.shape) : nil
        let db = Tensor(uninitialized: x.shape)
        batch.forEach(operations: 3 * n * n * m + 400, workspace: n * n + 2 * n * m) { index, memory in
            let (solution, other) = (memory + n * n, memory + n * n + n * m)
            memory.load(l.pointer + index * n * n, count: n * n)
            solution.load(gradient.pointer + index * n * m, count: n * m)
            solveTriangular(n, m, memory, transposed: !isTransposed, solution)
            solution.store(db.mutablePointer + index * n * m, count: n * m)
            guard let dl else { return }
            other.load(x.pointer + index * n * m, count: n * m)
            multiply(n, n, m, isTransposed ? other : solution, isTransposed ? solution : other, bIsTransposed: true, scale: -1, into: memory)
            for i in 0..<n { (memory + i * n + i + 1).update(repeating: 0, count: n - i - 1) }
            memory.store(dl.mutablePointer + index * n * n, count: n * n)
        }
        withExtendedLifetime((gradient, l, x)) {}
        return TensorList([dl, pass.needsGradient(1) ? db : nil])
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { inputs[1].elementCount * (inputs[0].last ?? 0) }
}
