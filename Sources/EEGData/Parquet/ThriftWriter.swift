/// Writes structures in Thrift's compact protocol.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    /// The last field number of each structure that is open.
    private var lastFields = [0]

    mutating func integer(_ id: Int, _ value: Int, _ type: ThriftReader.WireType = .int32) {
        field(id, type)
        varint(UInt64(bitPattern: Int64(value << 1) ^ Int64(value >> 63)))
    }

    mutating func text(_ id: Int, _ value: String) {
        field(id, .binary)
        text(value)
    }

    mutating func texts(_ id: Int, _ values: [String]) {
        listHeader(id, .binary, values.count)
        for value in values { text(value) }
    }

    mutating func integers(_ id: Int, _ values: [Int]) {
        listHeader(id, .int32, values.count)
        for value in values { varint(UInt64(value) << 1) }
    }

    mutating func structure(_ id: Int, _ content: (inout ThriftWriter) -> Void) {
        field(id, .structure)
        element(content)
    }

    mutating func list<Element>(_ id: Int, _ elements: [Element], _ content: (inout ThriftWriter, Element) -> Void) {
        listHeader(id, .structure, elements.count)
        for item in elements { element { content(&$0, item) } }
    }

    /// The bytes of a whole structure.
    static func structure(_ content: (inout ThriftWriter) -> Void) -> [UInt8] {
        var writer = ThriftWriter()
        content(&writer)
        return writer.bytes + [0]
    }

    private mutating func element(_ content: (inout ThriftWriter) -> Void) {
        lastFields.append(0)
        content(&self)
        lastFields.removeLast()
        bytes.append(0)
    }

    private mutating func text(_ value: String) {
        varint(UInt64(value.utf8.count))
        bytes += Array(value.utf8)
    }

    private mutating func listHeader(_ id: Int, _ type: ThriftReader.WireType, _ count: Int) {
        field(id, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            varint(UInt64(count))
        }
    }

    /// Field numbers of a structure rise by less than 16 in what is written here.
    private mutating func field(_ id: Int, _ type: ThriftReader.WireType) {
        bytes.append(UInt8(id - lastFields[lastFields.count - 1]) << 4 | type.rawValue)
        lastFields[lastFields.count - 1] = id
    }

    private mutating func varint(_ value: UInt64) { bytes += varintBytes(value) }
}

/// An integer in groups of seven bits, the lowest first.
func varintBytes(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 128 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
        rest >>= 7
    }
    return bytes + [UInt8(rest)]
}
