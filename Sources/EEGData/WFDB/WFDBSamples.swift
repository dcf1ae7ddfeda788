/// How the samples of a WFDB signal file are stored.
protocol WFDBSamples {
    /// The stored value that stands for a missing sample.
    static var missing: Int32 { get }
    /// The bytes of this many samples.
    static func size(_ count: Int) -> Int
    /// The number of samples in this many bytes.
    static func count(_ size: Int) -> Int
    /// The value of the sample at `index`.
    static func load(_ bytes: UnsafeRawPointer, _ index: Int) -> Int32
}

/// The formats that can be read, by the numbers that headers give them.
enum WFDBFormat: Int {
    case int8Offset = 80
    case int16 = 16
    case int16BigEndian = 61
    case int12Pairs = 212
    case int24 = 24
    case int32 = 32

    var samples: any WFDBSamples.Type {
        switch self {
        case .int8Offset: WFDBFormat80.self
        case .int16: WFDBFormat16.self
        case .int16BigEndian: WFDBFormat61.self
        case .int12Pairs: WFDBFormat212.self
        case .int24: WFDBFormat24.self
        case .int32: WFDBFormat32.self
        }
    }

    /// The stored values that are samples: all but the lowest, which stands for a missing one.
    var digitalRange: ClosedRange<Int> { (Int(samples.missing) + 1)...(-1 - Int(samples.missing)) }
}

/// Bytes, 128 too large.
enum WFDBFormat80: WFDBSamples {
    static var missing: Int32 { -128 }
    static func size(_ count: Int) -> Int { count }
    static func count(_ size: Int) -> Int { size }
    static func load(_ bytes: UnsafeRawPointer, _ index: Int) -> Int32 { Int32(bytes.load(fromByteOffset: index, as: UInt8.self)) - 128 }
}

enum WFDBFormat16: WFDBSamples {
    static var missing: Int32 { -32768 }
    static func size(_ count: Int) -> Int { 2 * count }
    static func count(_ size: Int) -> Int { size / 2 }
    static func load(_ bytes: UnsafeRawPointer, _ index: Int) -> Int32 {
        Int32(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
    }
}

enum WFDBFormat61: WFDBSamples {
    static var missing: Int32 { -32768 }
    static func size(_ count: Int) -> Int { 2 * count }
    static func count(_ size: Int) -> Int { size / 2 }
    static func load(_ bytes: UnsafeRawPointer, _ index: Int) -> Int32 {
        Int32(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
    }
}

/// Two samples of 12 bits in three bytes: the low bytes first and third, the high bits of both in the second.
enum WFDBFormat212: WFDBSamples {
    static var missing: Int32 { -2048 }
    static func size(_ count: Int) -> Int { count / 2 * 3 + (count % 2 == 0 ? 0 : 2) }
    static func count(_ size: Int) -> Int { size / 3 * 2 + (size % 3 == 2 ? 1 : 0) }
    static func load(_ bytes: UnsafeRawPointer, _ index: Int) -> Int32 {
        let pair = bytes + index / 2 * 3
        let low = Int32(pair.load(fromByteOffset: index % 2 * 2, as: UInt8.self))
        let middle = Int32(pair.load(fromByteOffset: 1, as: UInt8.self))
        let high = index % 2 == 0 ? middle & 0x0F : middle >> 4
        return ((high << 8 | low) << 20) >> 20
    }
}

enum WFDBFormat24: WFDBSamples {
    static var missing: Int32 { -(1 << 23) }
    static func size(_ count: Int) -> Int { 3 * count }
    static func count(_ size: Int) -> Int { size / 3 }
    static func load(_ bytes: UnsafeRawPointer, _ index: Int) -> Int32 {
        let low = Int32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 3 * index, as: UInt16.self)))
        return Int32(bytes.load(fromByteOffset: 3 * index + 2, as: Int8.self)) << 16 | low
    }
}

enum WFDBFormat32: WFDBSamples {
    static var missing: Int32 { .min }
    static func size(_ count: Int) -> Int { 4 * count }
    static func count(_ size: Int) -> Int { size / 4 }
    static func load(_ bytes: UnsafeRawPointer, _ index: Int) -> Int32 {
        Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))
    }
}
