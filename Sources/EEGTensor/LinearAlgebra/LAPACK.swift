internal import COpenBLAS

// LAPACK reads matrices by columns, so what it sees of a row-major matrix is the transpose; the names below speak of rows.

/// `c [m, n] = a b`, all row-major without gaps, either operand possibly stored transposed.
func multiply(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, aIsTransposed: Bool = false, _ b: UnsafePointer<Double>,
    bIsTransposed: Bool = false, scale: Double = 1, into c: UnsafeMutablePointer<Double>, adding: Bool = false
) {
    pinOpenBLAS()
    cblas_dgemm(
        CblasRowMajor, aIsTransposed ? CblasTrans : CblasNoTrans, bIsTransposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k),
        scale, a, Int32(aIsTransposed ? m : k), b, Int32(bIsTransposed ? k : n), adding ? 1 : 0, c, Int32(n))
}

/// Replaces `b [n, m]` by the solution x of `l x = b`, or of `lᵀ x = b`, with the lower triangle `l`.
func solveTriangular(_ n: Int, _ m: Int, _ l: UnsafePointer<Double>, transposed: Bool, _ b: UnsafeMutablePointer<Double>) {
    pinOpenBLAS()
    cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, transposed ? CblasTrans : CblasNoTrans, CblasNonUnit, Int32(n), Int32(m), 1, l, Int32(n), b,
        Int32(m))
}

/// Replaces the symmetric matrix `a [n, n]` by its eigenvectors, one a row, and writes its eigenvalues in ascending order.
///
/// - Parameter work: `symmetricEigenWork(n)` numbers.
/// - Returns: whether it succeeded; it does not where `a` is not finite.
func symmetricEigen(
    _ n: Int, _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>,
    computesVectors: Bool = true
) -> Bool {
    guard a.isFinite(count: n * n) else { return false }
    pinOpenBLAS()
    var size = Int32(n), info: Int32 = 0
    var workCount = Int32(1 + 6 * n + 2 * n * n), integerCount = Int32(3 + 5 * n)
    UnsafeMutableRawPointer(work + Int(workCount)).withMemoryRebound(to: Int32.self, capacity: Int(integerCount)) { integers in
        dsyevd_(computesVectors ? "V" : "N", "L", &size, a, &size, values, work, &workCount, integers, &integerCount, &info)
    }
    return info == 0
}

func symmetricEigenWork(_ n: Int) -> Int { (1 + 6 * n + 2 * n * n) + (3 + 5 * n + 1) / 2 }

/// Replaces the lower triangle of `a [n, n]`, symmetric, by its Cholesky factor and clears the part above.
///
/// - Returns: 0, or the size of the first leading part of `a` that is not positive definite.
func factorCholesky(_ n: Int, _ a: UnsafeMutablePointer<Double>) -> Int {
    pinOpenBLAS()
    var size = Int32(n), info: Int32 = 0
    dpotrf_("U", &size, a, &size, &info)
    for i in 0..<n {
        for j in (i + 1)..<max(n, i + 1) { a[i * n + j] = 0 }
    }
    // A comparison with NaN is false, so that LAPACK can miss it.
    return info == 0 && !a.isFinite(count: n * n) ? n : Int(info)
}

/// Replaces `a [n, n]` by its triangular factors, with row exchanges in `pivots`.
///
/// - Returns: whether `a` is regular and finite.
func factorLU(_ n: Int, _ a: UnsafeMutablePointer<Double>, pivots: UnsafeMutablePointer<Int32>) -> Bool {
    guard a.isFinite(count: n * n) else { return false }
    pinOpenBLAS()
    var size = Int32(n), info: Int32 = 0
    dgetrf_(&size, &size, a, &size, pivots, &info)
    return info == 0
}

/// Replaces `b`, stored by columns, m of them, by the solution x of `a x = b`, or of `aᵀ x = b`, with the factors of `a`.
func solveFactored(
    _ n: Int, _ m: Int, _ factors: UnsafePointer<Double>, pivots: UnsafePointer<Int32>, transposed: Bool, _ b: UnsafeMutablePointer<Double>
) {
    pinOpenBLAS()
    var size = Int32(n), columns = Int32(m), info: Int32 = 0
    dgetrs_(transposed ? "N" : "T", &size, &columns, factors, &size, pivots, b, &size, &info)
}

/// The thin singular value decomposition of `a [m, n]`, which is overwritten: `a = u diag(values) v`, values in descending order,
/// `u [m, k]`, `v [k, n]`, k the smaller size.
///
/// - Parameter work: `singularValueWork(m, n)` numbers.
/// - Returns: whether it succeeded; it does not where `a` is not finite.
func decomposeSingularValues(
    _ m: Int, _ n: Int, _ a: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>, u: UnsafeMutablePointer<Double>,
    v: UnsafeMutablePointer<Double>, work: UnsafeMutablePointer<Double>
) -> Bool {
    guard a.isFinite(count: m * n) else { return false }
    pinOpenBLAS()
    let k = min(m, n)
    var (rows, columns, smaller, info) = (Int32(n), Int32(m), Int32(k), Int32(0))
    var workCount = Int32(singularValueWork(m, n) - 4 * k)
    UnsafeMutableRawPointer(work + Int(workCount)).withMemoryRebound(to: Int32.self, capacity: 8 * k) { integers in
        dgesdd_("S", &rows, &columns, a, &rows, values, v, &rows, u, &smaller, work, &workCount, integers, &info)
    }
    return info == 0
}

func singularValueWork(_ m: Int, _ n: Int) -> Int { 4 * min(m, n) * min(m, n) + 11 * min(m, n) + max(m, n) + 64 }
