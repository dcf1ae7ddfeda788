/// A recurrent layer in a plan.
struct RecurrentKernel<Layer: RecurrentOperation>: InferenceKernel {
    /// The input, four for each direction and two states at most.
    typealias Operands = InlineArray<11, InferencePlace?>
    /// The output and two states at most.
    typealias Results = InlineArray<3, InferencePlace>

    let operation: Layer
    let geometry: RecurrentGeometry
    let operands: Operands
    let results: Results
    let gates: InferencePlace

    func run(_ memory: InferenceMemory) {
        operation.compute(
            geometry, { memory[optional: operands[$0]] }, gates: memory[gates], kept: nil, results: { memory[results[$0]] })
    }
}

extension RecurrentOperation {
    func scratchCount(_ operands: [Shape?], _ results: [Shape]) -> Int {
        geometry(operands: operands.count) { operands[$0] }.gatesShape.elementCount
    }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        var operands = RecurrentKernel<Self>.Operands(repeating: nil)
        var results = RecurrentKernel<Self>.Results(repeating: step.results[0].place)
        for index in step.operands.indices { operands[index] = step.optional(index)?.place }
        for (index, result) in step.results.enumerated() { results[index] = result.place }
        let geometry = geometry(operands: step.operands.count) { step.shape($0) }
        return RecurrentKernel(operation: self, geometry: geometry, operands: operands, results: results, gates: step.scratch)
    }
}
