/// A dense array of `Float` with up to six axes, row-major and contiguous.
///
/// Tensors are values: they share memory behind the scenes and are never seen to change. An operation writes its result over an operand
/// that nothing else refers to, so a chain of element-wise operations uses one buffer. Tensors can be sent freely between threads.
///
/// A tensor that was computed from a watched one (inside `valueAndGradient`) carries the record of how; all others carry nothing.
public struct Tensor: Sendable {
    nonisolated(unsafe) private var storage: Storage

    @inline(__always)
    private init(_ storage: Storage) { self.storage = storage }

    /// Memory for a tensor, to be written through `mutablePointer` before anything else sees it.
    @inline(__always)
    init(uninitialized shape: Shape) { self.init(Storage.make(shape)) }

    /// The elements of `tensor` under another shape with as many, without a record.
    init(sharing tensor: Tensor, shape: Shape) {
        let source = tensor.withoutRecord().storage
        self.init(Storage.make(sharing: source.fields.owner ?? source, shape: shape, node: nil, outputIndex: 0))
    }

    /// `tensor` as a result of a recorded step.
    @inline(__always)
    init(_ tensor: consuming Tensor, recordedBy node: Node, outputIndex: Int = 0) {
        let shape = tensor.shape
        self.init(Storage.make(sharing: tensor.withoutRecord().storage, shape: shape, node: node, outputIndex: outputIndex))
    }

    /// The sizes along the axes.
    @inline(__always)
    public var shape: Shape { storage.fields.shape }

    /// The number of axes.
    public var rank: Int { shape.rank }

    /// The number of elements.
    public var count: Int { shape.elementCount }

    /// The step that computed the tensor, while it is recorded.
    @inline(__always)
    var node: Node? { storage.fields.node }

    /// Which result of its node this is.
    var outputIndex: Int { Int(storage.fields.outputIndex) }

    /// Whether operations on this tensor are recorded for differentiation.
    @inline(__always)
    public var isRecorded: Bool { storage.fields.node != nil }

    /// The same elements without the record of how they were computed: no gradient flows through.
    public func detached() -> Tensor {
        // What a trace is made from depends on the input all the same.
        node?.trace == nil ? withoutRecord() : self
    }

    /// The same elements without a record.
    @inline(__always)
    func withoutRecord() -> Tensor {
        guard isRecorded, let owner = storage.fields.owner else { return self }
        return Tensor(owner)
    }

    /// Elements that belong to another, who keeps them while the tensor lives. Nothing may write to the tensor.
    init(borrowing elements: UnsafeMutablePointer<Float>, shape: Shape) {
        self.init(Storage.make(borrowing: elements, shape: shape))
    }

    /// Whether nothing else refers to the elements.
    @inline(__always)
    mutating func isUniquelyReferenced() -> Bool {
        guard isKnownUniquelyReferenced(&storage) else { return false }
        guard storage.fields.owner != nil else { return true }
        return !isRecorded && isKnownUniquelyReferenced(&storage.fields.owner)
    }

    /// Where shape and elements are noted: good while the tensor lives.
    @inline(__always)
    var header: UnsafePointer<StorageHeader> { storage.withUnsafeMutablePointerToHeader { UnsafePointer($0) } }

    /// The elements, for reading.
    @inline(__always)
    var pointer: UnsafePointer<Float> { UnsafePointer(storage.fields.elements) }

    /// The elements, for writing: only for memory that nothing else has seen yet, or that an operation may overwrite.
    @inline(__always)
    var mutablePointer: UnsafeMutablePointer<Float> { storage.fields.elements }
}
