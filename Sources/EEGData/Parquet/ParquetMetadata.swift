/// What the footer of a Parquet file tells.
///
/// Parquet format 2.x, `parquet.thrift`.
struct ParquetMetadata {
    var rowCount = 0
    var schema: [SchemaElement] = []
    var rowGroups: [RowGroup] = []
    var keyValues: [String: String] = [:]
    var createdBy: String?

    struct SchemaElement {
        var physicalType: Int?
        var byteWidth = 0
        var repetition: Int?
        var name = ""
        var childCount: Int?
        var convertedType: Int?
        var scale = 0
        var precision = 0
        var logicalType: LogicalType?
    }

    /// Those annotations that change what values mean; others leave them as they are stored.
    enum LogicalType: Equatable {
        case string, date, float16, other
        case decimal(scale: Int, precision: Int)
        case timestamp(ParquetType.TimeUnit?)
        case integer(bitWidth: Int, isSigned: Bool)
    }

    struct RowGroup {
        var rowCount = 0
        var chunks: [ColumnChunk] = []
    }

    /// Where a column's values of one row group lie.
    struct ColumnChunk {
        var file: String?
        var hasMetadata = false
        var isEncrypted = false
        var physicalType = -1
        var path: [String] = []
        var codec = 0
        var valueCount = 0
        var compressedSize = 0
        var dataOffset = 0
        var dictionaryOffset: Int?

        /// The first byte: that of the dictionary where there is one in front.
        var offset: Int {
            if let dictionaryOffset, dictionaryOffset > 0, dictionaryOffset < dataOffset { return dictionaryOffset }
            return dataOffset
        }
    }

    init(of file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) {
        let footer = try Self.footer(of: file)
        var reader = ThriftReader(footer, limits: limits)
        var isEncrypted = false
        try reader.readStructure("file metadata") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 2:
                schema = try reader.readList("schema", type) { (reader) throws(EEGDataError) in try SchemaElement(&reader) }
            case 3: rowCount = try reader.readInteger("number of rows", type)
            case 4:
                rowGroups = try reader.readList("row groups", type) { (reader) throws(EEGDataError) in try RowGroup(&reader) }
            case 5:
                let pairs = try reader.readList("key-value metadata", type) { (reader) throws(EEGDataError) in try Self.pair(&reader) }
                keyValues = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            case 6: createdBy = try reader.readString("created by", type)
            case 8:
                isEncrypted = true
                try reader.skip(type)
            default: try reader.skip(type)
            }
        }
        guard !isEncrypted else { throw .unsupported(file: file.path, format: "Parquet", feature: "the file is encrypted") }
        try checkRows(place: footer.place("number of rows"))
    }

    /// The metadata between the row groups and the mark at the end.
    private static func footer(of file: RandomAccessFile) throws(EEGDataError) -> ByteReader {
        func malformed(_ field: String, _ offset: Int, _ expected: String, _ found: String) -> EEGDataError {
            .malformed(file: file.path, format: "Parquet", offset: offset, field: field, expected: expected, found: found)
        }
        guard file.size >= 12 else { throw malformed("size of the file", 0, "at least 12 bytes", "\(file.size)") }
        let beginning = try file.bytes(at: 0, count: 4)
        let end = try file.bytes(at: file.size - 8, count: 8)
        if beginning == Array("PARE".utf8) || end.suffix(4) == Array("PARE".utf8) {
            throw .unsupported(file: file.path, format: "Parquet", feature: "the file is encrypted")
        }
        guard beginning == Array("PAR1".utf8) else { throw malformed("mark at the start", 0, "PAR1", describe(beginning)) }
        guard end.suffix(4) == Array("PAR1".utf8) else {
            throw malformed("mark at the end", file.size - 4, "PAR1", describe(end.suffix(4)))
        }
        let size = end.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
        guard size <= file.size - 12 else {
            throw malformed("size of the metadata", file.size - 8, "at most \(file.size - 12) bytes", "\(size)")
        }
        let offset = file.size - 8 - size
        return ByteReader(try file.bytes(at: offset, count: size), file: file.path, format: "Parquet", fileOffset: offset)
    }

    private func checkRows(place: FilePlace) throws(EEGDataError) {
        var sum = 0
        for group in rowGroups {
            let (next, overflows) = sum.addingReportingOverflow(group.rowCount)
            guard group.rowCount >= 0, !overflows else {
                throw place.malformed(expected: "counts of 0 or more in the row groups", found: "\(group.rowCount)")
            }
            sum = next
        }
        guard sum == rowCount else { throw place.malformed(expected: "\(sum), the sum of the row groups", found: "\(rowCount)") }
    }

    private static func pair(_ reader: inout ThriftReader) throws(EEGDataError) -> (String, String) {
        var key = ""
        var value = ""
        try reader.readStructure("key-value metadata") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: key = try reader.readString("key", type)
            case 2: value = try reader.readString("value", type)
            default: try reader.skip(type)
            }
        }
        return (key, value)
    }
}

extension ParquetMetadata.SchemaElement {
    init(_ reader: inout ThriftReader) throws(EEGDataError) {
        try reader.readStructure("schema element") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: physicalType = try reader.readInteger("physical type", type)
            case 2: byteWidth = try reader.readInteger("length of a fixed type", type)
            case 3: repetition = try reader.readInteger("repetition", type)
            case 4: name = try reader.readString("name of a column", type)
            case 5: childCount = try reader.readInteger("number of children", type)
            case 6: convertedType = try reader.readInteger("converted type", type)
            case 7: scale = try reader.readInteger("scale", type)
            case 8: precision = try reader.readInteger("precision", type)
            case 10: logicalType = try ParquetMetadata.LogicalType(&reader, type)
            default: try reader.skip(type)
            }
        }
    }
}

extension ParquetMetadata.LogicalType {
    init(_ reader: inout ThriftReader, _ type: ThriftReader.WireType) throws(EEGDataError) {
        self = .other
        guard type == .structure else {
            try reader.skip(type)
            return
        }
        try reader.readStructure("logical type") { (reader, id, type) throws(EEGDataError) in
            guard type == .structure else { return try reader.skip(type) }
            switch id {
            case 1: self = .string
            case 5: self = try Self.decimal(&reader)
            case 6: self = .date
            case 8: self = .timestamp(try Self.timeUnit(&reader))
            case 10: self = try Self.integer(&reader)
            case 15: self = .float16
            default: return try reader.skip(type)
            }
            // Types without parameters are empty structures.
            if [1, 6, 15].contains(id) { try reader.skip(type) }
        }
    }

    private static func decimal(_ reader: inout ThriftReader) throws(EEGDataError) -> Self {
        var scale = 0
        var precision = 0
        try reader.readStructure("decimal type") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: scale = try reader.readInteger("scale", type)
            case 2: precision = try reader.readInteger("precision", type)
            default: try reader.skip(type)
            }
        }
        return .decimal(scale: scale, precision: precision)
    }

    private static func timeUnit(_ reader: inout ThriftReader) throws(EEGDataError) -> ParquetType.TimeUnit? {
        var unit: ParquetType.TimeUnit?
        try reader.readStructure("timestamp type") { (reader, id, type) throws(EEGDataError) in
            guard id == 2, type == .structure else { return try reader.skip(type) }
            try reader.readStructure("time unit") { (reader, id, type) throws(EEGDataError) in
                unit = [1: .milliseconds, 2: .microseconds, 3: .nanoseconds][id]
                try reader.skip(type)
            }
        }
        return unit
    }

    private static func integer(_ reader: inout ThriftReader) throws(EEGDataError) -> Self {
        var bitWidth = 0
        var isSigned = true
        try reader.readStructure("integer type") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: bitWidth = try reader.readInteger("bit width", type)
            case 2: isSigned = try reader.readBool("signedness", type)
            default: try reader.skip(type)
            }
        }
        return .integer(bitWidth: bitWidth, isSigned: isSigned)
    }
}

extension ParquetMetadata.RowGroup {
    init(_ reader: inout ThriftReader) throws(EEGDataError) {
        try reader.readStructure("row group") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1:
                chunks = try reader.readList("column chunks", type) { (reader) throws(EEGDataError) in
                    try ParquetMetadata.ColumnChunk(&reader)
                }
            case 3: rowCount = try reader.readInteger("rows of a row group", type)
            default: try reader.skip(type)
            }
        }
    }
}

extension ParquetMetadata.ColumnChunk {
    init(_ reader: inout ThriftReader) throws(EEGDataError) {
        try reader.readStructure("column chunk") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: file = try reader.readString("file of a column chunk", type)
            case 3 where type == .structure:
                hasMetadata = true
                try readMetadata(&reader)
            case 8:
                isEncrypted = true
                try reader.skip(type)
            default: try reader.skip(type)
            }
        }
    }

    private mutating func readMetadata(_ reader: inout ThriftReader) throws(EEGDataError) {
        try reader.readStructure("column metadata") { (reader, id, type) throws(EEGDataError) in
            switch id {
            case 1: physicalType = try reader.readInteger("physical type", type)
            case 3: path = try reader.readStrings("path in the schema", type)
            case 4: codec = try reader.readInteger("codec", type)
            case 5: valueCount = try reader.readInteger("number of values", type)
            case 7: compressedSize = try reader.readInteger("compressed size", type)
            case 9: dataOffset = try reader.readInteger("offset of data pages", type)
            case 11: dictionaryOffset = try reader.readInteger("offset of the dictionary", type)
            default: try reader.skip(type)
            }
        }
    }
}
