/// The operands, results or gradients of an operation: a short list in which an entry can be absent.
///
/// Up to three entries are kept without allocating memory.
public struct TensorList: Sendable, ExpressibleByArrayLiteral {
    private var first: Tensor?
    private var second: Tensor?
    private var third: Tensor?
    private var rest: [Tensor?] = []
    /// The number of entries, absent ones included.
    public private(set) var count = 0
    /// Whether any entry was recorded when it was put in.
    private(set) var isRecorded = false

    @inline(__always)
    public init() {}

    @inline(__always)
    public init(_ first: consuming Tensor) {
        isRecorded = first.isRecorded
        self.first = first
        count = 1
    }

    @inline(__always)
    public init(_ first: consuming Tensor?, _ second: consuming Tensor?) {
        isRecorded = first?.isRecorded ?? false || second?.isRecorded ?? false
        self.first = first
        self.second = second
        count = 2
    }

    @inline(__always)
    public init(_ first: consuming Tensor?, _ second: consuming Tensor?, _ third: consuming Tensor?) {
        isRecorded = first?.isRecorded ?? false || second?.isRecorded ?? false || third?.isRecorded ?? false
        self.first = first
        self.second = second
        self.third = third
        count = 3
    }

    public init(_ tensors: some Sequence<Tensor?>) {
        for tensor in tensors { append(tensor) }
    }

    public init(arrayLiteral elements: Tensor?...) { self.init(elements) }

    /// A list of `count` absent entries.
    public init(absent count: Int) {
        self.count = count
        if count > 3 { rest = Array(repeating: nil, count: count - 3) }
    }

    /// Adds an entry at the end.
    @inline(__always)
    public mutating func append(_ tensor: consuming Tensor?) {
        if tensor?.isRecorded == true { isRecorded = true }
        switch count {
        case 0: first = tensor
        case 1: second = tensor
        case 2: third = tensor
        default: appendToRest(tensor)
        }
        count += 1
    }

    @inline(never)
    private mutating func appendToRest(_ tensor: consuming Tensor?) { rest.append(tensor) }

    /// Whether an entry has no elements.
    @inline(__always)
    var hasEmptyEntry: Bool {
        first?.count == 0 || second?.count == 0 || third?.count == 0 || (!rest.isEmpty && rest.contains { $0?.count == 0 })
    }

    /// The entry at `index`.
    ///
    /// - Precondition: it is present.
    @inline(__always)
    public subscript(index: Int) -> Tensor {
        if let tensor = optional(index) { return tensor }
        requirementFailed("TensorList: entry \(index) of \(count) is absent", file: #fileID, line: #line)
    }

    /// The entry at `index`, or nil where it is absent.
    @inline(__always)
    public func optional(_ index: Int) -> Tensor? {
        switch index {
        case 0: first
        case 1: second
        case 2: third
        default: fromRest(index)
        }
    }

    @inline(never)
    private func fromRest(_ index: Int) -> Tensor? { rest.indices.contains(index - 3) ? rest[index - 3] : nil }

    /// Shape and elements of the entry at `index`, without counting a reference to it: good while the list itself lives.
    @inline(__always)
    func header(_ index: Int) -> UnsafePointer<StorageHeader> {
        if index == 0, let first { return first.header }
        if index == 1, let second { return second.header }
        return self[index].header
    }

    /// Replaces the entry at `index`.
    @inline(__always)
    public mutating func set(_ index: Int, _ tensor: consuming Tensor?) {
        require(index >= 0 && index < count, "TensorList: entry \(index) of \(count)")
        if tensor?.isRecorded == true { isRecorded = true }
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
    @inline(__always)
    mutating func take(_ index: Int) -> Tensor? {
        var taken: Tensor?
        switch index {
        case 0: swap(&taken, &first)
        case 1: swap(&taken, &second)
        case 2: swap(&taken, &third)
        default: if rest.indices.contains(index - 3) { swap(&taken, &rest[index - 3]) }
        }
        return taken
    }

    /// Bit i says that nothing but this list refers to the elements of entry i; only the first two are looked at.
    @inline(__always)
    mutating func findOverwritable() -> UInt8 {
        var mask: UInt8 = 0
        if count > 0, first?.isUniquelyReferenced() == true { mask |= 1 }
        if count > 1, second?.isUniquelyReferenced() == true { mask |= 2 }
        return mask
    }

    /// Makes the entries results of `node`.
    @inline(__always)
    mutating func record(by node: Node) {
        if let tensor = take(0) { first = Tensor(tensor, recordedBy: node) }
        if count > 1 { recordOthers(by: node) }
        isRecorded = true
    }

    @inline(never)
    private mutating func recordOthers(by node: Node) {
        for index in 1..<count {
            if let tensor = take(index) { set(index, Tensor(tensor, recordedBy: node, outputIndex: index)) }
        }
    }

    /// The shapes of the entries behind the first ones; empty ones for those that are absent.
    @inline(never)
    func shapes(from start: Int) -> [Shape] { (start..<count).map { optional($0)?.shape ?? Shape() } }
}
