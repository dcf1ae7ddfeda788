/// The operands, results or gradients of an operation: a short list in which an entry can be absent.
///
/// Up to three entries are kept without allocating memory.
public struct TensorList: Sendable, ExpressibleByArrayLiteral {
    private var first: Tensor?
    private var second: Tensor?
    private var third: Tensor?
    private var rest: [Tensor?]?
    /// The number of entries, absent ones included.
    public private(set) var count: Int
    /// Whether any entry was recorded when it was put in.
    private(set) var isRecorded: Bool

    @inline(__always)
    public init() {
        rest = nil
        count = 0
        isRecorded = false
    }

    @inline(__always)
    public init(_ first: consuming Tensor) {
        isRecorded = first.node != nil
        self.first = first
        rest = nil
        count = 1
    }

    @inline(__always)
    public init(_ first: consuming Tensor, _ second: consuming Tensor?) {
        self.init(first)
        append(second)
    }

    @inline(__always)
    public init(_ first: consuming Tensor?, _ second: consuming Tensor?, _ third: consuming Tensor?) {
        self.init()
        append(first)
        append(second)
        append(third)
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
    @inline(__always)
    public mutating func append(_ tensor: consuming Tensor?) {
        if tensor?.node != nil { isRecorded = true }
        switch count {
        case 0: first = tensor
        case 1: second = tensor
        case 2: third = tensor
        default: appendToRest(tensor)
        }
        count += 1
    }

    @inline(never)
    private mutating func appendToRest(_ tensor: consuming Tensor?) {
        if rest == nil { rest = [] }
        rest?.append(tensor)
    }

    /// The entry at `index`.
    ///
    /// - Precondition: it is present.
    @inline(__always)
    public subscript(index: Int) -> Tensor {
        if index == 0, let tensor = first { return tensor }
        if index == 1, let tensor = second { return tensor }
        if index == 2, let tensor = third { return tensor }
        return fromRest(index)
    }

    @inline(never)
    private func fromRest(_ index: Int) -> Tensor {
        guard let rest, index >= 3, index - 3 < rest.count, let tensor = rest[index - 3] else {
            requirementFailed("TensorList: entry \(index) of \(count) is absent", file: #fileID, line: #line)
        }
        return tensor
    }

    /// The entry at `index`, or nil where it is absent.
    @inline(__always)
    public func optional(_ index: Int) -> Tensor? {
        switch index {
        case 0: first
        case 1: second
        case 2: third
        default: index - 3 < (rest?.count ?? 0) ? rest?[index - 3] : nil
        }
    }

    /// Replaces the entry at `index`.
    public mutating func set(_ index: Int, _ tensor: consuming Tensor?) {
        require(index >= 0 && index < count, "TensorList: entry \(index) of \(count)")
        switch index {
        case 0: first = tensor
        case 1: second = tensor
        case 2: third = tensor
        default: rest?[index - 3] = tensor
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
        default: if index - 3 < (rest?.count ?? 0) { swap(&taken, &rest![index - 3]) }
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

    /// The same entries without their record.
    func detached() -> TensorList {
        var result = TensorList()
        for index in 0..<count { result.append(optional(index)?.detached()) }
        return result
    }
}
