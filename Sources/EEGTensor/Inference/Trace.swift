/// Notes every operation that depends on one input, together with the values of its other operands.
///
/// What does not depend on the input (weights, and what is computed from weights alone) is not recorded, so it arrives here as a constant.
final class Trace: @unchecked Sendable {
    private var steps: [(node: Node, operands: TensorList)] = []

    /// Notes a step that has just been computed. `operands` carry no records.
    func add(_ node: Node, operands: TensorList) {
        var constants = operands
        for index in 0..<operands.count where belongs(node.inputs[index].node) { constants.set(index, nil) }
        steps.append((node, constants))
        node.saved = TensorList()
    }

    private func belongs(_ node: Node?) -> Bool { node?.trace === self }

    /// What `body` computes from an input of the shape and content of `x`, and its result there.
    static func graph(at x: Tensor, _ body: (Tensor) -> Tensor) -> (graph: InferenceGraph, result: Tensor) {
        let trace = Trace()
        let leaf = LeafNode(trace: trace)
        let result = body(Tensor(x, recordedBy: leaf))
        defer { trace.steps = [] }  // Nodes and trace refer to each other.
        return (trace.graph(from: leaf, x.shape, to: result), result.withoutRecord())
    }

    private func graph(from leaf: Node, _ shape: Shape, to result: Tensor) -> InferenceGraph {
        var graph = InferenceGraph(inputShape: shape)
        var firstValues: [ObjectIdentifier: Int] = [ObjectIdentifier(leaf): InferenceGraph.input]
        for (node, constants) in steps {
            guard let operation = node.operation else { continue }
            let operands = (0..<node.inputs.count).map { index -> InferenceGraph.Operand in
                let input = node.inputs[index]
                if let source = input.node, let first = firstValues[ObjectIdentifier(source)] {
                    return .value(first + Int(input.outputIndex))
                }
                return constants.optional(index).map { .constant($0) } ?? .absent
            }
            let results = node.outputShapes.map { graph.addValue($0) }
            firstValues[ObjectIdentifier(node)] = results[0]
            graph.steps.append(InferenceGraph.Step(operation: operation, operands: operands, results: results))
        }
        if let node = result.node, let first = firstValues[ObjectIdentifier(node)] {
            graph.output = .value(first + result.outputIndex)
        } else {
            graph.output = .constant(result.withoutRecord())
        }
        return graph
    }
}
