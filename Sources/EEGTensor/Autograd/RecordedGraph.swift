/// A listing of the operations that were recorded on the way to a tensor: what a model computes, and at what cost.
public struct RecordedGraph: Sendable, CustomStringConvertible {
    /// One recorded operation.
    public struct Step: Sendable {
        /// The operation's name.
        public let operation: String
        /// Its attributes, as text, and the algorithm where there is a choice.
        public let attributes: String
        /// The shapes of its inputs.
        public let inputs: [Shape]
        /// The shapes of its results.
        public let outputs: [Shape]
        /// The names of the watched parameters among its inputs.
        public let parameterNames: [String]
        /// The number of elements of those parameters.
        public let parameters: Int
        /// Floating-point operations of the forward computation.
        public let floatingPointOperations: Int
        /// Bytes read and written by the forward computation: all inputs and results once.
        public let bytes: Int
    }

    /// The operations in the order in which they ran.
    public let steps: [Step]

    /// Lists what `tensor` was computed from; nothing if it is not recorded.
    public init(of tensor: Tensor) {
        let nodes = tensor.node.map(reachableNodes) ?? []
        steps = nodes.sorted { $0.id < $1.id }.compactMap(\.step)
    }

    /// A table: operation, output shape, parameters, floating-point operations, bytes; and the sums.
    public var description: String {
        var rows = [["operation", "attributes", "output", "parameters", "FLOPs", "bytes"]]
        for step in steps {
            rows.append([
                step.operation, step.attributes, step.outputs.map(\.description).joined(separator: " "), "\(step.parameters)",
                "\(step.floatingPointOperations)", "\(step.bytes)",
            ])
        }
        rows.append([
            "total", "", "", "\(steps.reduce(0) { $0 + $1.parameters })", "\(steps.reduce(0) { $0 + $1.floatingPointOperations })",
            "\(steps.reduce(0) { $0 + $1.bytes })",
        ])
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column < 3 ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// Lists what `body` computes from `input` and the current values of parameters.
///
/// ```swift
/// print(recordedGraph(at: x) { model($0) })
/// ```
public func recordedGraph(
    at input: Tensor, parameters: [Parameter] = [], _ body: (Tensor) throws -> Tensor
) rethrows -> RecordedGraph {
    let watched = Tensor(input, recordedBy: LeafNode())
    return try Recording(parameters).run { RecordedGraph(of: try body(watched)) }
}

extension Node {
    /// The step in a listing; nil for a watched tensor.
    fileprivate var step: RecordedGraph.Step? {
        guard let operation else { return nil }
        let operands = (0..<inputs.count).map { inputs[$0] }.filter(\.isPresent)
        let parameters = operands.compactMap { operand in (operand.node as? LeafNode)?.name.map { ($0, operand.shape.elementCount) } }
        let shapes = operands.map(\.shape)
        return RecordedGraph.Step(
            operation: operationName,
            attributes: [operation.attributes, operation.algorithm(inputs: shapes)].compactMap { $0 }.joined(separator: ", "),
            inputs: shapes, outputs: outputShapes,
            parameterNames: parameters.map(\.0), parameters: parameters.reduce(0) { $0 + $1.1 },
            floatingPointOperations: operation.floatingPointOperations(inputs: shapes, outputs: outputShapes),
            bytes: 4 * (shapes + outputShapes).reduce(0) { $0 + $1.elementCount })
    }
}
