/// Why a decomposition of a matrix does not exist, or could not be computed.
public enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
    /// The matrix is not positive definite; `leadingRows` is the size of its first leading part that is not.
    case notPositiveDefinite(leadingRows: Int)
    /// The matrix is singular, or contains infinite numbers or NaN.
    case singular
    /// The iteration for eigenvalues or singular values did not succeed: the matrix contains infinite numbers or NaN.
    case notConverged

    public var description: String {
        switch self {
        case .notPositiveDefinite(let rows): "the matrix is not positive definite: its first \(rows) rows and columns are not"
        case .singular: "the matrix is singular or contains infinite numbers"
        case .notConverged: "the eigenvalues or singular values could not be computed: the matrix contains infinite numbers"
        }
    }
}

extension Matrix {
    /// Eigenvalues in ascending order, and an eigenvector of length 1 for each, one a column.
    public struct SymmetricEigendecomposition: Sendable {
        public var values: [Double]
        public var vectors: Matrix
    }

    /// `u diag(values) v` with the values in descending order; `u` has orthonormal columns, `v` orthonormal rows.
    public struct SingularValueDecomposition: Sendable {
        public var u: Matrix
        public var values: [Double]
        public var v: Matrix
    }

    /// The eigenvalues and eigenvectors of a symmetric matrix; only the lower triangle is read.
    ///
    /// - Precondition: a square matrix that is not empty.
    public func symmetricEigendecomposition() throws(LinearAlgebraError) -> SymmetricEigendecomposition {
        requireSquare("symmetricEigendecomposition")
        var (vectors, values) = (lowerTriangleMirrored, [Double](repeating: 0, count: rows))
        let succeeded = vectors.withElements { a in
            values.withUnsafeMutableBufferPointer { values in
                withWorkspace(symmetricEigenWork(rows)) { work in
                    guard let values = values.baseAddress else { return false }
                    return symmetricEigen(rows, a, values: values, work: work)
                }
            }
        }
        guard succeeded else { throw .notConverged }
        return SymmetricEigendecomposition(values: values, vectors: vectors.transposed)
    }

    /// The lower triangular factor L with L Lᵀ the symmetric matrix; only the lower triangle is read.
    ///
    /// - Precondition: a square matrix that is not empty.
    public func cholesky() throws(LinearAlgebraError) -> Matrix {
        requireSquare("cholesky")
        var factor = self
        let failure = factor.withElements { factorCholesky(rows, $0) }
        guard failure == 0 else { throw .notPositiveDefinite(leadingRows: failure) }
        return factor
    }

    /// The solution x of `self x = b`.
    ///
    /// - Precondition: a square matrix that is not empty, and as many rows in `b`.
    public func solve(_ b: Matrix) throws(LinearAlgebraError) -> Matrix {
        requireSquare("solve")
        require(b.rows == rows, "Matrix.solve: \(b.rows) rows on the right of \(rows) x \(columns)")
        var (factors, solution) = (self, b.transposed)
        var pivots = [Int32](repeating: 0, count: rows)
        let isRegular = factors.withElements { factors in
            pivots.withUnsafeMutableBufferPointer { pivots in
                guard let pivots = pivots.baseAddress, factorLU(rows, factors, pivots: pivots) else { return false }
                solution.withElements { solveFactored(rows, b.columns, factors, pivots: pivots, transposed: false, $0) }
                return true
            }
        }
        guard isRegular else { throw .singular }
        return solution.transposed
    }

    /// The thin singular value decomposition.
    ///
    /// - Precondition: a matrix that is not empty.
    public func singularValueDecomposition() throws(LinearAlgebraError) -> SingularValueDecomposition {
        require(rows > 0 && columns > 0, "Matrix.singularValueDecomposition: the matrix is empty: \(rows) x \(columns)")
        let smaller = min(rows, columns)
        var (a, u, v) = (self, Matrix(zeros: rows, smaller), Matrix(zeros: smaller, columns))
        var values = [Double](repeating: 0, count: smaller)
        let succeeded = a.withElements { a in
            u.withElements { u in
                v.withElements { v in
                    values.withUnsafeMutableBufferPointer { values in
                        withWorkspace(singularValueWork(rows, columns)) { work in
                            guard let values = values.baseAddress else { return false }
                            return decomposeSingularValues(rows, columns, a, values: values, u: u, v: v, work: work)
                        }
                    }
                }
            }
        }
        guard succeeded else { throw .notConverged }
        return SingularValueDecomposition(u: u, values: values, v: v)
    }

    /// The pseudoinverse (Moore and Penrose), which gives least-squares solutions of least length.
    ///
    /// - Parameter tolerance: singular values at most this fraction of the largest count as 0; the larger size times 2⁻⁵² if absent.
    /// - Precondition: a matrix that is not empty.
    public func pseudoinverse(tolerance: Double? = nil) throws(LinearAlgebraError) -> Matrix {
        let decomposition = try singularValueDecomposition()
        let limit = (tolerance ?? Double(max(rows, columns)) * 0x1p-52) * (decomposition.values.first ?? 0)
        var scaled = decomposition.v.transposed
        for row in 0..<scaled.rows {
            for (column, value) in decomposition.values.enumerated() {
                scaled[row, column] = value > limit ? scaled[row, column] / value : 0
            }
        }
        return scaled * decomposition.u.transposed
    }

    private var lowerTriangleMirrored: Matrix {
        var result = self
        for row in 0..<rows {
            for column in 0..<row { result[column, row] = self[row, column] }
        }
        return result
    }

    private func requireSquare(_ operation: String) {
        require(rows == columns && rows > 0, "Matrix.\(operation): the matrix must be square and not empty, it is \(rows) x \(columns)")
    }

    private mutating func withElements<Result>(_ body: (UnsafeMutablePointer<Double>) -> Result) -> Result {
        elements.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { requirementFailed("Matrix: no elements", file: #fileID, line: #line) }
            return body(base)
        }
    }
}

private func withWorkspace<Result>(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { memory in
        guard let base = memory.baseAddress else { requirementFailed("Matrix: no working memory", file: #fileID, line: #line) }
        return body(base)
    }
}
