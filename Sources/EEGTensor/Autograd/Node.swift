internal import Synchronization

/// One recorded step: an operation with its inputs, or a watched tensor.
///
/// A node is written only while it is made and, by its sole owner, when it is released.
class Node: @unchecked Sendable {
    /// Grows with every node, so that inputs have smaller numbers than what is computed from them.
    let id: UInt64
    /// Where the inputs come from.
    fileprivate(set) final var inputs: Inputs
    private static let counter = Atomic<UInt64>(0)

    init(inputs: Inputs) {
        id = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        self.inputs = inputs
    }

    /// The number of results.
    var outputCount: Int { 1 }
    func pullback(_ gradients: TensorList, overwritable: UInt8) -> TensorList { TensorList() }

    /// Chains of nodes are released one by one: a recursive release of a long chain would overflow the stack.
    deinit {
        var released: [Node] = []
        inputs.releaseNodes(into: &released)
        while let node = released.popLast() { node.inputs.releaseNodes(into: &released) }
    }
}

/// A step that an operation computed.
final class OperationNode<Op: Operation>: Node, @unchecked Sendable {
    let operation: Op
    private let saved: TensorList
    private let firstShape: Shape
    private let otherShapes: [Shape]

    init(_ operation: Op, inputs: Inputs, outputs: TensorList, saved: TensorList) {
        self.operation = operation
        self.saved = saved
        firstShape = outputs[0].shape
        otherShapes = outputs.count > 1 ? (1..<outputs.count).map { outputs[$0].shape } : []
        super.init(inputs: inputs)
    }

    override var outputCount: Int { 1 + otherShapes.count }
    var outputShapes: [Shape] { [firstShape] + otherShapes }

    override func pullback(_ gradients: TensorList, overwritable: UInt8) -> TensorList {
        let result = operation.pullback(
            gradients, BackwardPass(saved: saved, inputs: inputs, firstOutputShape: firstShape, otherOutputShapes: otherShapes, overwritable: overwritable))
        require(
            result.count == inputs.count, "\(Op.name): the pullback gave \(result.count) gradients for \(inputs.count) inputs")
        return result
    }
}

/// A tensor with respect to which gradients are taken.
final class LeafNode: Node, @unchecked Sendable {
    let name: String?

    init(name: String? = nil) {
        self.name = name
        super.init(inputs: Inputs())
    }
}
