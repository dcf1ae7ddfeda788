internal import CEEGKernels
internal import COpenBLAS

/// A row-major matrix in memory, possibly to be read transposed.
struct MatrixOperand {
    let pointer: UnsafePointer<Float>
    /// Elements from one stored row to the next.
    let rowStride: Int
    /// Whether the product uses the transpose of what is stored.
    let isTransposed: Bool

    init(_ pointer: UnsafePointer<Float>, rowStride: Int, isTransposed: Bool = false) {
        self.pointer = pointer
        self.rowStride = rowStride
        self.isTransposed = isTransposed
    }

    /// The operand the other way round.
    var transposed: MatrixOperand { MatrixOperand(pointer, rowStride: rowStride, isTransposed: !isTransposed) }

    /// Elements from one row, and from one column, to the next, as the product sees them.
    var rowStep: Int { isTransposed ? 1 : rowStride }
    var columnStep: Int { isTransposed ? rowStride : 1 }

    /// The same operand beginning `rows` and `columns` (of the operand as the product sees it) further on.
    func advanced(rows: Int, columns: Int) -> MatrixOperand {
        let offset = isTransposed ? columns * rowStride + rows : rows * rowStride + columns
        return MatrixOperand(pointer + offset, rowStride: rowStride, isTransposed: isTransposed)
    }
}

/// OpenBLAS works on the calling thread alone: the library splits products over its own threads.
private let pinnedToOneThread: Void = openblas_set_num_threads(1)

/// To be called before any routine of OpenBLAS.
func pinOpenBLAS() { _ = pinnedToOneThread }

/// The product `c [m, n] = a [m, k] b [k, n]`, or `c += a b`, on the calling thread.
func gemm(
    _ m: Int, _ n: Int, _ k: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>, rowStride: Int,
    accumulating: Bool = false
) {
    guard m > 0, n > 0 else { return }
    guard k > 0 else {
        if !accumulating { for row in 0..<m { (c + row * rowStride).initialize(repeating: 0, count: n) } }
        return
    }
    pinOpenBLAS()
    cblas_sgemm(
        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n),
        Int32(k), 1, a.pointer, Int32(a.rowStride), b.pointer, Int32(b.rowStride), accumulating ? 1 : 0, c, Int32(rowStride))
}

/// The product `c [m, n] = a [m, k] b [k, n]`, or `c += a b`, on the library's threads; `c` has no gaps between rows.
///
/// Blocks depend on the sizes alone, so the result has the same bits at any number of threads. A long inner dimension with a small result
/// (a weight gradient over a whole batch) is cut too, and the partial results are added in order.
func parallelGEMM(
    _ m: Int, _ n: Int, _ k: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>, accumulating: Bool = false
) {
    let smallestBlock = 1 << 20  // multiply-adds: about 20 µs
    guard m * n * k >= 2 * smallestBlock else { return gemm(m, n, k, a, b, into: c, rowStride: n, accumulating: accumulating) }
    if m * n <= 1 << 16, k >= 32 * max(m, n) || k >= 4096 {
        splitInnerDimension(m, n, k, a, b, into: c, grain: max(512, smallestBlock / (m * n)), accumulating: accumulating)
    } else if m >= 32, n >= 64, k >= 32 {
        // OpenBLAS would pack the shared operand anew for each block.
        ceeg_matrix_product(
            Int64(m), Int64(n), Int64(k), a.pointer, Int64(a.rowStep), Int64(a.columnStep), b.pointer, Int64(b.rowStep), Int64(b.columnStep), c,
            Int64(n), accumulating)
    } else if m >= n {
        let grain = max(roundedUp(smallestBlock, n * k), min(m, 64))
        parallelFor(m, grain: grain) { rows in
            gemm(
                rows.count, n, k, a.advanced(rows: rows.lowerBound, columns: 0), b, into: c + rows.lowerBound * n, rowStride: n,
                accumulating: accumulating)
        }
    } else {
        let grain = max(roundedUp(smallestBlock, m * k), min(n, 64))
        parallelFor(n, grain: grain) { columns in
            gemm(
                m, columns.count, k, a, b.advanced(rows: 0, columns: columns.lowerBound), into: c + columns.lowerBound, rowStride: n,
                accumulating: accumulating)
        }
    }
}

private func roundedUp(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

private func splitInnerDimension(
    _ m: Int, _ n: Int, _ k: Int, _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>, grain: Int,
    accumulating: Bool
) {
    let parts = roundedUp(k, grain)
    let partial = Tensor(uninitialized: [parts, m, n])
    parallelFor(k, grain: grain) { range in
        gemm(
            m, n, range.count, a.advanced(rows: 0, columns: range.lowerBound), b.advanced(rows: range.lowerBound, columns: 0),
            into: partial.mutablePointer + range.lowerBound / grain * m * n, rowStride: n)
    }
    withExtendedLifetime(partial) {
        if !accumulating { c.update(from: partial.mutablePointer, count: m * n) }
        for part in (accumulating ? 0 : 1)..<parts {
            let addend = partial.mutablePointer + part * m * n
            for index in 0..<(m * n) { c[index] += addend[index] }
        }
    }
}
