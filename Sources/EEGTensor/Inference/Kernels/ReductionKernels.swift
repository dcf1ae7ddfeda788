internal import CEEGKernels

/// A sum, mean or extreme along axes.
struct ReductionKernel: InferenceKernel {
    let kind: ceeg_reduction
    let rank: Int
    let sizes: Broadcasting.Extents
    let axes: UInt32
    let scale: Float
    let x: InferencePlace
    let y: InferencePlace

    init(_ kind: ceeg_reduction, _ reduction: Reduction, scale: Float = 1, _ step: InferenceStepLayout) {
        self.kind = kind
        rank = reduction.input.rank
        sizes = reduction.input.extents
        axes = reduction.mask
        self.scale = scale
        (x, y) = (step.operand(0).place, step.results[0].place)
    }

    func run(_ memory: InferenceMemory) {
        withPointer(to: sizes) { ceeg_reduce(Int32(kind.rawValue), Int32(rank), $0, axes, memory[x], scale, memory[y]) }
    }
}

extension Sum: InferenceOperation {
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let reduction = reduction(step.operand(0).shape)
        return ReductionKernel(CEEG_SUM, reduction, scale: scale(reduction), step)
    }
}

extension Extreme: InferenceOperation {
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        ReductionKernel(isMaximum ? CEEG_MAX : CEEG_MIN, reduction(step.operand(0).shape), step)
    }
}

/// Softmax along one axis, or its logarithm.
struct SoftmaxKernel: InferenceKernel {
    let isLogarithm: Bool
    let sizes: (outer: Int64, length: Int64, inner: Int64)
    let x: InferencePlace
    let y: InferencePlace

    func run(_ memory: InferenceMemory) {
        ceeg_softmax(isLogarithm, sizes.outer, sizes.length, sizes.inner, memory[x], memory[y])
    }
}

extension Softmax: InferenceOperation {
    static var mayOverwriteOperand: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let x = step.operand(0)
        return SoftmaxKernel(isLogarithm: isLogarithm, sizes: split(x.shape), x: x.place, y: step.results[0].place)
    }
}
