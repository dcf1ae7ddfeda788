internal import CEEGKernels

/// Batch normalisation with given statistics, where no convolution could take it in.
struct FixedBatchNormKernel: InferenceKernel {
    let activation: (index: Int32, parameter: Float)
    let sizes: (batch: Int64, channels: Int64, length: Int64)
    let epsilon: Float
    let x: InferencePlace
    let scale: InferencePlace?
    let shift: InferencePlace?
    let mean: InferencePlace
    let variance: InferencePlace
    let y: InferencePlace

    func run(_ memory: InferenceMemory) {
        ceeg_batch_norm(
            false, activation.index, activation.parameter, sizes.batch, sizes.channels, sizes.length, memory[x], memory[optional: scale],
            memory[optional: shift], epsilon, memory[mean], memory[variance], memory[y])
    }
}

extension FixedBatchNorm: InferenceOperation {
    static var mayOverwriteOperand: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let x = step.operand(0)
        let layout = ChannelLayout(x.shape, Self.name, scale: nil, shift: nil)
        return FixedBatchNormKernel(
            activation: activation.kernel, sizes: (Int64(layout.batch), Int64(layout.channels), Int64(layout.length)), epsilon: epsilon,
            x: x.place, scale: step.optional(1)?.place, shift: step.optional(2)?.place, mean: step.operand(3).place,
            variance: step.operand(4).place, y: step.results[0].place)
    }
}

struct LayerNormKernel: InferenceKernel {
    let rows: Int
    let length: Int
    let epsilon: Float
    let x: InferencePlace
    let scale: InferencePlace?
    let shift: InferencePlace?
    /// Room for mean and inverse deviation of each row.
    let moments: InferencePlace
    let y: InferencePlace

    func run(_ memory: InferenceMemory) {
        ceeg_layer_norm(
            Int64(rows), Int64(length), memory[x], memory[optional: scale], memory[optional: shift], epsilon, memory[moments],
            memory[moments.advanced(by: rows)], memory[y])
    }
}

extension LayerNorm: InferenceOperation {
    static var mayOverwriteOperand: Bool { true }

    func scratchCount(_ operands: [Shape?], _ results: [Shape]) -> Int { 2 * rows(results[0]) }

    private func rows(_ shape: Shape) -> Int { shape.dropLast(axes).reduce(1, *) }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let x = step.operand(0)
        return LayerNormKernel(
            rows: rows(x.shape), length: x.shape.elementCount / rows(x.shape), epsilon: epsilon, x: x.place, scale: step.optional(1)?.place,
            shift: step.optional(2)?.place, moments: step.scratch, y: step.results[0].place)
    }
}
