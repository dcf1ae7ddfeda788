/// The 20 bytes in front of each matrix of a version 4 file.
struct MAT4Header: Equatable {
    enum Element: Int {
        case double, single, int32, int16, uint16, uint8

        var size: Int {
            switch self {
            case .double: 8
            case .single, .int32: 4
            case .int16, .uint16: 2
            case .uint8: 1
            }
        }
        /// The type of the same elements in a version 5 file.
        var storage: MAT5Element {
            switch self {
            case .double: .double
            case .single: .single
            case .int32: .int32
            case .int16: .int16
            case .uint16: .uint16
            case .uint8: .uint8
            }
        }
    }
    enum Contents: Int {
        case numbers, text, sparse
    }

    static let byteCount = 20
    let element: Element
    let contents: Contents
    let rows: Int
    let columns: Int
    let isComplex: Bool
    let nameLength: Int
    /// Bytes of the real part, and of the imaginary part where there is one.
    let partSize: Int
    /// Bytes of header, name and data.
    let size: Int

    /// - Returns: nil where the bytes are not such a header in this byte order.
    init?(_ bytes: some Collection<UInt8>, isBigEndian: Bool) {
        guard bytes.count >= Self.byteCount else { return nil }
        var reader = ByteReader(bytes.prefix(Self.byteCount), file: "", format: "MATLAB 4")
        var fields: [Int] = []
        for _ in 0..<5 {
            guard let field = try? reader.integer("", as: Int32.self, bigEndian: isBigEndian), field >= 0 else { return nil }
            fields.append(Int(field))
        }
        // The decimal digits of the type: byte order, 0, element type, contents.
        let type = fields[0]
        guard type / 1000 == (isBigEndian ? 1 : 0), type / 100 % 10 == 0, let element = Element(rawValue: type / 10 % 10),
            let contents = Contents(rawValue: type % 10), fields[3] <= 1, (1...1024).contains(fields[4])
        else { return nil }
        let (count, overflow) = fields[1].multipliedReportingOverflow(by: fields[2])
        guard !overflow, count <= 1 << 48 else { return nil }
        self.element = element
        self.contents = contents
        rows = fields[1]
        columns = fields[2]
        isComplex = fields[3] == 1
        nameLength = fields[4]
        partSize = count * element.size
        size = Self.byteCount + nameLength + (isComplex ? 2 : 1) * partSize
    }
}

/// A MATLAB file of version 4: full and sparse matrices of numbers and texts one after another.
///
/// Numbers keep the type they are stored in, where MATLAB itself makes all of them double.
struct MAT4Container: MATContainer {
    private let file: RandomAccessFile
    private let isBigEndian: Bool
    private let limits: ReadLimits
    private let matrices: [(header: MAT4Header, offset: Int)]
    let variables: [MATVariable]
    let notes: [String]

    init(_ file: RandomAccessFile, isBigEndian: Bool, limits: ReadLimits) throws(EEGDataError) {
        var matrices: [(header: MAT4Header, offset: Int)] = []
        var variables: [MATVariable] = []
        var offset = 0
        while offset < file.size {
            func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
                .malformed(file: file.path, format: "MATLAB 4", offset: offset, field: field, expected: expected, found: found)
            }
            let bytes = try file.bytes(at: offset, count: min(MAT4Header.byteCount, file.size - offset))
            guard let header = MAT4Header(bytes, isBigEndian: isBigEndian) else {
                throw malformed("matrix header", expected: "type, rows, columns, imaginary flag and name length", found: describe(bytes))
            }
            guard header.size <= file.size - offset else {
                throw malformed(
                    "matrix of \(header.rows) x \(header.columns)", expected: "\(header.size) bytes",
                    found: "\(file.size - offset) before the end")
            }
            let name = try file.bytes(at: offset + MAT4Header.byteCount, count: header.nameLength)
            let variable = MATVariable(
                name: decodeText(name.prefix { $0 != 0 }), shape: try Self.shape(header, in: file, at: offset, isBigEndian: isBigEndian),
                className: header.className, isComplex: header.isComplex)
            matrices.append((header, offset))
            variables.append(variable)
            offset += header.size
        }
        self.file = file
        self.isBigEndian = isBigEndian
        self.limits = limits
        self.matrices = matrices
        self.variables = variables
        notes = []
    }

    func value(at index: Int) throws(EEGDataError) -> MATValue {
        let (header, offset) = matrices[index]
        let shape = [header.rows, header.columns]
        let start = offset + MAT4Header.byteCount + header.nameLength
        let array = MATMatrixDecoder(
            shape: header.contents == .text ? [1, header.rows * header.columns] : shape, stored: header.element.storage,
            result: header.element.storage, isBigEndian: isBigEndian,
            file: file.path)
        guard array.resultSize <= limits.decodedBytes / (header.isComplex ? 2 : 1) else {
            throw .unsupported(
                file: file.path, format: "MATLAB 4",
                feature: "variable \(variables[index].name) decodes to more than the limit of \(limits.decodedBytes) bytes")
        }
        let real = try array.values(in: .file(file, offset: start), part: "real part")
        let imaginary = header.isComplex ? try array.values(in: .file(file, offset: start + header.partSize), part: "imaginary part") : nil
        switch header.contents {
        case .numbers:
            guard let imaginary else { return .numbers(NumericArray(shape: shape, values: real)) }
            return .complex(
                real: NumericArray(shape: shape, values: real), imaginary: NumericArray(shape: shape, values: imaginary))
        case .text:
            let codes = NumericArray(shape: [real.count], values: real).doubles
            return .text(MATText(shape: shape, columnMajorUnits: codes.map { UInt32(exactly: $0) ?? 0xFFFD }))
        case .sparse:
            return .sparse(try sparse(NumericArray(shape: shape, values: real).doubles, header, offset: start))
        }
    }

    /// Rows of (row, column, value), or (row, column, real, imaginary); the last holds the size of the matrix.
    private func sparse(_ table: [Double], _ header: MAT4Header, offset: Int) throws(EEGDataError) -> MATSparse {
        func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
            .malformed(file: file.path, format: "MATLAB 4", offset: offset, field: field, expected: expected, found: found)
        }
        let width = header.columns
        guard !header.isComplex, width == 3 || width == 4, header.rows >= 1 else {
            throw malformed("sparse matrix", expected: "3 or 4 columns, 1 row at least", found: "\(header.rows) x \(width)")
        }
        let count = header.rows - 1
        func integer(_ row: Int, _ column: Int, _ range: ClosedRange<Int>) throws(EEGDataError) -> Int {
            let value = table[row * width + column]
            guard let value = Int(exactly: value), range.contains(value) else {
                throw malformed("sparse index", expected: "an integer in \(range)", found: "\(value)")
            }
            return value
        }
        let rows = try integer(count, 0, 0...Int(Int32.max))
        let columns = try integer(count, 1, 0...Int(Int32.max))
        guard count == 0 || (rows > 0 && columns > 0) else {
            throw malformed("sparse matrix", expected: "no elements in \(rows) x \(columns)", found: "\(count)")
        }
        var entries: [(column: Int, row: Int, place: Int)] = []
        for place in 0..<count {
            entries.append((try integer(place, 1, 1...columns) - 1, try integer(place, 0, 1...rows) - 1, place))
        }
        entries.sort { ($0.column, $0.row) < ($1.column, $1.row) }
        return MATSparse(
            shape: [rows, columns], rowIndices: entries.map(\.row), columnIndices: entries.map(\.column),
            values: entries.map { table[$0.place * width + 2] },
            imaginary: width == 4 ? entries.map { table[$0.place * width + 3] } : nil)
    }

    private static func shape(
        _ header: MAT4Header, in file: RandomAccessFile, at offset: Int, isBigEndian: Bool
    ) throws(EEGDataError) -> [Int] {
        guard header.contents == .sparse, header.element == .double, header.rows >= 1, header.columns >= 2 else {
            return [header.rows, header.columns]
        }
        var shape: [Int] = []
        for column in 0..<2 {
            let place = offset + MAT4Header.byteCount + header.nameLength + 8 * (column * header.rows + header.rows - 1)
            var reader = ByteReader(try file.bytes(at: place, count: 8), file: file.path, format: "MATLAB 4", fileOffset: place)
            shape.append(Int(exactly: try reader.double("size of a sparse matrix", bigEndian: isBigEndian)) ?? 0)
        }
        return shape
    }
}

extension MAT4Header {
    var className: String {
        switch contents {
        case .text: "char"
        case .sparse: "sparse"
        case .numbers:
            switch element {
            case .double: "double"
            case .single: "single"
            case .int32: "int32"
            case .int16: "int16"
            case .uint16: "uint16"
            case .uint8: "uint8"
            }
        }
    }
}
