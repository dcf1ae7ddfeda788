/// The type of the elements of a dataset or an attribute.
public enum HDF5ElementType: Sendable, Equatable {
    /// Integers of 1, 2, 4 or 8 bytes, also where they stand for names.
    case integer(bytes: Int, isSigned: Bool)
    /// IEEE numbers of 2, 4 or 8 bytes.
    case float(bytes: Int)
    /// One byte with the names `FALSE` and `TRUE`, as h5py writes truth values.
    case bool
    /// Texts of a fixed number of bytes.
    case string(bytes: Int)
    /// Texts of any length.
    case variableString
    /// Addresses of other objects in the file.
    case objectReference
    /// Complex numbers: two IEEE numbers called `r` and `i`, or `real` and `imag`.
    case complex(bytes: Int)
    /// What cannot be read, by its name in the HDF5 documentation.
    case unsupported(String)
}

extension HDF5ElementType: CustomStringConvertible {
    public var description: String {
        switch self {
        case .integer(let bytes, let isSigned): "\(isSigned ? "" : "u")int\(8 * bytes)"
        case .float(let bytes): "float\(8 * bytes)"
        case .bool: "bool"
        case .string(let bytes): "string of \(bytes) bytes"
        case .variableString: "string"
        case .objectReference: "object reference"
        case .complex(let bytes): "complex\(8 * bytes)"
        case .unsupported(let name): name
        }
    }
}
