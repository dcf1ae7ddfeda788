/// A product of matrices: one pair of them, or as many pairs as there are matrices in both operands.
struct MatrixProductKernel: InferenceKernel {
    let m: Int
    let n: Int
    let k: Int
    let transposes: (first: Bool, second: Bool)
    let count: Int
    let a: InferencePlace
    let b: InferencePlace
    let c: InferencePlace

    func run(_ memory: InferenceMemory) {
        if count == 1 { return parallelGEMM(m, n, k, first(memory, 0), second(memory, 0), into: memory[c]) }
        for index in 0..<count {
            gemm(m, n, k, first(memory, index), second(memory, index), into: memory[c] + index * m * n, rowStride: n)
        }
    }

    private func first(_ memory: InferenceMemory, _ index: Int) -> MatrixOperand {
        MatrixOperand(memory[a] + index * m * k, rowStride: transposes.first ? m : k, isTransposed: transposes.first)
    }

    private func second(_ memory: InferenceMemory, _ index: Int) -> MatrixOperand {
        MatrixOperand(memory[b] + index * k * n, rowStride: transposes.second ? k : n, isTransposed: transposes.second)
    }
}

extension MatrixProduct: InferenceOperation {
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let (a, b, c) = (step.operand(0), step.operand(1), step.results[0])
        let (n, inner) = (c.shape[c.shape.rank - 1], a.shape[a.shape.rank - (transposesFirst ? 2 : 1)])
        let isOnePair = b.shape.rank == 2 && !transposesFirst
        guard isOnePair || a.shape.dropLast(2).elementsEqual(b.shape.dropLast(2)) else { return nil }
        let m = isOnePair ? c.shape.elementCount / n : c.shape[c.shape.rank - 2]
        return MatrixProductKernel(
            m: m, n: n, k: inner, transposes: (transposesFirst, transposesSecond), count: c.shape.elementCount / (m * n), a: a.place,
            b: b.place, c: c.place)
    }
}
