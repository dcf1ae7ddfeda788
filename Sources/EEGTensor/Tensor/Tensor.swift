/// A dense array of `Float` with up to six axes, row-major and contiguous.
///
/// Tensors are values: they share memory behind the scenes and are never seen to change. An operation writes its result over an operand
/// that nothing else refers to, so a chain of element-wise operations uses one buffer. Tensors can be sent freely between threads.
///
/// A tensor that was computed from a watched one (inside `valueAndGradient`) carries the record of how; all others carry nothing.
public struct Tensor: Sendable {
    nonisolated(unsafe) var storage: Storage
    var node: Node?
    /// The sizes along the axes.
    public internal(set) var shape: Shape
    /// Which result of its node this is.
    var outputIndex: Int32

    @inline(__always)
    init(storage: Storage, shape: Shape, node: Node? = nil, outputIndex: Int32 = 0) {
        self.storage = storage
        self.shape = shape
        self.node = node
        self.outputIndex = outputIndex
    }

    /// Memory for a tensor, to be written through `mutablePointer` before anything else sees it.
    @inline(__always)
    init(uninitialized shape: Shape) {
        self.init(storage: Storage.make(shape.elementCount), shape: shape)
    }

    /// The number of axes.
    public var rank: Int { shape.rank }

    /// The number of elements.
    public var count: Int { shape.elementCount }

    /// Whether operations on this tensor are recorded for differentiation.
    public var isRecorded: Bool { node != nil }

    /// The same elements without the record of how they were computed: no gradient flows through.
    public func detached() -> Tensor { Tensor(storage: storage, shape: shape) }

    /// The shape and place in the record alone, without the elements.
    var withoutElements: Tensor { Tensor(storage: Storage.none, shape: shape, node: node, outputIndex: outputIndex) }

    /// The elements, for reading.
    @inline(__always)
    var pointer: UnsafePointer<Float> { UnsafePointer(storage.header.pointer) }

    /// The elements, for writing: only for memory that nothing else has seen yet, or that an operation may overwrite.
    @inline(__always)
    var mutablePointer: UnsafeMutablePointer<Float> { storage.header.pointer }
}
