/// A thin singular value decomposition x = u diag(values) v, k the smaller size of the matrices.
public struct SingularValueDecomposition: Sendable {
    /// `[..., m, k]`, with orthonormal columns.
    public var u: Tensor
    /// `[..., k]`, in descending order.
    public var values: Tensor
    /// `[..., k, n]`, with orthonormal rows.
    public var v: Tensor
}

/// The thin singular value decomposition of matrices.
///
/// The gradient through `u` and `v` (Townsend, 2016) exists where the singular values are distinct and positive, and is only defined for
/// functions that do not depend on the vectors' signs; what would come from pairs of equal values is left out.
///
/// - Parameter x: `[..., m, n]`.
/// - Returns: NaN for a matrix that is not finite.
/// - Precondition: at least two axes, a batch that is not empty.
public func singularValueDecomposition(_ x: Tensor) -> SingularValueDecomposition {
    let results = apply(SingularValues(givesVectors: true), to: TensorList(x))
    return SingularValueDecomposition(u: results[1], values: results[0], v: results[2])
}

/// The singular values of matrices `[..., m, n]` in descending order, `[..., min(m, n)]`; NaN for a matrix that is not finite.
public func singularValues(_ x: Tensor) -> Tensor { apply(SingularValues(givesVectors: false), x) }

struct SingularValues: Operation {
    static let name = "singular value decomposition"

    let givesVectors: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let batch = MatrixBatch(Self.name, x.shape)
        let sizes = Sizes(batch)
        let (m, n, k) = (sizes.m, sizes.n, sizes.k)
        let leading = Array(x.shape.dropLast(2))
        let values = Tensor(uninitialized: Shape(leading + [k]))
        let u = givesVectors ? Tensor(uninitialized: Shape(leading + [m, k])) : nil
        let v = givesVectors ? Tensor(uninitialized: Shape(leading + [k, n])) : nil
        let kept = pass.isRecording ? DoubleBlock(count: batch.count * sizes.keptCount) : nil
        batch.forEach(operations: 20 * m * n * k, workspace: sizes.keptCount + m * n + singularValueWork(m, n)) { index, memory in
            let (left, right, matrix) = (memory + k, memory + k + m * k, memory + sizes.keptCount)
            matrix.load(x.pointer + index * m * n, count: m * n)
            if !decomposeSingularValues(m, n, matrix, values: memory, u: left, v: right, work: matrix + m * n) {
                memory.update(repeating: .nan, count: sizes.keptCount)
            }
            memory.store(values.mutablePointer + index * k, count: k)
            if let u { left.store(u.mutablePointer + index * m * k, count: m * k) }
            if let v { right.store(v.mutablePointer + index * k * n, count: k * n) }
            if let kept { (kept.pointer + index * sizes.keptCount).update(from: memory, count: sizes.keptCount) }
        }
        withExtendedLifetime((x, kept?.tensor)) {}
        pass.save(kept?.tensor)
        return givesVectors ? TensorList(values, u, v) : TensorList(values)
    }

    /// With F[i, j] = 1 / (s[j]² - s[i]²): u (F ∘ (uᵀ du - duᵀ u) S + S F ∘ (v dvᵀ - dv vᵀ) + diag(ds)) v
    /// + (I - u uᵀ) du S⁻¹ v + u S⁻¹ dv (I - vᵀ v).
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let shape = pass.shape(ofInput: 0)
        let batch = MatrixBatch(Self.name, shape)
        let sizes = Sizes(batch)
        let (m, n, k) = (sizes.m, sizes.n, sizes.k)
        let kept = DoubleBlock(pass.saved[0])
        let (dValues, du, dv) = (gradients.optional(0), gradients.optional(1), gradients.optional(2))
        let result = Tensor(uninitialized: shape)
        batch.forEach(operations: 12 * m * n * k, workspace: 2 * k * k + (m + n) * k + m * n) { index, memory in
            let s = kept.pointer + index * sizes.keptCount, u = s + k, v = u + m * k
            let inner = memory, overlap = inner + k * k, left = overlap + k * k, right = left + m * k, sum = right + k * n
            inner.update(repeating: 0, count: k * k)
            for i in 0..<k { inner[i * k + i] = dValues.map { Double($0.pointer[index * k + i]) } ?? 0 }
            left.update(repeating: 0, count: m * k)
            right.update(repeating: 0, count: k * n)
            if let du {
                left.load(du.pointer + index * m * k, count: m * k)
                multiply(k, k, m, u, aIsTransposed: true, left, into: overlap)
                Self.addRotation(k, s, overlap, scalesColumns: true, into: inner)
                multiply(m, k, k, u, overlap, scale: -1, into: left, adding: true)
                for i in 0..<m {
                    for j in 0..<k { left[i * k + j] = m > k ? left[i * k + j] / s[j] : 0 }
                }
            }
            if let dv {
                right.load(dv.pointer + index * k * n, count: k * n)
                multiply(k, k, n, v, right, bIsTransposed: true, into: overlap)
                Self.addRotation(k, s, overlap, scalesColumns: false, into: inner)
                // dv - (dv vᵀ) v, where `overlap` is v dvᵀ.
                multiply(k, n, k, overlap, aIsTransposed: true, v, scale: -1, into: right, adding: true)
                for i in 0..<k {
                    for j in 0..<n { right[i * n + j] = n > k ? right[i * n + j] / s[i] : 0 }
                }
            }
            multiply(m, k, k, u, inner, into: left, adding: true)
            multiply(m, n, k, left, v, into: sum)
            multiply(m, n, k, u, right, into: sum, adding: true)
            sum.store(result.mutablePointer + index * m * n, count: m * n)
        }
        withExtendedLifetime((kept.tensor, gradients)) {}
        return TensorList(result)
    }

    /// Adds F ∘ (overlap - overlapᵀ) with its columns (else its rows) times the singular values.
    private static func addRotation(
        _ k: Int, _ s: UnsafePointer<Double>, _ overlap: UnsafePointer<Double>, scalesColumns: Bool, into inner: UnsafeMutablePointer<Double>
    ) {
        for i in 0..<k {
            for j in 0..<k where s[i] != s[j] {
                let rotation = (overlap[i * k + j] - overlap[j * k + i]) / ((s[j] - s[i]) * (s[j] + s[i]))
                inner[i * k + j] += rotation * (scalesColumns ? s[j] : s[i])
            }
        }
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 20 * inputs[0].elementCount * (outputs[0].last ?? 0) }

    private struct Sizes {
        let m: Int
        let n: Int
        let k: Int

        init(_ batch: MatrixBatch) { (m, n, k) = (batch.rows, batch.columns, min(batch.rows, batch.columns)) }

        /// Singular values, then `u`, then `v`.
        var keptCount: Int { k + (m + n) * k }
    }
}
