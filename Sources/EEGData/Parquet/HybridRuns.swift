/// The hybrid of runs and packed bits, in which Parquet stores levels and dictionary indices.
///
/// A run is one value repeated; a packed stretch holds values of `width` bits each, least significant bit first.
struct HybridRuns {
    enum Run {
        case repeated(UInt32, count: Int)
        /// Values that begin with the first bit of byte `offset`.
        case packed(offset: Int, count: Int)
    }

    let bytes: UnsafeRawBufferPointer
    let width: Int
    private(set) var position = 0

    /// - Parameter width: bits of a value, 0 to 32.
    init(_ bytes: UnsafeRawBufferPointer, width: Int) {
        self.bytes = bytes
        self.width = width
    }

    /// The next run, of at most `limit` values; nil where the bytes end or are broken.
    mutating func next(limit: Int) -> Run? {
        while true {
            guard let head = bytes.varint(&position) else { return nil }
            let length = head >> 1
            if head & 1 == 0 {
                let size = (width + 7) / 8
                guard bytes.count - position >= size else { return nil }
                var value: UInt32 = 0
                for index in 0..<size { value |= UInt32(bytes[position + index]) << UInt32(8 * index) }
                position += size
                // Runs of nothing are allowed; each takes bytes, so that they come to an end.
                if length == 0 { continue }
                return .repeated(value, count: Int(min(length, UInt64(limit))))
            }
            if length == 0 { continue }
            let start = position
            let count = length > UInt64(limit) ? limit : min(limit, Int(length) * 8)
            guard width > 0 else { return .repeated(0, count: count) }
            // The last group may be cut short at the end of the page.
            guard count <= (bytes.count - start) * 8 / width else { return nil }
            let size = length > UInt64(bytes.count) ? bytes.count : Int(length) * width
            position = min(bytes.count, start + size)
            return .packed(offset: start, count: count)
        }
    }
}

/// Packed integers of `width` bits, least significant bit first.
///
/// Eight bytes behind the last one that holds bits of a value must be readable.
struct PackedBits {
    let start: UnsafeRawPointer
    let width: Int

    /// The value at a place, for widths up to 57.
    @inline(__always)
    subscript(index: Int) -> UInt64 {
        let bit = index &* width
        let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self))
        return (word &>> UInt64(bit & 7)) & ((1 &<< UInt64(width)) &- 1)
    }

    /// The value at a place, for widths up to 64.
    @inline(__always)
    func wide(_ index: Int) -> UInt64 {
        guard width > 57 else { return self[index] }
        let bit = index &* width
        let word = UInt64(littleEndian: start.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self))
        let shift = UInt64(bit & 7)
        let high = UInt64(start.load(fromByteOffset: (bit &>> 3) &+ 8, as: UInt8.self))
        let joined = (word &>> shift) | (shift > 0 ? high &<< (64 &- shift) : 0)
        return width == 64 ? joined : joined & ((1 &<< UInt64(width)) &- 1)
    }
}
