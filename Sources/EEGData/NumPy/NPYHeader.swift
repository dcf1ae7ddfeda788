/// The beginning of an NPY file: element type, order and shape, written as a Python dictionary.
///
/// NumPy enhancement proposal 1 and `numpy.lib.format`, versions 1 to 3.
struct NPYHeader {
    let type: ElementType
    let isBigEndian: Bool
    let isColumnMajor: Bool
    let shape: [Int]
    /// Bytes in front of the elements.
    let size: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Longer headers belong to types that are not read.
    private static let maximumSize = 1 << 16

    /// - Parameter read: gives the next bytes of the file.
    init(at place: FilePlace, read: (Int) throws(EEGDataError) -> [UInt8]) throws(EEGDataError) {
        let start = try read(8)
        guard start.starts(with: Self.magic) else { throw place.malformed(expected: "NPY data", found: describe(start)) }
        guard (1...3).contains(start[6]) else { throw place.unsupported("NPY version \(start[6])") }
        let lengthBytes = try read(start[6] == 1 ? 2 : 4)
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.maximumSize else { throw place.unsupported("an NPY header of \(length) bytes") }
        size = 8 + lengthBytes.count + length
        var fields = NPYDictionary(decodeText(try read(length)), place: place)
        try fields.parse()
        guard let descriptor = fields.descriptor, let isColumnMajor = fields.isColumnMajor, let shape = fields.shape else {
            throw place.malformed(expected: "descr, fortran_order and shape", found: "a header without one of them")
        }
        let types: [String: ElementType] = [
            "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64, "u1": .uint8,
            "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
        ]
        guard let order = descriptor.first, "<>|=".contains(order), let type = types[String(descriptor.dropFirst())] else {
            throw place.unsupported("elements of type \(descriptor)")
        }
        self.type = type
        isBigEndian = order == ">"
        self.isColumnMajor = isColumnMajor
        self.shape = shape
    }
}

/// The three entries of the dictionary.
private struct NPYDictionary {
    var descriptor: String?
    var isColumnMajor: Bool?
    var shape: [Int]?
    private var text: Substring
    private let place: FilePlace

    init(_ text: String, place: FilePlace) {
        self.text = text[...]
        self.place = place
    }

    mutating func parse() throws(EEGDataError) {
        try expect("{")
        while !accept("}") {
            let key = try quoted()
            try expect(":")
            switch key {
            case "descr":
                guard peek == "'" || peek == "\"" else { throw place.unsupported("elements with fields") }
                descriptor = try quoted()
            case "fortran_order":
                isColumnMajor = accept("True")
                if isColumnMajor == false { try expect("False") }
            case "shape": shape = try integers()
            default: throw malformed("descr, fortran_order or shape", key)
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard text.isEmpty else { throw malformed("nothing behind the header", String(text.prefix(20))) }
    }

    private mutating func integers() throws(EEGDataError) -> [Int] {
        try expect("(")
        var values: [Int] = []
        while !accept(")") {
            skipSpace()
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            guard let value = Int(digits), values.count < 32 else { throw malformed("a shape of at most 32 extents", String(text.prefix(20))) }
            text = text.dropFirst(digits.count)
            values.append(value)
            // Python 2 marked long integers.
            _ = accept("L")
            if !accept(",") {
                try expect(")")
                break
            }
        }
        return values
    }

    private mutating func quoted() throws(EEGDataError) -> String {
        skipSpace()
        guard let quote = text.first, quote == "'" || quote == "\"" else { throw malformed("a quoted name", String(text.prefix(20))) }
        let rest = text.dropFirst()
        guard let end = rest.firstIndex(of: quote) else { throw malformed("a closing quote", String(text.prefix(20))) }
        text = rest[rest.index(after: end)...]
        return String(rest[..<end])
    }

    private var peek: Character? { text.first { !$0.isWhitespace } }

    private mutating func skipSpace() { text = text.drop { $0.isWhitespace } }

    private mutating func accept(_ token: String) -> Bool {
        skipSpace()
        guard text.hasPrefix(token) else { return false }
        text = text.dropFirst(token.count)
        return true
    }

    private mutating func expect(_ token: String) throws(EEGDataError) {
        guard accept(token) else { throw malformed(token, String(text.prefix(20))) }
    }

    private func malformed(_ expected: String, _ found: String) -> EEGDataError { place.malformed(expected: expected, found: "\"\(found)\"") }
}
