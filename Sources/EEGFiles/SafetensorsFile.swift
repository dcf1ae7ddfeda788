/// Named arrays in a safetensors file. Opening it reads the header; arrays are read when they are asked for.
///
/// The header is checked as the format asks: every element type, shape and size must agree, arrays must follow one another without gap or
/// overlap, and no name may come twice.
public struct SafetensorsFile: Sendable {
    /// An array's name, its element type as the format spells it (`F32`, `BF16` …) and its shape.
    public struct Entry: Sendable, Equatable {
        public let name: String
        public let elementType: String
        public let shape: [Int]
        let range: Range<Int>
    }

    /// The arrays in the order of the header.
    public let entries: [Entry]
    /// Texts that the writer put beside the arrays.
    public let metadata: [String: String]
    private let file: RandomAccessFile
    private let dataOffset: Int
    private let limits: ReadLimits
    /// The format allows headers of at most 100 MB.
    private static let maximumHeaderSize = 100_000_000
    package static let elementTypes: [String: ElementType] = [
        "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "I8": .int8, "I16": .int16, "I32": .int32, "I64": .int64,
        "U8": .uint8, "U16": .uint16, "U32": .uint32, "U64": .uint64, "BOOL": .bool,
    ]

    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        file = try RandomAccessFile(path: path)
        self.limits = limits
        let place = FilePlace(file: path, format: "safetensors", offset: 0, field: "header")
        guard file.size >= 8 else { throw place.malformed(expected: "at least 8 bytes", found: "\(file.size)") }
        let size = try file.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard size <= UInt64(min(Self.maximumHeaderSize, file.size - 8)) else {
            throw place.malformed(expected: "a header of at most \(min(Self.maximumHeaderSize, file.size - 8)) bytes", found: "\(size)")
        }
        dataOffset = 8 + Int(size)
        var parser = SafetensorsHeader(try file.bytes(at: 8, count: Int(size)), place: place)
        try parser.parse()
        metadata = parser.metadata
        entries = parser.entries
        try Self.check(entries, dataSize: file.size - dataOffset, limits: limits, at: place)
    }

    /// Reads an array; half-precision elements become Float.
    public func array(_ name: String) throws(EEGDataError) -> NumericArray {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw .unknownChannel(label: name, available: entries.map(\.name))
        }
        guard let type = Self.elementTypes[entry.elementType] else {
            throw .unsupported(file: file.path, format: "safetensors", feature: "\(name): elements of type \(entry.elementType)")
        }
        let values = try type.values(count: entry.range.count / type.size) { (memory) throws(EEGDataError) in
            try file.read(into: memory, at: dataOffset + entry.range.lowerBound)
        }
        return NumericArray(shape: entry.shape, values: values)
    }

    private static func check(_ entries: [Entry], dataSize: Int, limits: ReadLimits, at place: FilePlace) throws(EEGDataError) {
        for entry in entries {
            guard let type = elementTypes[entry.elementType] else { continue }
            let size = try byteCount(of: entry.shape, elementSize: type.size, limits: limits, at: place)
            guard size == entry.range.count else {
                throw place.malformed(expected: "\(size) bytes for \(entry.name) of shape \(entry.shape)", found: "\(entry.range.count)")
            }
        }
        var end = 0
        for entry in entries.sorted(by: { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }) {
            guard entry.range.lowerBound == end else {
                throw place.malformed(expected: "\(entry.name) to begin at byte \(end) of the data", found: "\(entry.range.lowerBound)")
            }
            end = entry.range.upperBound
        }
        guard end == dataSize else { throw place.malformed(expected: "\(end) bytes of data", found: "\(dataSize)") }
    }

    /// Writes arrays with their names. A file of that name is replaced as a whole or stays as it was.
    public static func write(
        _ arrays: [(name: String, array: NumericArray)], metadata: [String: String] = [:], to path: String
    ) throws(EEGDataError) {
        var names: Set<String> = []
        for (name, _) in arrays where name == "__metadata__" || !names.insert(name).inserted {
            throw .invalidArgument(name: "names of arrays", expected: "names of their own", found: name)
        }
        let typeNames = Dictionary(elementTypes.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for (name, array) in arrays {
            let type = array.values.elementType
            let end = offset + array.count * type.size
            let shape = array.shape.map(String.init).joined(separator: ",")
            fields.append("\(quoted(name)):{\"dtype\":\"\(typeNames[type] ?? "")\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = "{\(fields.joined(separator: ","))}"
        // The data begin at a multiple of 8 bytes.
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        guard header.utf8.count <= maximumHeaderSize else {
            throw .invalidArgument(name: "names and metadata", expected: "at most \(maximumHeaderSize) bytes", found: "\(header.utf8.count)")
        }
        var file = try AtomicFile(path: path)
        try file.write((0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) })
        try file.write(Array(header.utf8))
        for (_, array) in arrays { try file.write(array.values) }
        try file.commit()
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
