/// Eigenvalues and eigenvectors of symmetric matrices.
public struct SymmetricEigendecomposition: Sendable {
    /// `[..., n]`, in ascending order.
    public var values: Tensor
    /// `[..., n, n]`: column k is the eigenvector of `values[..., k]`, of length 1.
    public var vectors: Tensor
}

/// The eigenvalues and eigenvectors of the symmetric matrices (x + xᵀ) / 2.
///
/// The gradient is that of this symmetric part, hence symmetric. Through the vectors it exists where the eigenvalues concerned are distinct
/// and is only defined for functions that do not depend on the vectors' signs; what would come from pairs of equal eigenvalues is left out.
///
/// - Parameter x: `[..., n, n]`.
/// - Returns: NaN for a matrix that is not finite.
/// - Precondition: square matrices, a batch that is not empty.
public func symmetricEigendecomposition(_ x: Tensor) -> SymmetricEigendecomposition {
    let results = apply(SymmetricEigen(givesVectors: true), to: TensorList(x))
    return SymmetricEigendecomposition(values: results[0], vectors: results[1])
}

/// The eigenvalues of the symmetric matrices (x + xᵀ) / 2 in ascending order, as `symmetricEigendecomposition` gives them.
///
/// - Parameter x: `[..., n, n]`.
/// - Returns: `[..., n]`.
public func symmetricEigenvalues(_ x: Tensor) -> Tensor { apply(SymmetricEigen(givesVectors: false), x) }

struct SymmetricEigen: Operation {
    static let name = "symmetric eigendecomposition"

    let givesVectors: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let batch = MatrixBatch(square: Self.name, x.shape)
        let n = batch.rows
        let needsVectors = givesVectors || pass.isRecording
        let values = Tensor(uninitialized: Shape(x.shape.dropLast()))
        let vectors = givesVectors ? Tensor(uninitialized: x.shape) : nil
        let kept = pass.isRecording ? DoubleBlock(count: batch.count * (n + n * n)) : nil
        batch.forEach(operations: 10 * n * n * n, workspace: n * n + n + symmetricEigenWork(n)) { index, memory in
            let (spectrum, rows) = (memory, memory + n)
            rows.loadSymmetricPart(x.pointer + index * n * n, n)
            if !symmetricEigen(n, rows, values: spectrum, work: rows + n * n, computesVectors: needsVectors) {
                memory.update(repeating: .nan, count: n + n * n)
            }
            spectrum.store(values.mutablePointer + index * n, count: n)
            if let vectors {
                let target = vectors.mutablePointer + index * n * n
                for i in 0..<n {
                    for k in 0..<n { target[i * n + k] = Float(rows[k * n + i]) }
                }
            }
            if let kept { (kept.pointer + index * (n + n * n)).update(from: memory, count: n + n * n) }
        }
        pass.save(kept?.tensor)
        return givesVectors ? TensorList(values, vectors) : TensorList(values)
    }

    /// V (diag(dλ) + F ∘ (Vᵀ dV)) Vᵀ with F[i, j] = 1 / (λ[j] - λ[i]).
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let shape = pass.shape(ofInput: 0)
        let batch = MatrixBatch(square: Self.name, shape)
        let n = batch.rows
        let kept = DoubleBlock(pass.saved[0])
        let (dValues, dVectors) = (gradients.optional(0), gradients.optional(1))
        let result = Tensor(uninitialized: shape)
        batch.forEach(operations: 6 * n * n * n, workspace: 3 * n * n) { index, memory in
            let values = kept.pointer + index * (n + n * n), rows = values + n
            let (inner, product, gradient) = (memory, memory + n * n, memory + 2 * n * n)
            if let dVectors {
                gradient.load(dVectors.pointer + index * n * n, count: n * n)
                multiply(n, n, n, rows, gradient, into: inner)
            } else {
                inner.update(repeating: 0, count: n * n)
            }
            for i in 0..<n {
                for j in 0..<n where i != j {
                    let gap = values[j] - values[i]
                    inner[i * n + j] = gap == 0 ? 0 : inner[i * n + j] / gap
                }
                inner[i * n + i] = dValues.map { Double($0.pointer[index * n + i]) } ?? 0
            }
            multiply(n, n, n, inner, rows, into: product)
            multiply(n, n, n, rows, aIsTransposed: true, product, into: gradient)
            gradient.storeSymmetricPart(result.mutablePointer + index * n * n, n)
        }
        withExtendedLifetime((kept.tensor, gradients)) {}
        return TensorList(result)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 10 * inputs[0].elementCount * (inputs[0].last ?? 0) }
}
