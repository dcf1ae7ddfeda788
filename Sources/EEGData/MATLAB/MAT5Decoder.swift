/// The classes of arrays in a MATLAB file of version 5.
enum MAT5Class: UInt8 {
    case cell = 1
    case structure, object, text, sparse, double, single, int8, uint8, int16, uint16, int32, uint32, int64, uint64, function, opaque

    static let unreadable: Set<MAT5Class> = [.object, .function, .opaque]

    /// The type of the elements of a numeric class.
    var element: MAT5Element? {
        switch self {
        case .double: .double
        case .single: .single
        case .int8: .int8
        case .uint8: .uint8
        case .int16: .int16
        case .uint16: .uint16
        case .int32: .int32
        case .uint32: .uint32
        case .int64: .int64
        case .uint64: .uint64
        default: nil
        }
    }

    var name: String {
        switch self {
        case .structure: "struct"
        case .text: "char"
        case .function: "function_handle"
        default: "\(self)"
        }
    }
}

/// What stands in front of the values of a matrix.
struct MAT5Header {
    let type: MAT5Class
    let shape: [Int]
    let count: Int
    let name: String
    let className: String
    let isLogical: Bool
    let isComplex: Bool

    /// Whether the values are one element of numbers.
    var isReal: Bool { type.element != nil && !isComplex }
}

/// Decodes matrix elements, one inside the other.
struct MAT5Decoder {
    private var reader: ByteReader
    private let isBigEndian: Bool
    private let limits: ReadLimits
    /// Bytes that may still be decoded.
    private var budget: Int
    private var depth = 0
    /// What a value takes beside its elements, about.
    private static let valueSize = 128

    init(_ reader: ByteReader, isBigEndian: Bool, limits: ReadLimits) {
        self.reader = reader
        self.isBigEndian = isBigEndian
        self.limits = limits
        budget = limits.decodedBytes
    }

    /// The value of a matrix element, behind its tag.
    mutating func matrix() throws(EEGDataError) -> MATValue {
        try spend(Self.valueSize)
        guard depth < limits.nesting else {
            throw .unsupported(file: reader.file, format: reader.format, feature: "arrays more than \(limits.nesting) levels deep")
        }
        depth += 1
        defer { depth -= 1 }
        // An element without bytes is an empty array.
        guard reader.remaining > 0 else { return .numbers(NumericArray(shape: [0, 0], values: .double([]))) }
        let header = try header()
        switch header.type {
        case .cell: return .cell(MATCell(shape: header.shape, elements: try matrices(header, perElement: 1)))
        case .structure: return .structure(try structure(header))
        case .text: return .text(try text(header))
        case .sparse: return .sparse(try sparse(header))
        case .object, .function, .opaque: return .unsupported(className: header.className)
        default: return try numbers(header)
        }
    }

    /// Flags, shape and name.
    mutating func header() throws(EEGDataError) -> MAT5Header {
        let flags = try element("array flags")
        guard flags.type == .uint32, flags.data.count == 8 else {
            throw reader.malformed("array flags", expected: "8 bytes of uint32", found: "\(flags.data.count) of \(flags.type)")
        }
        var flagReader = reader(of: flags)
        let word = try flagReader.integer("array flags", as: UInt32.self, bigEndian: isBigEndian)
        guard let type = MAT5Class(rawValue: UInt8(word & 0xFF)) else {
            throw reader.malformed("array class", expected: "1 to 17", found: "\(word & 0xFF)")
        }
        if type == .opaque {
            // These have no shape, but a type system and a class name.
            let name = decodeText(try element("name").data)
            _ = try element("type system")
            let className = decodeText(try element("class name").data)
            return MAT5Header(type: type, shape: [1, 1], count: 1, name: name, className: className, isLogical: false, isComplex: false)
        }
        let (shape, count) = try self.shape()
        let name = decodeText(try element("array name").data.prefix { $0 != 0 })
        let isLogical = word & 0x200 != 0
        var className = isLogical && type != .sparse ? "logical" : type.name
        if type == .object { className = decodeText(try element("class name").data) }
        return MAT5Header(
            type: type, shape: shape, count: count, name: name, className: className, isLogical: isLogical, isComplex: word & 0x800 != 0)
    }

    private mutating func shape() throws(EEGDataError) -> (shape: [Int], count: Int) {
        let element = try element("dimensions")
        guard element.type == .int32 || element.type == .uint32, element.data.count % 4 == 0, (2...32).contains(element.data.count / 4) else {
            throw reader.malformed("dimensions", expected: "2 to 32 int32", found: "\(element.data.count) bytes of \(element.type)")
        }
        var dimensions = reader(of: element)
        var shape: [Int] = []
        var count = 1
        while dimensions.remaining > 0 {
            let size = Int(try dimensions.integer("dimension", as: Int32.self, bigEndian: isBigEndian))
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else {
                throw dimensions.malformed("dimension \(shape.count + 1)", expected: "0 or more, with a product of 63 bits", found: "\(size)")
            }
            shape.append(size)
            count = product
        }
        return (shape, count)
    }

    // MARK: Values

    private mutating func numbers(_ header: MAT5Header) throws(EEGDataError) -> MATValue {
        let real = NumericArray(shape: header.shape, values: try part(header, "real part"))
        guard header.isComplex else { return .numbers(real) }
        return .complex(real: real, imaginary: NumericArray(shape: header.shape, values: try part(header, "imaginary part")))
    }

    private mutating func part(_ header: MAT5Header, _ field: String) throws(EEGDataError) -> NumericArray.Values {
        let element = try element(field)
        let decoder = try decoder(header, stored: element.type, byteCount: element.data.count, field)
        return try decoder.values(in: .memory(element.data), part: field)
    }

    /// The numbers of a big real matrix, straight from the file; nil where the element is small.
    ///
    /// - Parameter elementStart: the place in the file of the first byte behind the matrix element's tag.
    mutating func numbersInFile(_ header: MAT5Header, file: RandomAccessFile, elementStart: Int) throws(EEGDataError) -> MATValue? {
        let start = elementStart + reader.position + 8
        guard let type = try? reader.integer("element type", as: UInt32.self, bigEndian: isBigEndian),
            let size = try? reader.integer("element size", as: UInt32.self, bigEndian: isBigEndian),
            let stored = MAT5Element(rawValue: type), size > 1 << 16, Int(size) <= file.size - start
        else { return nil }
        let decoder = try decoder(header, stored: stored, byteCount: Int(size), "real part")
        return .numbers(NumericArray(shape: header.shape, values: try decoder.values(in: .file(file, offset: start), part: "real part")))
    }

    /// Checks the size of stored numbers before memory is taken.
    private mutating func decoder(
        _ header: MAT5Header, stored: MAT5Element, byteCount: Int, _ field: String
    ) throws(EEGDataError) -> MATMatrixDecoder {
        let result = header.isLogical ? nil : header.type.element
        let isExact = stored == result || result == nil || result == .double || result == .single
        guard stored.isNumber, isExact || (stored.size <= 4 && stored != .single) else {
            throw reader.malformed(field, expected: "numbers of class \(header.className)", found: "elements of \(stored)")
        }
        let (size, overflow) = header.count.multipliedReportingOverflow(by: stored.size)
        guard !overflow, byteCount == size else {
            throw reader.malformed(field, expected: "\(header.count) elements of \(stored)", found: "\(byteCount) bytes")
        }
        let decoder = MATMatrixDecoder(
            shape: header.shape, stored: stored, result: result, isBigEndian: isBigEndian, file: reader.file)
        try spend(decoder.resultSize)
        return decoder
    }

    private mutating func text(_ header: MAT5Header) throws(EEGDataError) -> MATText {
        let element = try element("characters")
        var units: [UInt32] = []
        var characters = reader(of: element)
        try spend(16 * element.data.count)
        switch element.type {
        case .utf8:
            let text = String(decoding: element.data, as: UTF8.self)
            units = text.unicodeScalars.map(\.value)
            // The shape may count code points, UTF-16 code units or bytes.
            if units.count != header.count { units = text.utf16.map(UInt32.init) }
            if units.count != header.count { units = element.data.map(UInt32.init) }
        case .int8, .uint8:
            units = element.data.map(UInt32.init)
        case .uint16, .utf16, .int16:
            while characters.remaining > 0 {
                units.append(UInt32(try characters.integer("character", as: UInt16.self, bigEndian: isBigEndian)))
            }
        case .utf32, .uint32, .int32:
            while characters.remaining > 0 { units.append(try characters.integer("character", as: UInt32.self, bigEndian: isBigEndian)) }
        default: throw reader.malformed("characters", expected: "code units", found: "elements of \(element.type)")
        }
        guard units.count == header.count else {
            throw reader.malformed("characters", expected: "\(header.count)", found: "\(units.count)")
        }
        return MATText(shape: header.shape, columnMajorUnits: units)
    }

    private mutating func structure(_ header: MAT5Header) throws(EEGDataError) -> MATStructure {
        let lengthElement = try element("field name length")
        var lengthReader = reader(of: lengthElement)
        let length = Int(try lengthReader.integer("field name length", as: Int32.self, bigEndian: isBigEndian))
        let names = try element("field names").data
        guard names.isEmpty || (length > 0 && names.count % length == 0) else {
            throw reader.malformed("field names", expected: "a multiple of \(length) bytes", found: "\(names.count)")
        }
        var fieldNames: [String] = []
        try spend(32 * names.count)
        var rest = names
        while !rest.isEmpty {
            fieldNames.append(decodeText(rest.prefix(length).prefix { $0 != 0 }))
            rest = rest.dropFirst(length)
        }
        return MATStructure(
            shape: header.shape, fieldNames: fieldNames, values: try matrices(header, perElement: fieldNames.count))
    }

    /// The matrix elements of a cell array or struct array, `perElement` of them for each of its elements.
    private mutating func matrices(_ header: MAT5Header, perElement: Int) throws(EEGDataError) -> [MATValue] {
        let (count, overflow) = header.count.multipliedReportingOverflow(by: perElement)
        guard !overflow, count <= reader.remaining / 8 else {
            throw reader.malformed(
                "elements", expected: "\(header.count) of \(perElement) arrays each", found: "\(reader.remaining) bytes for them")
        }
        var values: [MATValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            let element = try element("array")
            guard element.type == .matrix else { throw reader.malformed("array", expected: "a matrix (14)", found: "\(element.type)") }
            let outer = reader
            reader = reader(of: element)
            values.append(try matrix())
            reader = outer
        }
        guard header.shape.filter({ $0 != 1 }).count > 1, perElement > 0 else { return values }
        return columnMajorPlaces(of: header.shape).flatMap { values[($0 * perElement)..<(($0 + 1) * perElement)] }
    }

    private mutating func sparse(_ header: MAT5Header) throws(EEGDataError) -> MATSparse {
        let rowElement = try element("row indices")
        let startElement = try element("column starts")
        guard header.shape.count == 2, rowElement.type == .int32, startElement.type == .int32 else {
            throw reader.malformed("sparse matrix", expected: "2 dimensions, int32 indices", found: "\(header.shape.count) dimensions")
        }
        let rows = header.shape[0]
        let columns = header.shape[1]
        let starts = try integers(startElement, "column starts", 0...(rowElement.data.count / 4))
        guard starts.count == columns + 1, starts.first == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw reader.malformed("column starts", expected: "\(columns + 1) rising numbers from 0", found: "\(starts.count) numbers")
        }
        // More elements may be reserved than are used.
        let count = starts.last ?? 0
        let indices = try integers(
            (type: rowElement.type, data: rowElement.data.prefix(4 * count), offset: rowElement.offset), "row indices", 0...max(0, rows - 1))
        let columnIndices = (0..<columns).flatMap { column in repeatElement(column, count: starts[column + 1] - starts[column]) }
        guard rows > 0 || count == 0 else { throw reader.malformed("row indices", expected: "none in 0 rows", found: "\(count)") }
        var parts: [[Double]] = []
        for field in header.isComplex ? ["real part", "imaginary part"] : ["real part"] {
            let element = try element(field)
            guard element.type.isNumber, element.data.count / element.type.size >= count else {
                throw reader.malformed(field, expected: "\(count) numbers", found: "\(element.data.count) bytes of \(element.type)")
            }
            try spend(8 * count)
            let decoder = MATMatrixDecoder(
                shape: [1, count], stored: element.type, result: .double, isBigEndian: isBigEndian, file: reader.file)
            parts.append(
                NumericArray(shape: [count], values: try decoder.values(in: .memory(element.data), part: field)).doubles)
        }
        return MATSparse(
            shape: header.shape, rowIndices: indices, columnIndices: columnIndices, values: parts[0],
            imaginary: parts.count > 1 ? parts[1] : nil, isLogical: header.isLogical)
    }

    private mutating func integers(_ element: Element, _ field: String, _ range: ClosedRange<Int>) throws(EEGDataError) -> [Int] {
        try spend(2 * element.data.count)
        var numbers = reader(of: element)
        var result: [Int] = []
        result.reserveCapacity(element.data.count / 4)
        while numbers.remaining > 0 {
            let value = Int(try numbers.integer(field, as: Int32.self, bigEndian: isBigEndian))
            guard range.contains(value) else { throw numbers.malformed(field, expected: "\(range)", found: "\(value)") }
            result.append(value)
        }
        return result
    }

    // MARK: Elements

    private typealias Element = (type: MAT5Element, data: ArraySlice<UInt8>, offset: Int?)

    /// The next data element, small or not, with its padding.
    private mutating func element(_ field: String) throws(EEGDataError) -> Element {
        let word = try reader.integer(field, as: UInt32.self, bigEndian: isBigEndian)
        let smallSize = Int(word >> 16)
        guard let type = MAT5Element(rawValue: smallSize == 0 ? word : word & 0xFFFF) else {
            throw reader.malformed(field, expected: "an element type", found: "\(word & 0xFFFF)")
        }
        if smallSize > 0 {
            guard smallSize <= 4 else { throw reader.malformed(field, expected: "1 to 4 bytes in a small element", found: "\(smallSize)") }
            let offset = reader.offset
            return (type, try reader.take(4, field).prefix(smallSize), offset)
        }
        let size = Int(try reader.integer(field, as: UInt32.self, bigEndian: isBigEndian))
        let offset = reader.offset
        let data = try reader.take(size, field)
        // The padding of the last element may be missing.
        if type != .matrix { try reader.skip(min((8 - size % 8) % 8, reader.remaining), field) }
        return (type, data, offset)
    }

    private func reader(of element: Element) -> ByteReader {
        ByteReader(element.data, file: reader.file, format: reader.format, fileOffset: element.offset)
    }

    private mutating func spend(_ bytes: Int) throws(EEGDataError) {
        budget -= bytes
        guard budget >= 0 else {
            throw .unsupported(
                file: reader.file, format: reader.format, feature: "a value decodes to more than the limit of \(limits.decodedBytes) bytes")
        }
    }
}
