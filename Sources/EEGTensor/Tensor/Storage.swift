/// What a tensor refers to: where its elements lie, their shape, and how they were computed.
struct StorageHeader {
    /// The first element, 64-byte aligned.
    var elements: UnsafeMutablePointer<Float>
    var shape: Shape
    /// Which result of `node` this is.
    var outputIndex: Int32 = 0
    /// The size of the block from the buffer cache; 0 where the elements follow the object itself or are another's.
    var blockBytes = 0
    /// The storage whose elements these are; nil where they are its own.
    var owner: Storage?
    /// The recorded step that computed the elements. A storage with a node has an owner that is the same tensor without record.
    var node: Node?
}

/// The object behind a tensor.
///
/// It is written only before it is shared or while it is uniquely referenced, which makes sharing it between threads safe; the compiler
/// cannot see that, hence `nonisolated(unsafe)` where one is stored.
final class Storage: ManagedBuffer<StorageHeader, Float> {
    /// Memory for a tensor, not initialised.
    @inline(__always)
    static func make(_ shape: Shape) -> Storage {
        let count = shape.elementCount
        if count * MemoryLayout<Float>.stride > BufferCache.smallestBlock { return makeCached(shape, count) }
        let object = create(minimumCapacity: count + 15) { buffer in
            buffer.withUnsafeMutablePointerToElements { elements in
                let padding = Int((64 - UInt(bitPattern: elements) % 64) % 64) / MemoryLayout<Float>.stride
                return StorageHeader(elements: elements + padding, shape: shape)
            }
        }
        return unsafeDowncast(object, to: Storage.self)
    }

    @inline(never)
    private static func makeCached(_ shape: Shape, _ count: Int) -> Storage {
        let object = create(minimumCapacity: 0) { _ in
            let (block, size) = BufferCache.shared.allocate(count * MemoryLayout<Float>.stride)
            return StorageHeader(elements: block.assumingMemoryBound(to: Float.self), shape: shape, blockBytes: size)
        }
        return unsafeDowncast(object, to: Storage.self)
    }

    /// A storage for elements that belong to another.
    static func make(borrowing elements: UnsafeMutablePointer<Float>, shape: Shape) -> Storage {
        unsafeDowncast(create(minimumCapacity: 0) { _ in StorageHeader(elements: elements, shape: shape) }, to: Storage.self)
    }

    /// The elements of `owner` under another shape or with a record.
    @inline(__always)
    static func make(sharing owner: consuming Storage, shape: Shape, node: Node?, outputIndex: Int) -> Storage {
        let elements = owner.fields.elements
        let object = create(minimumCapacity: 0) { _ in
            StorageHeader(
                elements: elements, shape: shape, outputIndex: Int32(outputIndex), owner: owner, node: node)
        }
        return unsafeDowncast(object, to: Storage.self)
    }

    /// The header, without the checks for overlapping access that a class property brings.
    @inline(__always)
    var fields: StorageHeader {
        unsafeAddress { withUnsafeMutablePointerToHeader { UnsafePointer($0) } }
        unsafeMutableAddress { withUnsafeMutablePointerToHeader { $0 } }
    }

    deinit {
        if fields.blockBytes > 0 { BufferCache.shared.release(fields.elements, bytes: fields.blockBytes) }
    }
}
