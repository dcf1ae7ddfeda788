/// A column of a table: a name and one value a row, some of which may be missing.
public struct ParquetColumn: Sendable, Equatable {
    public let name: String
    public let values: Values
    /// Which values are missing; nil if none is.
    public let nulls: NullMask?
    /// What the values are, where their numbers alone do not tell: days, timestamps.
    public let type: ParquetType

    /// One value a row. Where a value is missing stands NaN, 0, false or an empty text.
    public enum Values: Sendable, Equatable {
        case numbers(NumericArray.Values)
        case strings([String])
        case bytes([[UInt8]])

        /// The number of rows.
        public var count: Int {
            switch self {
            case .numbers(let values): values.count
            case .strings(let values): values.count
            case .bytes(let values): values.count
            }
        }
    }

    init(name: String, values: Values, nulls: NullMask?, type: ParquetType) {
        self.name = name
        self.values = values
        self.nulls = nulls
        self.type = type
    }

    /// A column of numbers. NaN is a value, not a missing one.
    public init(name: String, _ values: [Float]) { self.init(name: name, values: .numbers(.float(values)), nulls: nil, type: .float) }

    /// A column of numbers. NaN is a value, not a missing one.
    public init(name: String, _ values: [Double]) { self.init(name: name, values: .numbers(.double(values)), nulls: nil, type: .double) }

    /// A column of integers.
    public init(name: String, _ values: [Int64]) { self.init(name: name, values: .numbers(.int64(values)), nulls: nil, type: .int64) }

    /// A column of texts.
    public init(name: String, _ values: [String]) { self.init(name: name, values: .strings(values), nulls: nil, type: .string) }

    /// The column with some values marked as missing.
    public func marking(nulls: NullMask) throws(EEGDataError) -> ParquetColumn {
        guard nulls.count == count else {
            throw .invalidArgument(name: "nulls of column \(name)", expected: "\(count) rows", found: "\(nulls.count)")
        }
        var values = values
        if case .numbers(.float(var floats)) = values {
            for row in floats.indices where nulls[row] { floats[row] = .nan }
            values = .numbers(.float(floats))
        }
        return ParquetColumn(name: name, values: values, nulls: nulls.nullCount > 0 ? nulls : nil, type: type)
    }

    /// The number of rows.
    public var count: Int { values.count }

    /// The numbers as Float, NaN where a value is missing.
    ///
    /// - Throws: where the column holds texts or bytes.
    public func floats() throws(EEGDataError) -> [Float] {
        // Where a floating-point value is missing, it is NaN already.
        if case .numbers(.float(let floats)) = values { return floats }
        var result = try NumericArray(shape: [count], values: numbers()).floats
        if let nulls { for row in 0..<count where nulls[row] { result[row] = .nan } }
        return result
    }

    /// The numbers as Double, NaN where a value is missing.
    ///
    /// - Throws: where the column holds texts or bytes.
    public func doubles() throws(EEGDataError) -> [Double] {
        var result = try NumericArray(shape: [count], values: numbers()).doubles
        if let nulls { for row in 0..<count where nulls[row] { result[row] = .nan } }
        return result
    }

    /// The numbers as integers.
    ///
    /// - Throws: where a value is missing or is no integer.
    public func integers() throws(EEGDataError) -> [Int] {
        if let nulls, let row = (0..<count).first(where: { nulls[$0] }) {
            throw .invalidArgument(name: "column \(name)", expected: "an integer in every row", found: "no value in row \(row)")
        }
        guard let integers = NumericArray(shape: [count], values: try numbers()).integers else {
            throw .invalidArgument(name: "column \(name)", expected: "integers", found: "\(try numbers().typeName) values that are none")
        }
        return integers
    }

    /// The texts.
    ///
    /// - Throws: where the column holds something else.
    public func strings() throws(EEGDataError) -> [String] {
        guard case .strings(let strings) = values else {
            throw .invalidArgument(name: "column \(name)", expected: "texts", found: "\(type)")
        }
        return strings
    }

    func numbers() throws(EEGDataError) -> NumericArray.Values {
        guard case .numbers(let numbers) = values else {
            throw .invalidArgument(name: "column \(name)", expected: "numbers", found: "\(type)")
        }
        return numbers
    }
}

/// Columns of equal length.
public struct ParquetTable: Sendable, Equatable {
    public let columns: [ParquetColumn]
    public let rowCount: Int

    /// - Throws: where columns differ in length.
    public init(_ columns: [ParquetColumn]) throws(EEGDataError) {
        rowCount = columns.first?.count ?? 0
        for column in columns where column.count != rowCount {
            throw .invalidArgument(name: "column \(column.name)", expected: "\(rowCount) rows", found: "\(column.count)")
        }
        self.columns = columns
    }

    /// The only column of this name.
    public func column(_ name: String) throws(EEGDataError) -> ParquetColumn {
        columns[try uniqueIndex(of: name, in: columns.map(\.name))]
    }
}

/// The place of a name that must be there once.
func uniqueIndex(of name: String, in names: [String]) throws(EEGDataError) -> Int {
    let matches = names.indices.filter { names[$0] == name }
    guard let index = matches.first else { throw .unknownChannel(label: name, available: names) }
    guard matches.count == 1 else { throw .ambiguousChannel(label: name, indices: matches) }
    return index
}
