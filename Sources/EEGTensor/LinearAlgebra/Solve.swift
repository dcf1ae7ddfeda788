/// The solutions x of the linear systems a x = b.
///
/// - Parameters:
///   - a: `[..., n, n]`.
///   - b: `[..., n, m]`, with the leading axes of `a`.
/// - Returns: `[..., n, m]`; NaN where a matrix is singular.
/// - Precondition: shapes that fit, a batch that is not empty.
public func solve(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Solve(), a, b) }

/// The inverses of square matrices `[..., n, n]`; NaN where a matrix is singular. To apply an inverse, `solve` is faster and more exact.
///
/// - Precondition: square matrices, a batch that is not empty.
public func inverse(_ a: Tensor) -> Tensor {
    let batch = MatrixBatch(square: "inverse", a.shape)
    let n = batch.rows
    let identities = Tensor(unsafeUninitializedShape: a.shape) { elements in
        for index in elements.indices { elements[index] = index % (n * n) % (n + 1) == 0 ? 1 : 0 }
    }
    return solve(a, identities)
}

struct Solve: Operation {
    static let name = "solve"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (a, b) = (inputs[0], inputs[1])
        let batch = MatrixBatch(square: Self.name, a.shape)
        let (n, m) = (batch.rows, Self.columns(a.shape, b.shape))
        let keptCount = Self.keptCount(n)
        let kept = pass.isRecording ? DoubleBlock(count: batch.count * keptCount) : nil
        let result = Tensor(uninitialized: b.shape)
        batch.forEach(operations: n * n * (n + 2 * m) + 400, workspace: keptCount + n * m) { index, memory in
            let columns = memory + keptCount
            memory.load(a.pointer + index * n * n, count: n * n)
            loadTransposed(b.pointer + index * n * m, n, m, columns)
            if !factorLU(n, memory, pivots: Self.pivots(memory, n)) {
                // The factors of a singular matrix are not used: NaN passes through them.
                memory.update(repeating: .nan, count: n * n)
            }
            Self.solve(n, m, memory, transposed: false, columns)
            storeTransposed(columns, m, n, result.mutablePointer + index * n * m)
            if let kept { (kept.pointer + index * keptCount).update(from: memory, count: keptCount) }
        }
        withExtendedLifetime((a, b)) {}
        pass.save(kept?.tensor)
        pass.save(result)
        return TensorList(result)
    }

    /// db = a⁻ᵀ dx, da = -db xᵀ.
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let gradient = gradients[0]
        let (kept, x) = (DoubleBlock(pass.saved[0]), pass.saved[1])
        let batch = MatrixBatch(square: Self.name, pass.shape(ofInput: 0))
        let (n, m) = (batch.rows, Self.columns(pass.shape(ofInput: 0), gradient.shape))
        let da = pass.needsGradient(0) ? Tensor(uninitialized: pass.shape(ofInput: 0)) : nil
        let db = Tensor(uninitialized: gradient.shape)
        batch.forEach(operations: 4 * n * n * m + 400, workspace: 2 * n * m + n * n) { index, memory in
            let (columns, solution, product) = (memory, memory + n * m, memory + 2 * n * m)
            loadTransposed(gradient.pointer + index * n * m, n, m, columns)
            Self.solve(n, m, kept.pointer + index * Self.keptCount(n), transposed: true, columns)
            storeTransposed(columns, m, n, db.mutablePointer + index * n * m)
            guard let da else { return }
            solution.load(x.pointer + index * n * m, count: n * m)
            multiply(n, n, m, columns, aIsTransposed: true, solution, bIsTransposed: true, scale: -1, into: product)
            product.store(da.mutablePointer + index * n * n, count: n * n)
        }
        withExtendedLifetime((kept.tensor, x, gradient)) {}
        return TensorList([da, pass.needsGradient(1) ? db : nil])
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        let n = inputs[0].last ?? 0
        return 2 * inputs[0].elementCount * n / 3 + 2 * inputs[1].elementCount * n
    }

    private static func columns(_ a: Shape, _ b: Shape) -> Int {
        require(
            b.rank == a.rank && b.dropLast().elementsEqual(a.dropLast()),
            "solve: the right side must be \(Array(a.dropLast())) and one more axis for matrices \(a), its shape is \(b)")
        require(b[b.rank - 1] > 0, "solve: the right side is empty: \(b)")
        return b[b.rank - 1]
    }

    /// The factors, then the row exchanges as 32-bit integers.
    private static func keptCount(_ n: Int) -> Int { n * n + (n + 1) / 2 }

    private static func pivots(_ kept: UnsafeMutablePointer<Double>, _ n: Int) -> UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(kept + n * n).assumingMemoryBound(to: Int32.self)
    }

    private static func solve(
        _ n: Int, _ m: Int, _ kept: UnsafeMutablePointer<Double>, transposed: Bool, _ columns: UnsafeMutablePointer<Double>
    ) {
        guard !kept[0].isNaN else { return columns.update(repeating: .nan, count: n * m) }
        solveFactored(n, m, kept, pivots: pivots(kept, n), transposed: transposed, columns)
    }
}

/// Writes the transpose of `source [rows, columns]`.
private func loadTransposed(_ source: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ target: UnsafeMutablePointer<Double>) {
    for i in 0..<rows {
        for j in 0..<columns { target[j * rows + i] = Double(source[i * columns + j]) }
    }
}

private func storeTransposed(_ source: UnsafePointer<Double>, _ rows: Int, _ columns: Int, _ target: UnsafeMutablePointer<Float>) {
    for i in 0..<rows {
        for j in 0..<columns { target[j * rows + i] = Float(source[i * columns + j]) }
    }
}
