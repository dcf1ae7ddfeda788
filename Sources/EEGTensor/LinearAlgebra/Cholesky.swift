/// The lower triangular factors L of symmetric positive definite matrices, L Lᵀ = (x + xᵀ) / 2.
///
/// The gradient is that of the symmetric part, hence symmetric (Murray, arXiv:1602.07527).
///
/// - Parameter x: `[..., n, n]`.
/// - Returns: `[..., n, n]`, zeros above the diagonal; NaN for a matrix that is not positive definite.
/// - Precondition: square matrices, a batch that is not empty.
public func cholesky(_ x: Tensor) -> Tensor { apply(Cholesky(), x) }

struct Cholesky: Operation {
    static let name = "cholesky"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let batch = MatrixBatch(square: Self.name, x.shape)
        let n = batch.rows
        let kept = pass.isRecording ? DoubleBlock(count: x.count) : nil
        let result = Tensor(uninitialized: x.shape)
        batch.forEach(operations: n * n * n / 3 + 400, workspace: n * n) { index, factor in
            factor.loadSymmetricPart(x.pointer + index * n * n, n)
            if factorCholesky(n, factor) != 0 { factor.update(repeating: .nan, count: n * n) }
            factor.store(result.mutablePointer + index * n * n, count: n * n)
            if let kept { (kept.pointer + index * n * n).update(from: factor, count: n * n) }
        }
        withExtendedLifetime((x, kept?.tensor)) {}
        pass.save(kept?.tensor)
        return TensorList(result)
    }

    /// L⁻ᵀ P L⁻¹, P the symmetric part of the lower triangle of Lᵀ dL with its diagonal halved.
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let gradient = gradients[0]
        let batch = MatrixBatch(square: Self.name, gradient.shape)
        let n = batch.rows
        let kept = DoubleBlock(pass.saved[0])
        let result = pass.result(overwriting: 0, of: gradients)
        batch.forEach(operations: 4 * n * n * n + 400, workspace: 2 * n * n) { index, memory in
            let (factor, inner, dFactor) = (kept.pointer + index * n * n, memory, memory + n * n)
            let source = gradient.pointer + index * n * n
            for i in 0..<n {
                for j in 0..<n { dFactor[i * n + j] = j > i ? 0 : Double(source[i * n + j]) }
            }
            multiply(n, n, n, factor, aIsTransposed: true, dFactor, into: inner)
            for i in 0..<n {
                for j in 0..<i {
                    inner[i * n + j] /= 2
                    inner[j * n + i] = inner[i * n + j]
                }
                inner[i * n + i] /= 2
            }
            // L⁻ᵀ P, transposed to P L⁻¹, then L⁻ᵀ P L⁻¹.
            solveTriangular(n, n, factor, transposed: true, inner)
            transpose(n, inner)
            solveTriangular(n, n, factor, transposed: true, inner)
            inner.storeSymmetricPart(result.mutablePointer + index * n * n, n)
        }
        withExtendedLifetime((gradient, kept.tensor)) {}
        return TensorList(result)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { inputs[0].elementCount * (inputs[0].last ?? 0) / 3 }
}

private func transpose(_ n: Int, _ a: UnsafeMutablePointer<Double>) {
    for i in 0..<n {
        for j in 0..<i { (a[i * n + j], a[j * n + i]) = (a[j * n + i], a[i * n + j]) }
    }
}
