/// The operands, results or gradients of an operation: a short list in which an entry can be absent.
///
/// Up to three entries are kept without allocating memory.
public struct TensorList: Sendable, ExpressibleByArrayLiteral {
    private var first: Tensor?
    private var second: Tensor?
    private var third: Tensor?
    private var rest: [Tensor?]
    /// The number of entries, absent ones included.
    public private(set) var count: Int

    public init() {
        rest = []
        count = 0
    }

    public init(_ first: consuming Tensor?) {
        self.first = first
        rest = []
        count = 1
    }

    public init(_ first: consuming Tensor?, _ second: consuming Tensor?) {
        self.first = first
        self.second = second
        rest = []
        count = 2
    }

    public init(_ first: consuming Tensor?, _ second: consuming Tensor?, _ third: consuming Tensor?) {
        self.first = first
        self.second = second
        self.third = third
        rest = []
        count = 3
    }

    public init(_ tensors: some Sequence<Tensor?>) {
        self.init()
        for tensor in tensors { append(tensor) }
    }

    public init(arrayLiteral elements: Tensor?...) { self.init(elements) }

    /// A list of `count` absent entries.
    public init(absent count: Int) {
        self.init()
        for _ in 0..<count { append(nil) }
    }

    /// Adds an entry at the end.
    public mutating func append(_ tensor: consuming Tensor?) {
        switch count {
        case 0: first = tensor
        case 1: second = tensor
        case 2: third = tensor
        default: rest.append(tensor)
        }
        count += 1
    }

    /// The entry at `index`.
    ///
    /// - Precondition: it is present.
    public subscript(index: Int) -> Tensor {
        guard let tensor = optional(index) else { requirementFailed("TensorList: entry \(index) is absent", file: #fileID, line: #line) }
        return tensor
    }

    /// The entry at `index`, or nil where it is absent.
    public func optional(_ index: Int) -> Tensor? {
        switch index {
        case 0: first
        case 1: second
        case 2: third
        default: index - 3 < rest.count ? rest[index - 3] : nil
        }
    }

    /// Replaces the entry at `index`.
    public mutating func set(_ index: Int, _ tensor: consuming Tensor?) {
        require(index >= 0 && index < count, "TensorList: entry \(index) of \(count)")
        switch index {
        case 0: first = tensor
        case 1: second = tensor
        case 2: third = tensor
        default: rest[index - 3] = tensor
        }
    }

    /// The only entry of a list that is not needed any more.
    @inline(__always)
    consuming func single() -> Tensor {
        guard let tensor = first else { requirementFailed("TensorList: no entry", file: #fileID, line: #line) }
        return tensor
    }

    /// Removes and returns the entry at `index`, so that the caller may be its only owner.
    mutating func take(_ index: Int) -> Tensor? {
        var taken: Tensor?
        switch index {
        case 0: swap(&taken, &first)
        case 1: swap(&taken, &second)
        case 2: swap(&taken, &third)
        default: if index - 3 < rest.count { swap(&taken, &rest[index - 3]) }
        }
        return taken
    }

    /// Whether any entry is recorded.
    @inline(__always)
    var isRecorded: Bool {
        if first?.node != nil || second?.node != nil || third?.node != nil { return true }
        return rest.isEmpty ? false : rest.contains { $0?.node != nil }
    }

    /// Bit i says that nothing but this list refers to the elements of entry i; only the first two are looked at.
    @inline(__always)
    mutating func findOverwritable() -> UInt8 {
        var mask: UInt8 = 0
        if first != nil, isKnownUniquelyReferenced(&first!.storage) { mask |= 1 }
        if second != nil, isKnownUniquelyReferenced(&second!.storage) { mask |= 2 }
        return mask
    }

    /// The same entries without their record.
    func detached() -> TensorList { mapped { $0.detached() } }

    /// The shapes and places in the record alone.
    func withoutElements() -> TensorList { mapped { $0.withoutElements } }

    private func mapped(_ transform: (Tensor) -> Tensor) -> TensorList {
        var result = self
        result.first = first.map(transform)
        result.second = second.map(transform)
        result.third = third.map(transform)
        if !rest.isEmpty { result.rest = rest.map { $0.map(transform) } }
        return result
    }

    /// Takes the nodes out of all entries, keeping those in `nodes` that nothing else refers to.
    mutating func releaseNodes(into nodes: inout [Node]) {
        Self.releaseNode(of: &first, into: &nodes)
        Self.releaseNode(of: &second, into: &nodes)
        Self.releaseNode(of: &third, into: &nodes)
        for index in rest.indices { Self.releaseNode(of: &rest[index], into: &nodes) }
    }

    private static func releaseNode(of tensor: inout Tensor?, into nodes: inout [Node]) {
        guard tensor?.node != nil else { return }
        if isKnownUniquelyReferenced(&tensor!.node), let node = tensor?.node { nodes.append(node) }
        tensor!.node = nil
    }
}
