/// The types of data elements in a MATLAB file of version 5; those of version 4 are among them.
enum MAT5Element: UInt32 {
    case int8 = 1
    case uint8, int16, uint16, int32, uint32, single
    case double = 9
    case int64 = 12
    case uint64, matrix, compressed, utf8, utf16, utf32

    /// Bytes of one number or code unit.
    var size: Int {
        switch self {
        case .int8, .uint8, .utf8, .matrix, .compressed: 1
        case .int16, .uint16, .utf16: 2
        case .int32, .uint32, .single, .utf32: 4
        case .double, .int64, .uint64: 8
        }
    }

    var isNumber: Bool { rawValue < Self.matrix.rawValue }
}

/// Where the stored bytes of a matrix lie.
enum MATBytes {
    case file(RandomAccessFile, offset: Int)
    case memory(ArraySlice<UInt8>)

    /// Copies the bytes from `start` on, counted from the first.
    fileprivate func copy(from start: Int, into buffer: UnsafeMutableRawBufferPointer) throws(EEGDataError) {
        switch self {
        case .file(let file, let offset): try file.read(into: buffer, at: offset + start)
        case .memory(let bytes): buffer.copyBytes(from: bytes[(bytes.startIndex + start)..<(bytes.startIndex + start + buffer.count)])
        }
    }
}

/// Reads the numbers of a matrix from column-major order, in any byte order and often in a narrower type than their own, into row-major order.
///
/// The matrix passes through a buffer of about a megabyte, tile by tile, so that a big one takes no more memory than its result.
struct MATMatrixDecoder {
    let shape: [Int]
    let stored: MAT5Element
    /// The type of the matrix; nil for a logical one.
    let result: MAT5Element?
    let isBigEndian: Bool
    /// For messages.
    let file: String

    /// Bytes of the decoded numbers.
    var resultSize: Int { shape.reduce(1, *) * (result?.size ?? 1) }

    /// - Precondition: the source holds as many stored numbers as the shape says.
    func values(in source: MATBytes, part: String) throws(EEGDataError) -> NumericArray.Values {
        switch result {
        case .double: return .double(try floating(source))
        case .single: return .float(try floating(source))
        case .int8: return .int8(try integers(source, part))
        case .uint8: return .uint8(try integers(source, part))
        case .int16: return .int16(try integers(source, part))
        case .uint16: return .uint16(try integers(source, part))
        case .int32: return .int32(try integers(source, part))
        case .uint32: return .uint32(try integers(source, part))
        case .int64: return .int64(try integers(source, part))
        case .uint64: return .uint64(try integers(source, part))
        default: return .bool(try (floating(source) as [Float]).map { $0 != 0 })
        }
    }

    private func floating<Value: MATFloatingPoint>(_ source: MATBytes) throws(EEGDataError) -> [Value] {
        switch stored {
        case .double: try read(Double.self, source) { Value(stored: $0) }
        case .single: try read(Float.self, source) { Value(stored: $0) }
        case .int8: try read(Int8.self, source) { Value(stored: $0) }
        case .int16: try read(Int16.self, source) { Value(stored: $0) }
        case .uint16: try read(UInt16.self, source) { Value(stored: $0) }
        case .int32: try read(Int32.self, source) { Value(stored: $0) }
        case .uint32: try read(UInt32.self, source) { Value(stored: $0) }
        case .int64: try read(Int64.self, source) { Value(stored: $0) }
        case .uint64: try read(UInt64.self, source) { Value(stored: $0) }
        default: try read(UInt8.self, source) { Value(stored: $0) }
        }
    }

    private func integers<Value: FixedWidthInteger & BitwiseCopyable>(_ source: MATBytes, _ part: String) throws(EEGDataError) -> [Value] {
        if stored == result { return try read(Value.self, source) { $0 } }
        // Narrower storage is rare for integers: values that do not fit are caught through the widest type.
        let wide: [Double] = try floating(source)
        let values = wide.compactMap { Value(exactly: $0) }
        guard values.count == wide.count else {
            throw .malformed(
                file: file, format: "MATLAB", offset: nil, field: part, expected: "integers that fit \(Value.self)", found: "one that does not")
        }
        return values
    }

    private func read<Stored: BitwiseCopyable, Value>(
        _ type: Stored.Type, _ source: MATBytes, convert: (Stored) -> Value
    ) throws(EEGDataError) -> [Value] {
        let count = shape.reduce(1, *)
        guard count > 0 else { return [] }
        let layout = TileLayout(shape: shape)
        var failure: EEGDataError?
        let values = [Value](unsafeUninitializedCapacity: count) { result, initialized in
            let size = MemoryLayout<Stored>.size
            let tile = UnsafeMutableBufferPointer<Stored>.allocate(capacity: layout.rowsInTile * layout.columnsInTile)
            defer { tile.deallocate() }
            for firstRow in stride(from: 0, to: layout.rows, by: layout.rowsInTile) {
                for firstColumn in stride(from: 0, to: layout.columns, by: layout.columnsInTile) {
                    let rows = min(layout.rowsInTile, layout.rows - firstRow)
                    let columns = min(layout.columnsInTile, layout.columns - firstColumn)
                    let raw = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(tile)[..<(rows * columns * size)])
                    do throws(EEGDataError) {
                        if rows == layout.rows {
                            try source.copy(from: firstColumn * rows * size, into: raw)
                        } else {
                            for column in 0..<columns {
                                let piece = UnsafeMutableRawBufferPointer(rebasing: raw[(column * rows * size)..<((column + 1) * rows * size)])
                                try source.copy(from: ((firstColumn + column) * layout.rows + firstRow) * size, into: piece)
                            }
                        }
                    } catch {
                        failure = error
                        return
                    }
                    if isBigEndian { reverseBytes(of: raw, size: size) }
                    layout.scatter(tile, rows: rows, columns: columns, firstRow: firstRow, firstColumn: firstColumn, result, convert)
                }
            }
            initialized = count
        }
        if let failure { throw failure }
        return values
    }
}

private func reverseBytes(of bytes: UnsafeMutableRawBufferPointer, size: Int) {
    func reverse<Value: FixedWidthInteger>(_ type: Value.Type) {
        let values = bytes.bindMemory(to: type)
        for index in values.indices { values[index] = values[index].byteSwapped }
    }
    switch size {
    case 2: reverse(UInt16.self)
    case 4: reverse(UInt32.self)
    case 8: reverse(UInt64.self)
    default: break
    }
}

/// How a column-major array is cut into tiles: its first axis are rows, all others together columns.
private struct TileLayout {
    let rows: Int
    let columns: Int
    let rowsInTile: Int
    let columnsInTile: Int
    /// The sizes of the axes behind the first where there are several: their order is reversed too.
    private let furtherAxes: [Int]
    private static let elementsInTile = 1 << 17

    /// - Precondition: no axis is empty.
    init(shape: [Int]) {
        let count = shape.reduce(1, *)
        let isVector = shape.contains(count)
        rows = isVector ? 1 : shape[0]
        columns = count / rows
        furtherAxes = isVector || shape.count <= 2 ? [] : Array(shape.dropFirst())
        columnsInTile = min(columns, max(64, Self.elementsInTile / rows))
        rowsInTile = min(rows, max(1, Self.elementsInTile / columnsInTile))
    }

    func scatter<Stored, Value>(
        _ tile: UnsafeMutableBufferPointer<Stored>, rows: Int, columns: Int, firstRow: Int, firstColumn: Int,
        _ result: UnsafeMutableBufferPointer<Value>, _ convert: (Stored) -> Value
    ) {
        guard let input = tile.baseAddress, let output = result.baseAddress else { return }
        let places = furtherAxes.isEmpty ? [] : (firstColumn..<(firstColumn + columns)).map(rowMajorPlace)
        // Blocks of columns that stay in the nearest cache while each of their rows is written.
        for block in stride(from: 0, to: columns, by: 64) {
            let end = min(block + 64, columns)
            for row in 0..<rows {
                let line = output + (firstRow + row) * self.columns
                if places.isEmpty {
                    for column in block..<end { (line + firstColumn + column).initialize(to: convert(input[column * rows + row])) }
                } else {
                    for column in block..<end { (line + places[column]).initialize(to: convert(input[column * rows + row])) }
                }
            }
        }
    }

    /// The place in row-major order of a column, whose number counts in column-major order.
    private func rowMajorPlace(of column: Int) -> Int {
        var rest = column
        var stride = columns
        var place = 0
        for size in furtherAxes {
            stride /= size
            place += rest % size * stride
            rest /= size
        }
        return place
    }
}

/// A type in which numbers are stored.
private protocol MATStored: BitwiseCopyable {
    var double: Double { get }
    var float: Float { get }
}

extension Double: MATStored {
    fileprivate var double: Double { self }
    fileprivate var float: Float { Float(self) }
}
extension Float: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { self }
}
extension Int8: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}
extension UInt8: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}
extension Int16: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}
extension UInt16: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}
extension Int32: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}
extension UInt32: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}
extension Int64: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}
extension UInt64: MATStored {
    fileprivate var double: Double { Double(self) }
    fileprivate var float: Float { Float(self) }
}

/// A floating point type that every stored type converts to.
private protocol MATFloatingPoint {
    init(stored: some MATStored)
}

extension Double: MATFloatingPoint {
    fileprivate init(stored: some MATStored) { self = stored.double }
}

extension Float: MATFloatingPoint {
    fileprivate init(stored: some MATStored) { self = stored.float }
}
