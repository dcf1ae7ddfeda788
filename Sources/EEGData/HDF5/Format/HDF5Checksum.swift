/// The checksum of HDF5's metadata: `hashlittle` of R. Jenkins, "lookup3.c" (2006), with the initial value 0.
func hdf5Checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBytes { bytes in
        var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
        var b = a
        var c = a
        func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
        var position = 0
        // The last block, of 1 to 12 bytes, is mixed another way.
        while bytes.count - position > 12 {
            a &+= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            b &+= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
            c &+= UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt32.self))
            a = (a &- c) ^ rotated(c, 4)
            c &+= b
            b = (b &- a) ^ rotated(a, 6)
            a &+= c
            c = (c &- b) ^ rotated(b, 8)
            b &+= a
            a = (a &- c) ^ rotated(c, 16)
            c &+= b
            b = (b &- a) ^ rotated(a, 19)
            a &+= c
            c = (c &- b) ^ rotated(b, 4)
            b &+= a
            position += 12
        }
        guard position < bytes.count else { return c }
        func tail(_ word: Int) -> UInt32 {
            var value: UInt32 = 0
            for index in 0..<4 where position + 4 * word + index < bytes.count {
                value |= UInt32(bytes[position + 4 * word + index]) << UInt32(8 * index)
            }
            return value
        }
        a &+= tail(0)
        b &+= tail(1)
        c &+= tail(2)
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        c = (c ^ b) &- rotated(b, 24)
        return c
    }
}

/// The checksum of the filter `fletcher32`: Fletcher's sums over 16-bit big-endian words, reduced as the HDF5 library does.
func hdf5Fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var first: UInt32 = 0
    var second: UInt32 = 0
    func fold() {
        first = (first & 0xFFFF) + (first >> 16)
        second = (second & 0xFFFF) + (second >> 16)
    }
    let words = bytes.count / 2
    var word = 0
    while word < words {
        // So many that the sums cannot overflow.
        let end = min(words, word + 360)
        while word < end {
            first &+= UInt32(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * word, as: UInt16.self)))
            second &+= first
            word += 1
        }
        fold()
    }
    if bytes.count % 2 == 1 {
        first &+= UInt32(bytes[bytes.count - 1]) << 8
        second &+= first
        fold()
    }
    fold()
    return second << 16 | first
}
