/// Where the elements of a storage lie.
struct StorageHeader {
    /// The first element, 64-byte aligned.
    var pointer: UnsafeMutablePointer<Float>
    /// The number of elements.
    var count: Int
    /// The size of the block from the buffer cache; 0 where the elements follow the object itself.
    var blockBytes: Int
}

/// Reference-counted memory of one or more tensors.
///
/// It is written only before it is shared or while it is uniquely referenced, which makes sharing it between threads safe; the compiler
/// cannot see that, hence `nonisolated(unsafe)` where one is stored.
final class Storage: ManagedBuffer<StorageHeader, Float> {
    /// Memory for `count` elements, not initialised.
    @inline(__always)
    static func make(_ count: Int) -> Storage {
        let bytes = count * MemoryLayout<Float>.stride
        if bytes > BufferCache.smallestBlock { return makeCached(count, bytes) }
        let object = create(minimumCapacity: count + 15) { buffer in
            buffer.withUnsafeMutablePointerToElements { elements in
                let padding = Int((64 - UInt(bitPattern: elements) % 64) % 64) / MemoryLayout<Float>.stride
                return StorageHeader(pointer: elements + padding, count: count, blockBytes: 0)
            }
        }
        return unsafeDowncast(object, to: Storage.self)
    }

    @inline(never)
    private static func makeCached(_ count: Int, _ bytes: Int) -> Storage {
        let object = create(minimumCapacity: 0) { _ in
            let (block, size) = BufferCache.shared.allocate(bytes)
            return StorageHeader(pointer: block.assumingMemoryBound(to: Float.self), count: count, blockBytes: size)
        }
        return unsafeDowncast(object, to: Storage.self)
    }

    /// Stands for the elements of a tensor of which only the shape is kept.
    nonisolated(unsafe) static let none = Storage.make(0)

    deinit {
        if header.blockBytes > 0 { BufferCache.shared.release(header.pointer, bytes: header.blockBytes) }
    }
}
