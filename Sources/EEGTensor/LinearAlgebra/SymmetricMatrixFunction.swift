/// The matrix logarithm of symmetric positive definite matrices (x + xᵀ) / 2: the logarithms of their eigenvalues with the same eigenvectors.
///
/// The gradient (Daleckii and Krein, 1965) is that of the symmetric part, hence symmetric, and exact for equal eigenvalues too.
///
/// - Parameters:
///   - x: `[..., n, n]`.
///   - minimumEigenvalue: smaller eigenvalues count as this one, and have no gradient.
/// - Returns: `[..., n, n]`; NaN or infinite for a matrix with an eigenvalue that is not positive.
/// - Precondition: square matrices, a batch that is not empty.
public func matrixLogarithm(_ x: Tensor, minimumEigenvalue: Double? = nil) -> Tensor {
    apply(SymmetricMatrixFunction(function: .logarithm, minimumEigenvalue: minimumEigenvalue), x)
}

/// The matrix exponential of the symmetric matrices (x + xᵀ) / 2, `[..., n, n]`; the gradient is as for `matrixLogarithm`.
public func matrixExponential(_ x: Tensor) -> Tensor { apply(SymmetricMatrixFunction(function: .exponential, minimumEigenvalue: nil), x) }

/// The symmetric square root of symmetric positive semidefinite matrices (x + xᵀ) / 2, `[..., n, n]`; as `matrixLogarithm` in all else.
public func matrixSquareRoot(_ x: Tensor, minimumEigenvalue: Double? = nil) -> Tensor {
    apply(SymmetricMatrixFunction(function: .squareRoot, minimumEigenvalue: minimumEigenvalue), x)
}

/// The inverse of the symmetric square root of symmetric positive definite matrices (x + xᵀ) / 2, `[..., n, n]`: the whitening of a
/// covariance; as `matrixLogarithm` in all else.
public func matrixInverseSquareRoot(_ x: Tensor, minimumEigenvalue: Double? = nil) -> Tensor {
    apply(SymmetricMatrixFunction(function: .inverseSquareRoot, minimumEigenvalue: minimumEigenvalue), x)
}

/// A power of symmetric positive definite matrices (x + xᵀ) / 2, `[..., n, n]`; as `matrixLogarithm` in all else.
public func matrixPower(_ x: Tensor, _ exponent: Double, minimumEigenvalue: Double? = nil) -> Tensor {
    apply(SymmetricMatrixFunction(function: .power(exponent), minimumEigenvalue: minimumEigenvalue), x)
}

/// Applies a function to the eigenvalues of symmetric matrices.
struct SymmetricMatrixFunction: Operation {
    static let name = "symmetric matrix function"

    let function: ScalarFunction
    let minimumEigenvalue: Double?

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let batch = MatrixBatch(square: Self.name, x.shape)
        let n = batch.rows
        let spectral = SpectralFunction(function, minimumEigenvalue, size: n)
        let kept = pass.isRecording ? DoubleBlock(count: batch.count * spectral.keptCount) : nil
        let result = Tensor(uninitialized: x.shape)
        batch.forEach(operations: 14 * n * n * n, workspace: n * n + spectral.workCount) { index, memory in
            memory.loadSymmetricPart(x.pointer + index * n * n, n)
            spectral.apply(memory, work: memory + n * n, kept: kept.map { $0.pointer + index * spectral.keptCount })
            memory.storeSymmetricPart(result.mutablePointer + index * n * n, n)
        }
        withExtendedLifetime((x, kept?.tensor)) {}
        pass.save(kept?.tensor)
        return TensorList(result)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let gradient = gradients[0]
        let batch = MatrixBatch(square: Self.name, gradient.shape)
        let n = batch.rows
        let spectral = SpectralFunction(function, minimumEigenvalue, size: n)
        let kept = DoubleBlock(pass.saved[0])
        let result = pass.result(overwriting: 0, of: gradients)
        batch.forEach(operations: 8 * n * n * n, workspace: 2 * n * n) { index, memory in
            memory.loadSymmetricPart(gradient.pointer + index * n * n, n)
            spectral.pullBack(memory, work: memory + n * n, kept: kept.pointer + index * spectral.keptCount)
            memory.storeSymmetricPart(result.mutablePointer + index * n * n, n)
        }
        withExtendedLifetime((gradient, kept.tensor)) {}
        return TensorList(result)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 14 * inputs[0].elementCount * (inputs[0].last ?? 0) }
}

/// A function of one symmetric matrix in Double, and its derivative.
struct SpectralFunction {
    let function: ScalarFunction
    let minimumEigenvalue: Double?
    let n: Int

    init(_ function: ScalarFunction, _ minimumEigenvalue: Double?, size n: Int) {
        (self.function, self.minimumEigenvalue, self.n) = (function, minimumEigenvalue, n)
    }

    /// What `pullBack` needs: eigenvalues, then eigenvectors as rows.
    var keptCount: Int { n + n * n }
    var workCount: Int { n + 2 * n * n + symmetricEigenWork(n) }

    /// Replaces the symmetric matrix `a` by its function.
    func apply(_ a: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>, kept: UnsafeMutablePointer<Double>?) {
        let (values, rows, scaled) = (work, work + n, work + n + n * n)
        rows.update(from: a, count: n * n)
        if !symmetricEigen(n, rows, values: values, work: scaled + n * n) { values.update(repeating: .nan, count: keptCount) }
        kept?.update(from: values, count: keptCount)
        for k in 0..<n {
            let value = function(clamped(values[k]))
            for i in 0..<n { scaled[k * n + i] = value * rows[k * n + i] }
        }
        multiply(n, n, n, rows, aIsTransposed: true, scaled, into: a)
    }

    /// Replaces the symmetric gradient `g` with respect to the function's value by that with respect to the matrix:
    /// V (K ∘ (Vᵀ g V)) Vᵀ, K[i, j] the divided difference of the function at the eigenvalues i and j.
    func pullBack(_ g: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>, kept: UnsafePointer<Double>) {
        let (values, rows) = (kept, kept + n)
        multiply(n, n, n, rows, g, into: work)
        multiply(n, n, n, work, rows, bIsTransposed: true, into: g)
        for i in 0..<n {
            for j in 0..<n { g[i * n + j] *= dividedDifference(values[i], values[j]) }
        }
        multiply(n, n, n, g, rows, into: work)
        multiply(n, n, n, rows, aIsTransposed: true, work, into: g)
    }

    private func clamped(_ value: Double) -> Double {
        guard let minimumEigenvalue, value < minimumEigenvalue else { return value }
        return minimumEigenvalue
    }

    private func dividedDifference(_ a: Double, _ b: Double) -> Double {
        let (x, y) = (clamped(a), clamped(b))
        if x == a && y == b { return function.dividedDifference(a, b) }
        return x == y ? 0 : function.dividedDifference(x, y) * ((x - y) / (a - b))
    }
}
