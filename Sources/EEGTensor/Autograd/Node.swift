internal import Synchronization

/// One recorded step: an operation with its inputs, or a watched tensor.
///
/// A node is written only while its operation computes and, by its sole owner, when it is released; hence no checks for overlapping access.
class Node: @unchecked Sendable {
    /// Grows with every node, so that inputs have smaller numbers than what is computed from them.
    let id: UInt64
    /// What was computed; nil for a watched tensor.
    let operation: (any Operation)?
    /// Where the inputs come from.
    @exclusivity(unchecked) fileprivate(set) final var inputs = Inputs()
    /// Where the step is noted, with the values of its constant operands; nil where it is recorded for its gradient only.
    final let trace: Trace?
    /// What the operation kept for its pullback.
    @exclusivity(unchecked) final var saved = TensorList()
    @exclusivity(unchecked) private final var firstShape = Shape()
    @exclusivity(unchecked) private final var otherShapes: [Shape] = []
    private static let counter = Atomic<UInt64>(0)

    /// A step that `operation` computes from `operands`, which lose their records to it.
    @inline(__always)
    init(_ operation: some Operation, of operands: inout TensorList) {
        id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        var inputs = Inputs()
        inputs.takeRecords(of: &operands)
        trace = inputs.trace
        self.inputs = inputs
    }

    /// A watched tensor.
    fileprivate init(trace: Trace?) {
        id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        operation = nil
        self.trace = trace
    }

    /// Makes `results` the results of this step.
    @inline(__always)
    final func finish(_ results: inout TensorList) {
        firstShape = results.header(0).pointee.shape
        if results.count > 1 { otherShapes = results.shapes(from: 1) }
        results.record(by: self)
    }

    /// The number of results.
    final var outputCount: Int { 1 + otherShapes.count }
    final var outputShapes: [Shape] { [firstShape] + otherShapes }
    final func outputShape(_ index: Int) -> Shape { index == 0 ? firstShape : otherShapes[index - 1] }
    /// The name of the operation, for messages.
    final var operationName: String { operation.map { type(of: $0).name } ?? "leaf" }

    /// The gradients with respect to the inputs; none for a watched tensor.
    final func pullback(_ gradients: TensorList, overwritable: UInt8) -> TensorList {
        guard let operation else { return TensorList() }
        let result = operation.pullback(gradients, BackwardPass(node: self, overwritable: overwritable))
        require(
            result.count == inputs.count, "\(operationName): the pullback gave \(result.count) gradients for \(inputs.count) inputs")
        return result
    }

    /// Chains of nodes are released one by one: a recursive release of a long chain would overflow the stack.
    deinit {
        var released: [Node] = []
        inputs.releaseNodes(into: &released)
        while let node = released.popLast() { node.inputs.releaseNodes(into: &released) }
    }
}

/// A tensor with respect to which gradients are taken.
final class LeafNode: Node, @unchecked Sendable {
    let name: String?

    init(name: String? = nil, trace: Trace? = nil) {
        self.name = name
        super.init(trace: trace)
    }
}
