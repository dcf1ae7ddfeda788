/// Attention in a plan.
struct AttentionKernel: InferenceKernel {
    let attention: AttentionOutput
    let query: InferencePlace
    let key: InferencePlace
    let value: InferencePlace
    let output: InferencePlace

    func run(_ memory: InferenceMemory) {
        attention.compute(query: memory[query], key: memory[key], value: memory[value], into: memory[output])
    }
}

extension Attention: InferenceOperation {
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        guard !returnsWeights, dropout == nil, step.shape(3) == nil else { return nil }
        let geometry = geometry((0..<3).compactMap(step.shape))
        let query = step.operand(0)
        let key = step.optional(1) ?? query, value = step.optional(2) ?? query
        return AttentionKernel(
            attention: AttentionOutput(geometry: geometry, isCausal: isCausal, scale: scale(geometry)), query: query.place, key: key.place,
            value: value.place, output: step.results[0].place)
    }
}
