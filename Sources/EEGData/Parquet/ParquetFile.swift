/// A Parquet file of flat columns. Opening it reads the description at its end; values are read column by column when they are asked for.
///
/// ```swift
/// let file = try ParquetFile(contentsOf: "1000913311.parquet")
/// let signals = try file.matrix(of: ["Fp1", "F3", "C3"])   // [column, row]
/// ```
///
/// Read are all encodings of flat columns and the codecs Snappy, gzip, Brotli, LZ4 and Zstandard (Apache Parquet format 2.x). Nested and repeated
/// columns are refused by name; others of the same file stay readable.
public struct ParquetFile: Sendable {
    /// The columns, with those that cannot be read.
    public let fields: [ParquetField]
    public let rowCount: Int
    /// The number of rows in each row group.
    public let rowGroupSizes: [Int]
    /// What writers note beside the columns, such as `pandas`.
    public let keyValueMetadata: [String: String]
    /// The program that wrote the file.
    public let createdBy: String?

    let file: RandomAccessFile
    let rowGroups: [ParquetMetadata.RowGroup]
    let limits: ReadLimits
    let verifiesChecksums: Bool

    /// - Parameters:
    ///   - limits: what may be used up on the file, whatever it declares.
    ///   - verifyingChecksums: whether pages that have a checksum are checked.
    public init(
        contentsOf path: String, limits: ReadLimits = .standard, verifyingChecksums: Bool = true
    ) throws(EEGDataError) {
        try self.init(RandomAccessFile(path: path), limits: limits, verifyingChecksums: verifyingChecksums)
    }

    init(_ file: RandomAccessFile, limits: ReadLimits, verifyingChecksums: Bool) throws(EEGDataError) {
        let metadata = try ParquetMetadata(of: file, limits: limits)
        let place = FilePlace(file: file.path, format: "Parquet", offset: nil, field: "schema")
        fields = try metadata.fields(place: place, limits: limits)
        rowCount = metadata.rowCount
        rowGroups = metadata.rowGroups
        rowGroupSizes = rowGroups.map(\.rowCount)
        keyValueMetadata = metadata.keyValues
        createdBy = metadata.createdBy
        self.file = file
        self.limits = limits
        verifiesChecksums = verifyingChecksums
        for group in rowGroups {
            guard group.chunks.count == fields.count else {
                throw place.malformed(expected: "\(fields.count) column chunks in each row group", found: "\(group.chunks.count)")
            }
        }
    }

    /// Columns by name; all of them by default.
    ///
    /// - Parameter rows: the rows to read; all of them by default.
    /// - Throws: also where one of the columns is nested or of a type that is not supported.
    public func table(of names: [String]? = nil, rows: Range<Int>? = nil) throws(EEGDataError) -> ParquetTable {
        let decoders = try decoders(of: names, rows: rows)
        let columns = try decoders.mapConcurrently { (decoder) throws(EEGDataError) in try decoder.column() }
        return try ParquetTable(columns)
    }

    /// Columns of numbers as one array `[column, row]` of Float, NaN where a value is missing.
    ///
    /// - Parameters:
    ///   - names: the columns, in this order; all of them by default.
    ///   - rows: the rows to read; all of them by default.
    /// - Throws: also where one of the columns does not hold numbers.
    public func matrix(of names: [String]? = nil, rows: Range<Int>? = nil) throws(EEGDataError) -> NumericArray {
        let decoders = try decoders(of: names, rows: rows)
        let rowCount = rows?.count ?? self.rowCount
        let (size, overflows) = rowCount.multipliedReportingOverflow(by: MemoryLayout<Float>.size * decoders.count)
        let place = FilePlace(file: file.path, format: "Parquet", offset: nil, field: "matrix of \(decoders.count) columns")
        try place.check(decodedBytes: overflows ? .max : size, limits: limits)
        var failure: EEGDataError?
        let values = [Float](unsafeUninitializedCapacity: rowCount * decoders.count) { values, initialized in
            guard let base = values.baseAddress else { return }
            adviseLargePages(UnsafeMutableRawBufferPointer(values))
            let result = SendablePointer(base)
            do throws(EEGDataError) {
                try performConcurrently(decoders.count) { (index) throws(EEGDataError) in
                    try decoders[index].readFloats(into: result.pointer + index * rowCount)
                }
                initialized = rowCount * decoders.count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return NumericArray(shape: [decoders.count, rowCount], values: .float(values))
    }

    private func decoders(of names: [String]?, rows: Range<Int>?) throws(EEGDataError) -> [ParquetColumnDecoder] {
        let rows = rows ?? 0..<rowCount
        guard rows.lowerBound >= 0, rows.upperBound <= rowCount else {
            throw .invalidArgument(name: "rows", expected: "a part of 0..<\(rowCount)", found: "\(rows)")
        }
        let budget = DecodingBudget(limits)
        let scratch = ScratchBuffers()
        var decoders: [ParquetColumnDecoder] = []
        for (place, name) in (names ?? fields.map(\.name)).enumerated() {
            let index = names == nil ? place : try uniqueIndex(of: name, in: fields.map(\.name))
            decoders.append(try ParquetColumnDecoder(index: index, of: self, rows: rows, budget: budget, scratch: scratch))
        }
        return decoders
    }
}

/// A pointer that several tasks share; they write to different parts of what it points to.
struct SendablePointer<Value>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Value>

    init(_ pointer: UnsafeMutablePointer<Value>) { self.pointer = pointer }
}

extension Array where Element: Sendable {
    /// The results of `transform`, computed on all cores.
    fileprivate func mapConcurrently<Result: Sendable>(
        _ transform: @Sendable (Element) throws(EEGDataError) -> Result
    ) throws(EEGDataError) -> [Result] {
        var results = [Result?](repeating: nil, count: count)
        var failure: EEGDataError?
        results.withUnsafeMutableBufferPointer { slots in
            guard let base = slots.baseAddress else { return }
            let slot = SendablePointer(base)
            do throws(EEGDataError) {
                try performConcurrently(count) { (index) throws(EEGDataError) in slot.pointer[index] = try transform(self[index]) }
            } catch { failure = error }
        }
        if let failure { throw failure }
        return results.compactMap { $0 }
    }
}
