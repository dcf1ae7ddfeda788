/// Integers stored as packed differences (encoding DELTA_BINARY_PACKED).
struct DeltaBinaryPacked {
    let count: Int
    /// Bytes up to the end of the last block that holds values.
    private(set) var position = 0
    private let bytes: UnsafeRawBufferPointer
    private let miniblockSize: Int
    private let miniblockCount: Int
    private var last: UInt64

    /// Reads the header; nil where it is broken.
    ///
    /// - Parameter bytes: followed by at least 16 readable bytes.
    init?(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        var position = 0
        guard let blockSize = bytes.varint(&position), let miniblocks = bytes.varint(&position), let count = bytes.varint(&position),
            let first = bytes.varint(&position)
        else { return nil }
        guard blockSize > 0, blockSize % 128 == 0, blockSize <= 1 << 24, miniblocks > 0, blockSize % miniblocks == 0,
            (blockSize / miniblocks) % 32 == 0, count <= UInt64(Int32.max)
        else { return nil }
        self.count = Int(count)
        self.position = position
        miniblockCount = Int(miniblocks)
        miniblockSize = Int(blockSize / miniblocks)
        last = UInt64(bitPattern: first.zigzagDecoded)
    }

    /// Decodes all values; false where the bytes end too early or a width is beyond that of the values.
    mutating func decode<Word: FixedWidthInteger & UnsignedInteger>(into result: UnsafeMutablePointer<Word>) -> Bool {
        guard count > 0 else { return true }
        result[0] = Word(truncatingIfNeeded: last)
        var done = 1
        while done < count {
            guard let least = bytes.varint(&position), miniblockCount <= bytes.count - position else { return false }
            let smallest = UInt64(bitPattern: least.zigzagDecoded)
            let widths = position
            position += miniblockCount
            for miniblock in 0..<miniblockCount where done < count {
                let width = Int(bytes[widths + miniblock])
                guard width <= Word.bitWidth else { return false }
                let needed = min(miniblockSize, count - done)
                // The last miniblock may end behind its last value.
                guard (needed * width + 7) / 8 <= bytes.count - position else { return false }
                let bits = PackedBits(start: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + position), width: width)
                for index in 0..<needed {
                    last = last &+ smallest &+ bits.wide(index)
                    result[done + index] = Word(truncatingIfNeeded: last)
                }
                done += needed
                position = min(bytes.count, position + miniblockSize * width / 8)
            }
        }
        return true
    }
}

extension UnsafeRawBufferPointer {
    /// An integer in groups of seven bits, the lowest first; nil where the bytes end or there are more than ten.
    func varint(_ position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < count else { return nil }
            let byte = self[position]
            position += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
        }
        return nil
    }
}
