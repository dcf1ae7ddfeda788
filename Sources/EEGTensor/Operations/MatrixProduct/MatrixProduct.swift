/// The product of matrices in the last two axes; the axes in front broadcast.
///
/// - Parameters:
///   - a: `[..., m, k]`, or `[..., k, m]` with `transposingFirst`.
///   - b: `[..., k, n]`, or `[..., n, k]` with `transposingSecond`.
/// - Returns: `[..., m, n]`.
/// - Precondition: at least two axes each, equal inner sizes, leading axes that broadcast.
public func matmul(
    _ a: consuming Tensor, _ b: consuming Tensor, transposingFirst: Bool = false, transposingSecond: Bool = false
) -> Tensor {
    apply(MatrixProduct(transposesFirst: transposingFirst, transposesSecond: transposingSecond), a, b)
}

struct MatrixProduct: Operation {
    static let name = "matmul"

    let transposesFirst: Bool
    let transposesSecond: Bool

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (a, b) = (inputs[0], inputs[1])
        let plan = BatchedProduct(a.shape, b.shape, transposesFirst, transposesSecond)
        pass.save(a)
        pass.save(b)
        let c = Tensor(uninitialized: plan.resultShape)
        plan.multiply(a, b, into: c)
        return TensorList(c)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (a, b) = (pass.saved[0], pass.saved[1])
        let plan = BatchedProduct(a.shape, b.shape, transposesFirst, transposesSecond)
        var result = TensorList(absent: 2)
        if pass.needsGradient(0) { result.set(0, plan.gradientOfFirst(gradients[0], b, shape: a.shape)) }
        if pass.needsGradient(1) { result.set(1, plan.gradientOfSecond(gradients[0], a, shape: b.shape)) }
        return result
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        2 * outputs[0].elementCount * inputs[0][inputs[0].rank - (transposesFirst ? 2 : 1)]
    }
}

/// The sizes of a batched product, and which matrices meet.
private struct BatchedProduct {
    let m: Int
    let n: Int
    let k: Int
    let transposesFirst: Bool
    let transposesSecond: Bool
    let resultShape: Shape
    /// For each matrix of the result, the matrices of the operands that give it.
    let pairs: [(first: Int, second: Int)]

    init(_ a: Shape, _ b: Shape, _ transposesFirst: Bool, _ transposesSecond: Bool) {
        require(a.rank >= 2 && b.rank >= 2, "matmul: operands need at least two axes: \(a) x \(b)")
        let (aRows, aColumns) = (a[a.rank - 2], a[a.rank - 1])
        let (bRows, bColumns) = (b[b.rank - 2], b[b.rank - 1])
        let (rows, inner) = transposesFirst ? (aColumns, aRows) : (aRows, aColumns)
        let (innerOfSecond, columns) = transposesSecond ? (bColumns, bRows) : (bRows, bColumns)
        require(
            inner == innerOfSecond,
            "matmul: inner dimensions differ: \(a)\(transposesFirst ? " transposed" : "") x \(b)\(transposesSecond ? " transposed" : "")")
        self.transposesFirst = transposesFirst
        self.transposesSecond = transposesSecond
        n = columns
        k = inner
        // Matrices that share their second operand are one taller matrix.
        if b.rank == 2, !transposesFirst {
            m = a.dropLast().reduce(1, *)
            pairs = [(0, 0)]
            var shape = Shape(a.dropLast())
            shape.append(columns)
            resultShape = shape
            return
        }
        m = rows
        let (batchA, batchB) = (Shape(a.dropLast(2)), Shape(b.dropLast(2)))
        let rank = max(batchA.rank, batchB.rank)
        var batch = Shape()
        for axis in 0..<rank {
            let (sizeA, sizeB) = (Self.size(batchA, axis, rank), Self.size(batchB, axis, rank))
            require(sizeA == sizeB || sizeA == 1 || sizeB == 1, "matmul: leading axes do not broadcast: \(a) x \(b)")
            batch.append(sizeA == 1 ? sizeB : sizeA)
        }
        pairs = (0..<batch.elementCount).map { index in
            var (rest, first, second, strideA, strideB) = (index, 0, 0, 1, 1)
            for axis in stride(from: rank - 1, through: 0, by: -1) {
                let (sizeA, sizeB) = (Self.size(batchA, axis, rank), Self.size(batchB, axis, rank))
                let coordinate = rest % batch[axis]
                rest /= batch[axis]
                if sizeA > 1 { first += coordinate * strideA }
                if sizeB > 1 { second += coordinate * strideB }
                strideA *= sizeA
                strideB *= sizeB
            }
            return (first, second)
        }
        batch.append(rows)
        batch.append(columns)
        resultShape = batch
    }

    private static func size(_ shape: Shape, _ axis: Int, _ rank: Int) -> Int {
        axis < rank - shape.rank ? 1 : shape[axis - (rank - shape.rank)]
    }

    private func first(_ a: Tensor, _ index: Int) -> MatrixOperand {
        MatrixOperand(a.pointer + index * m * k, rowStride: transposesFirst ? m : k, isTransposed: transposesFirst)
    }

    private func second(_ b: Tensor, _ index: Int) -> MatrixOperand {
        MatrixOperand(b.pointer + index * k * n, rowStride: transposesSecond ? k : n, isTransposed: transposesSecond)
    }

    private func result(_ c: Tensor, _ index: Int) -> MatrixOperand { MatrixOperand(c.pointer + index * m * n, rowStride: n) }

    /// Matrices a chunk of the pool.
    private var grain: Int { max(1, (1 << 20) / max(m * n * k, 1)) }

    func multiply(_ a: Tensor, _ b: Tensor, into c: Tensor) {
        if pairs.count == 1 { return parallelGEMM(m, n, k, first(a, 0), second(b, 0), into: c.mutablePointer) }
        parallelFor(pairs.count, grain: grain) { range in
            for index in range {
                gemm(
                    m, n, k, first(a, pairs[index].first), second(b, pairs[index].second), into: c.mutablePointer + index * m * n,
                    rowStride: n)
            }
        }
        withExtendedLifetime((a, b, c)) {}
    }

    func gradientOfFirst(_ dc: Tensor, _ b: Tensor, shape: Shape) -> Tensor {
        let da = Tensor(uninitialized: shape)
        sum(pairs.map(\.first), matrices: shape.elementCount / max(m * k, 1)) { target, index, accumulating in
            let other = second(b, pairs[index].second)
            let into = da.mutablePointer + target * m * k
            if transposesFirst {
                gradient(k, m, n, other, result(dc, index).transposed, into, accumulating)
            } else {
                gradient(m, k, n, result(dc, index), other.transposed, into, accumulating)
            }
        }
        withExtendedLifetime((dc, b)) {}
        return da
    }

    func gradientOfSecond(_ dc: Tensor, _ a: Tensor, shape: Shape) -> Tensor {
        let db = Tensor(uninitialized: shape)
        sum(pairs.map(\.second), matrices: shape.elementCount / max(k * n, 1)) { target, index, accumulating in
            let other = first(a, pairs[index].first)
            let into = db.mutablePointer + target * k * n
            if transposesSecond {
                gradient(n, k, m, result(dc, index).transposed, other, into, accumulating)
            } else {
                gradient(k, n, m, other.transposed, result(dc, index), into, accumulating)
            }
        }
        withExtendedLifetime((dc, a)) {}
        return db
    }

    private func gradient(
        _ rows: Int, _ columns: Int, _ inner: Int, _ a: MatrixOperand, _ b: MatrixOperand, _ c: UnsafeMutablePointer<Float>,
        _ accumulating: Bool
    ) {
        if pairs.count == 1 { return parallelGEMM(rows, columns, inner, a, b, into: c) }
        gemm(rows, columns, inner, a, b, into: c, rowStride: columns, accumulating: accumulating)
    }

    /// Calls `body` for each matrix of an operand with each matrix of the result that it had part in, in order.
    private func sum(_ targets: [Int], matrices: Int, _ body: (_ target: Int, _ index: Int, _ accumulating: Bool) -> Void) {
        if pairs.count == 1 { return body(0, 0, false) }
        var uses = [[Int]](repeating: [], count: matrices)
        for (index, target) in targets.enumerated() { uses[target].append(index) }
        parallelFor(matrices, grain: max(1, grain * matrices / pairs.count)) { range in
            for target in range {
                for (order, index) in uses[target].enumerated() { body(target, index, order > 0) }
            }
        }
    }
}
