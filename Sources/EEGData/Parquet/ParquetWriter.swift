extension ParquetTable {
    /// Writes the table as Parquet, compressed by Snappy, with checksums. A file of that name is replaced as a whole or stays as it was.
    ///
    /// Columns with missing values are optional, all others required; NaN stays NaN. Written are Float, Double, Int32, Int64 and texts.
    ///
    /// - Parameter rowsPerGroup: rows in a row group; readers decode groups independently.
    /// - Throws: also where a column is of another type.
    public func write(to path: String, rowsPerGroup: Int = 1 << 20) throws(EEGDataError) {
        guard rowsPerGroup > 0 else { throw .invalidArgument(name: "rows of a row group", expected: "1 or more", found: "\(rowsPerGroup)") }
        var writer = try ParquetWriter(path: path, columns: columns)
        for start in stride(from: 0, to: rowCount, by: rowsPerGroup) {
            try writer.append(columns, rows: start..<min(start + rowsPerGroup, rowCount))
        }
        try writer.finish()
    }
}

/// Writes a Parquet file row group by row group, each of which alone is in memory.
struct ParquetWriter: ~Copyable {
    /// What the footer says of a column.
    private struct Field {
        let name: String
        let storage: ParquetColumn.Storage
        let isOptional: Bool
    }

    private let fields: [Field]
    private var file: AtomicFile
    private var offset = 4
    private var groups: [(rowCount: Int, chunks: [WrittenChunk])] = []

    /// - Parameter columns: of the names and types of all that will be written, with or without values.
    init(path: String, columns: [ParquetColumn]) throws(EEGDataError) {
        var fields: [Field] = []
        for column in columns {
            guard let storage = column.storage else {
                throw .invalidArgument(
                    name: "column \(column.name)", expected: "Float, Double, Int32, Int64 or texts, to write Parquet", found: "\(column.type)")
            }
            fields.append(Field(name: column.name, storage: storage, isOptional: column.nulls != nil))
        }
        var file = try AtomicFile(path: path)
        try file.write(Array("PAR1".utf8))
        self.fields = fields
        self.file = file
    }

    /// Adds rows of the columns as a row group.
    mutating func append(_ columns: [ParquetColumn], rows: Range<Int>) throws(EEGDataError) {
        var chunks: [WrittenChunk] = []
        for (column, field) in zip(columns, fields) {
            var chunk = WrittenChunk(name: field.name, storage: field.storage, offset: offset, valueCount: rows.count)
            let step = max(1, column.rowsPerPage)
            for pageStart in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
                let page = try column.page(of: pageStart..<min(pageStart + step, rows.upperBound))
                try file.write(page.header)
                try file.write(page.body)
                chunk.compressedSize += page.header.count + page.body.count
                chunk.uncompressedSize += page.header.count + page.uncompressedSize
            }
            offset += chunk.compressedSize
            chunks.append(chunk)
        }
        groups.append((rows.count, chunks))
    }

    /// Puts the finished file under its name.
    consuming func finish() throws(EEGDataError) {
        let footer = footer()
        try file.write(footer)
        try file.write((0..<4).map { UInt8(truncatingIfNeeded: footer.count >> (8 * $0)) } + Array("PAR1".utf8))
        try file.commit()
    }

    private func footer() -> [UInt8] {
        let (fields, groups) = (fields, groups)
        return ThriftWriter.structure { writer in
            writer.integer(1, 1)
            writer.list(2, [nil] + fields.map { Optional($0) }) { writer, field in
                guard let field else {
                    writer.text(4, "schema")
                    writer.integer(5, fields.count)
                    return
                }
                writer.integer(1, field.storage.physical.rawValue)
                writer.integer(3, field.isOptional ? 1 : 0)
                writer.text(4, field.name)
                if field.storage.isText {
                    writer.integer(6, 0)
                    writer.structure(10) { $0.structure(1) { _ in } }
                }
            }
            writer.integer(3, groups.reduce(0) { $0 + $1.rowCount }, .int64)
            writer.list(4, groups) { writer, group in
                writer.list(1, group.chunks) { writer, chunk in
                    writer.integer(2, chunk.offset, .int64)
                    writer.structure(3) { chunk.write(to: &$0) }
                }
                writer.integer(2, group.chunks.reduce(0) { $0 + $1.uncompressedSize }, .int64)
                writer.integer(3, group.rowCount, .int64)
            }
            writer.text(6, "swift-eeg")
        }
    }
}

/// A column chunk on its way into the footer.
private struct WrittenChunk {
    let name: String
    let storage: ParquetColumn.Storage
    let offset: Int
    let valueCount: Int
    var compressedSize = 0
    var uncompressedSize = 0

    func write(to writer: inout ThriftWriter) {
        writer.integer(1, storage.physical.rawValue)
        writer.integers(2, [0, 3])
        writer.texts(3, [name])
        writer.integer(4, 1)
        writer.integer(5, valueCount, .int64)
        writer.integer(6, uncompressedSize, .int64)
        writer.integer(7, compressedSize, .int64)
        writer.integer(9, offset, .int64)
    }
}

extension ParquetColumn {
    fileprivate struct Storage {
        let physical: ParquetPhysicalType
        let isText: Bool
    }

    /// How the values are stored; nil for types that are not written.
    fileprivate var storage: Storage? {
        switch values {
        case .numbers(.float): Storage(physical: .float, isText: false)
        case .numbers(.double): Storage(physical: .double, isText: false)
        case .numbers(.int32): Storage(physical: .int32, isText: false)
        case .numbers(.int64): Storage(physical: .int64, isText: false)
        case .strings: Storage(physical: .byteArray, isText: true)
        default: nil
        }
    }

    /// Pages of about a mebibyte: they fit into the cache of a core.
    fileprivate var rowsPerPage: Int {
        guard case .numbers(let numbers) = values else { return 1 << 14 }
        return (1 << 20) / numbers.elementType.size
    }

    /// A page of the first version, values in encoding PLAIN.
    fileprivate func page(of rows: Range<Int>) throws(EEGDataError) -> (header: [UInt8], body: [UInt8], uncompressedSize: Int) {
        var content = nulls.map { levels(of: rows, $0) } ?? []
        switch values {
        case .numbers(let numbers):
            let size = numbers.elementType.size
            numbers.withElementBytes { bytes in
                guard let nulls, nulls.rows(rows).nullCount > 0 else {
                    content += bytes[(rows.lowerBound * size)..<(rows.upperBound * size)]
                    return
                }
                for row in rows where !nulls[row] { content += bytes[(row * size)..<((row + 1) * size)] }
            }
        case .strings(let strings):
            for row in rows where nulls?[row] != true {
                let count = UInt32(clamping: strings[row].utf8.count)
                content += (0..<4).map { UInt8(truncatingIfNeeded: count >> UInt32(8 * $0)) }
                content += Array(strings[row].utf8)
            }
        case .bytes: break
        }
        guard content.count <= Int(Int32.max) else {
            throw .invalidArgument(
                name: "column \(name)", expected: "texts of less than 2 GiB in \(rows.count) rows", found: "\(content.count) bytes")
        }
        let body = content.withUnsafeBytes { Snappy.compress($0) }
        let header = ThriftWriter.structure { writer in
            writer.integer(1, 0)
            writer.integer(2, content.count)
            writer.integer(3, body.count)
            writer.integer(4, Int(Int32(bitPattern: body.withUnsafeBytes { crc32($0) })))
            writer.structure(5) { writer in
                writer.integer(1, rows.count)
                writer.integer(2, 0)
                writer.integer(3, 3)
                writer.integer(4, 3)
            }
        }
        return (header, body, content.count)
    }

    /// Definition levels: which values are there, as one run or as packed bits, behind their size.
    private func levels(of rows: Range<Int>, _ nulls: NullMask) -> [UInt8] {
        let mask = nulls.rows(rows)
        var runs: [UInt8]
        if mask.nullCount == 0 || mask.nullCount == rows.count {
            runs = varintBytes(UInt64(rows.count) << 1) + [mask.nullCount == 0 ? 1 : 0]
        } else {
            let groups = (rows.count + 7) / 8
            runs = varintBytes(UInt64(groups) << 1 | 1)
            runs += mask.validWords.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }.prefix(groups)
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: runs.count >> (8 * $0)) } + runs
    }
}
