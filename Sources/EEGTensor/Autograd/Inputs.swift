/// What a recorded step keeps of its inputs: their shapes and where they come from.
struct Inputs {
    struct Entry {
        var node: Node?
        var outputIndex: Int32 = 0
        var isPresent = false
        var shape = Shape()

        @inline(__always)
        init() {}
    }

    private var first = Entry()
    private var second = Entry()
    private var rest: [Entry] = []
    private(set) var count = 0

    @inline(__always)
    init() {}

    /// Takes the records out of `tensors`, which keep their elements.
    @inline(__always)
    mutating func takeRecords(of tensors: inout TensorList) {
        count = tensors.count
        if count > 0 { first.takeRecord(at: 0, of: &tensors) }
        if count > 1 { second.takeRecord(at: 1, of: &tensors) }
        if count > 2 { takeOtherRecords(of: &tensors) }
    }

    @inline(never)
    private mutating func takeOtherRecords(of tensors: inout TensorList) {
        rest.reserveCapacity(count - 2)
        for index in 2..<count {
            rest.append(Entry())
            rest[index - 2].takeRecord(at: index, of: &tensors)
        }
    }

    @inline(__always)
    subscript(index: Int) -> Entry { index == 0 ? first : index == 1 ? second : rest[index - 2] }

    /// The trace that an input belongs to.
    @inline(__always)
    var trace: Trace? {
        if let trace = first.node?.trace ?? second.node?.trace { return trace }
        return rest.isEmpty ? nil : rest.lazy.compactMap { $0.node?.trace }.first
    }

    /// Takes the nodes out of all entries, keeping those in `nodes` that nothing else refers to.
    @inline(__always)
    mutating func releaseNodes(into nodes: inout [Node]) {
        first.releaseNode(into: &nodes)
        second.releaseNode(into: &nodes)
        for index in rest.indices { rest[index].releaseNode(into: &nodes) }
    }
}

extension Inputs.Entry {
    @inline(__always)
    fileprivate mutating func takeRecord(at index: Int, of tensors: inout TensorList) {
        guard let tensor = tensors.take(index) else { return }
        isPresent = true
        shape = tensor.shape
        outputIndex = Int32(tensor.outputIndex)
        node = tensor.node
        tensors.set(index, tensor.withoutRecord())
    }

    @inline(__always)
    fileprivate mutating func releaseNode(into nodes: inout [Node]) {
        guard node != nil else { return }
        if isKnownUniquelyReferenced(&node), let node { nodes.append(node) }
        node = nil
    }
}
