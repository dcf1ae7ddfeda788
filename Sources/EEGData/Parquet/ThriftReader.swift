/// Reads structures in Thrift's compact protocol, in which the metadata of Parquet files are written.
struct ThriftReader {
    private var bytes: ByteReader
    private let maximumDepth: Int
    private var depth = 0

    /// How a value is written. Booleans of structures are in the type itself.
    enum WireType: UInt8 {
        case isTrue = 1, isFalse, int8, int16, int32, int64, double, binary, list, set, map, structure
    }

    init(_ bytes: ByteReader, limits: ReadLimits) {
        self.bytes = bytes
        maximumDepth = limits.nesting
    }

    /// Bytes read so far.
    var position: Int { bytes.position }

    /// Reads a structure: `field` is called with the number and type of each field and reads its value, or skips it.
    mutating func readStructure(
        _ name: String, field: (inout ThriftReader, Int, WireType) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        try enter(name)
        var id = 0
        while true {
            let head: UInt8 = try bytes.integer(name)
            guard head != 0 else { break }
            guard let type = WireType(rawValue: head & 15) else {
                throw bytes.malformed("\(name), type of a field", expected: "1 to 12", found: "\(head & 15)")
            }
            let delta = Int(head >> 4)
            id = delta > 0 ? id + delta : Int(truncatingIfNeeded: try varint("\(name), number of a field").zigzagDecoded)
            try field(&self, id, type)
        }
        depth -= 1
    }

    /// Reads a list of structures.
    mutating func readList<Element>(
        _ name: String, _ type: WireType, element: (inout ThriftReader) throws(EEGDataError) -> Element
    ) throws(EEGDataError) -> [Element] {
        guard type == .list || type == .set else { throw wrongType(name, type) }
        let (count, elementType) = try listHeader(name)
        guard count == 0 || elementType == .structure else { throw wrongType(name, elementType) }
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    mutating func readStrings(_ name: String, _ type: WireType) throws(EEGDataError) -> [String] {
        guard type == .list else { throw wrongType(name, type) }
        let (count, elementType) = try listHeader(name)
        guard count == 0 || elementType == .binary else { throw wrongType(name, elementType) }
        var strings: [String] = []
        for _ in 0..<count { strings.append(try readString(name, .binary)) }
        return strings
    }

    mutating func readInteger(_ name: String, _ type: WireType) throws(EEGDataError) -> Int {
        switch type {
        case .int8: return Int(try bytes.integer(name, as: Int8.self))
        case .int16, .int32, .int64: return Int(try varint(name).zigzagDecoded)
        default: throw wrongType(name, type)
        }
    }

    func readBool(_ name: String, _ type: WireType) throws(EEGDataError) -> Bool {
        guard type == .isTrue || type == .isFalse else { throw wrongType(name, type) }
        return type == .isTrue
    }

    mutating func readString(_ name: String, _ type: WireType) throws(EEGDataError) -> String {
        guard type == .binary else { throw wrongType(name, type) }
        let count = try varint("\(name), length")
        return decodeText(try bytes.take(Int(clamping: count), name))
    }

    /// Goes over a value that is not needed.
    mutating func skip(_ type: WireType) throws(EEGDataError) {
        switch type {
        case .isTrue, .isFalse: break
        case .int8: try bytes.skip(1, "a skipped byte")
        case .int16, .int32, .int64: _ = try varint("a skipped integer")
        case .double: try bytes.skip(8, "a skipped number")
        case .binary: try bytes.skip(Int(clamping: try varint("a skipped length")), "a skipped text")
        case .list, .set:
            try enter("a skipped list")
            let (count, elementType) = try listHeader("a skipped list")
            for _ in 0..<count { try skipElement(elementType) }
            depth -= 1
        case .map:
            try enter("a skipped map")
            let count = try boundedCount(try varint("a skipped map"), "a skipped map")
            if count > 0 {
                let types: UInt8 = try bytes.integer("types of a skipped map")
                guard let key = WireType(rawValue: types >> 4), let value = WireType(rawValue: types & 15) else {
                    throw bytes.malformed("types of a skipped map", expected: "1 to 12", found: "\(types)")
                }
                for _ in 0..<count {
                    try skipElement(key)
                    try skipElement(value)
                }
            }
            depth -= 1
        case .structure:
            try readStructure("a skipped structure") { (reader, _, type) throws(EEGDataError) in try reader.skip(type) }
        }
    }

    /// Booleans take one byte each in lists and maps.
    private mutating func skipElement(_ type: WireType) throws(EEGDataError) {
        if type == .isTrue || type == .isFalse { try bytes.skip(1, "a skipped boolean") } else { try skip(type) }
    }

    private mutating func listHeader(_ name: String) throws(EEGDataError) -> (count: Int, type: WireType) {
        let head: UInt8 = try bytes.integer(name)
        // Some writers give empty lists no type.
        guard let type = WireType(rawValue: head == 0 ? 12 : head & 15) else {
            throw bytes.malformed("\(name), type of elements", expected: "1 to 12", found: "\(head & 15)")
        }
        let count = head >> 4 < 15 ? UInt64(head >> 4) : try varint("\(name), number of elements")
        return (try boundedCount(count, name), type)
    }

    /// Every element takes a byte or more: a higher count is not true.
    private func boundedCount(_ count: UInt64, _ name: String) throws(EEGDataError) -> Int {
        guard count <= UInt64(bytes.remaining) else {
            throw bytes.malformed("\(name), number of elements", expected: "at most \(bytes.remaining)", found: "\(count)")
        }
        return Int(count)
    }

    private mutating func varint(_ name: String) throws(EEGDataError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte: UInt8 = try bytes.integer(name)
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
        }
        throw bytes.malformed(name, expected: "an integer of at most 10 bytes", found: "more")
    }

    private mutating func enter(_ name: String) throws(EEGDataError) {
        depth += 1
        guard depth <= maximumDepth else {
            throw bytes.malformed(name, expected: "at most \(maximumDepth) structures in one another", found: "more")
        }
    }

    private func wrongType(_ name: String, _ type: WireType) -> EEGDataError {
        bytes.malformed(name, expected: "a value of its type", found: "type \(type)")
    }
}

extension UInt64 {
    /// The signed integer whose magnitude and sign interleave in these bits: 0, -1, 1, -2 …
    var zigzagDecoded: Int64 { Int64(bitPattern: self >> 1) ^ -Int64(bitPattern: self & 1) }
}
