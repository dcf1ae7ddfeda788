/// What a recorded step keeps of its inputs: their shapes and where they come from.
struct Inputs {
    struct Entry {
        var node: Node?
        let outputIndex: Int32
        let shape: Shape
        let isPresent: Bool
    }

    private var first = Entry.absent
    private var second = Entry.absent
    private var rest: [Entry] = []
    private(set) var count = 0

    init() {}

    init(_ tensors: TensorList) {
        count = tensors.count
        if count > 0 { first = Entry(tensors.optional(0)) }
        if count > 1 { second = Entry(tensors.optional(1)) }
        if count > 2 { rest = (2..<count).map { Entry(tensors.optional($0)) } }
    }

    subscript(index: Int) -> Entry { index == 0 ? first : index == 1 ? second : rest[index - 2] }

    /// Takes the nodes out of all entries, keeping those in `nodes` that nothing else refers to.
    mutating func releaseNodes(into nodes: inout [Node]) {
        first.releaseNode(into: &nodes)
        second.releaseNode(into: &nodes)
        for index in rest.indices { rest[index].releaseNode(into: &nodes) }
    }
}

extension Inputs.Entry {
    static var absent: Inputs.Entry { Inputs.Entry(node: nil, outputIndex: 0, shape: Shape(), isPresent: false) }

    init(_ tensor: Tensor?) {
        self.init(
            node: tensor?.node, outputIndex: Int32(tensor?.outputIndex ?? 0), shape: tensor?.shape ?? [], isPresent: tensor != nil)
    }

    fileprivate mutating func releaseNode(into nodes: inout [Node]) {
        guard node != nil else { return }
        if isKnownUniquelyReferenced(&node), let node { nodes.append(node) }
        node = nil
    }
}
