/// A value of a MATLAB variable.
///
/// The elements of every kind of array lie in row-major order, as in `NumericArray`; `shape` is what MATLAB's `size` says.
public indirect enum MATValue: Sendable, Equatable {
    /// Real numbers of any numeric class; a logical array is one of Bool.
    case numbers(NumericArray)
    /// Complex numbers: two arrays of one shape.
    case complex(real: NumericArray, imaginary: NumericArray)
    case text(MATText)
    case cell(MATCell)
    case structure(MATStructure)
    case sparse(MATSparse)
    /// An object, function handle or other value of a class that cannot be read; `className` is what the file calls it.
    case unsupported(className: String)
}

/// A char array.
public struct MATText: Sendable, Equatable {
    public let shape: [Int]
    /// The rows: the characters along the second axis, one string for each place along the others, padded with spaces where the file is.
    public let rows: [String]

    public init(shape: [Int], rows: [String]) {
        self.shape = shape
        self.rows = rows
    }
}

/// A cell array.
public struct MATCell: Sendable, Equatable {
    public let shape: [Int]
    public let elements: [MATValue]

    public init(shape: [Int], elements: [MATValue]) {
        self.shape = shape
        self.elements = elements
    }
}

/// A struct array; a plain struct is one of shape [1, 1].
public struct MATStructure: Sendable, Equatable {
    public let shape: [Int]
    public let fieldNames: [String]
    /// The number of structs.
    public let count: Int
    /// The values of the first struct in the order of the field names, then those of the second …
    private let values: [MATValue]
    private let places: [String: Int]

    /// - Parameter values: the fields of the first struct in the order of `fieldNames`, then those of the second …; as many as `shape` says.
    public init(shape: [Int], fieldNames: [String], values: [MATValue]) {
        self.shape = shape
        self.fieldNames = fieldNames
        self.values = values
        count = shape.reduce(1, *)
        places = Dictionary(zip(fieldNames, 0...), uniquingKeysWith: { first, _ in first })
    }

    /// A field of the first struct, nil where there is no such field or no struct.
    public subscript(_ field: String) -> MATValue? { self[0, field] }

    /// A field of the struct at `index`, nil where there is no such field or struct.
    public subscript(_ index: Int, _ field: String) -> MATValue? {
        guard let place = places[field], (0..<count).contains(index) else { return nil }
        return values[index * fieldNames.count + place]
    }
}

/// A sparse matrix: its stored elements, column by column.
public struct MATSparse: Sendable, Equatable {
    /// Rows and columns.
    public let shape: [Int]
    public let rowIndices: [Int]
    public let columnIndices: [Int]
    public let values: [Double]
    /// The imaginary parts; nil for a real matrix.
    public let imaginary: [Double]?
    public let isLogical: Bool

    public init(
        shape: [Int], rowIndices: [Int], columnIndices: [Int], values: [Double], imaginary: [Double]? = nil, isLogical: Bool = false
    ) {
        self.shape = shape
        self.rowIndices = rowIndices
        self.columnIndices = columnIndices
        self.values = values
        self.imaginary = imaginary
        self.isLogical = isLogical
    }
}

extension MATValue {
    /// Rows, columns and further axes; nil for an unsupported value.
    public var shape: [Int]? {
        switch self {
        case .numbers(let array): array.shape
        case .complex(let real, _): real.shape
        case .text(let text): text.shape
        case .cell(let cell): cell.shape
        case .structure(let structure): structure.shape
        case .sparse(let matrix): matrix.shape
        case .unsupported: nil
        }
    }

    /// The elements of a real array.
    public var numbers: NumericArray? {
        if case .numbers(let array) = self { array } else { nil }
    }

    /// The number in a real array of one element.
    public var number: Double? {
        if case .numbers(let array) = self, array.count == 1 { array.doubles.first } else { nil }
    }

    /// The text in a char array of one row or none.
    public var string: String? {
        if case .text(let text) = self, text.rows.count <= 1 { text.rows.first ?? "" } else { nil }
    }

    public var structure: MATStructure? {
        if case .structure(let structure) = self { structure } else { nil }
    }

    public var cell: MATCell? {
        if case .cell(let cell) = self { cell } else { nil }
    }
}
