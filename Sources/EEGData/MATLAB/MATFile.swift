/// A MATLAB file of any version: 4, 5 (of MATLAB 5 to 7, compressed or not) or 7.3 (HDF5). Variables are decoded when they are asked for.
///
/// ```swift
/// let file = try MATFile(contentsOf: "subject1.mat")
/// let eeg = try file.value(of: "eeg").numbers
/// ```
public struct MATFile: Sendable {
    public let path: String
    /// The variables in the order of the file.
    public let variables: [MATVariable]
    /// What was odd about the file and how it was understood.
    public let notes: [String]
    private let container: any MATContainer

    /// Lists the variables of a file without decoding their values.
    ///
    /// - Parameter limits: what one call may use up, whatever lengths the file declares.
    /// - Throws: `EEGDataError` where the file cannot be read or breaks the rules of its format.
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        try self.init(RandomAccessFile(path: path), limits: limits)
    }

    init(_ file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) {
        let beginning = try file.bytes(at: 0, count: min(128, file.size))
        guard let version = MATVersion(beginning, fileSize: file.size) else {
            throw .malformed(
                file: file.path, format: "MATLAB", offset: 0, field: "header", expected: "a MATLAB file of version 4, 5 or 7.3",
                found: describe(beginning.prefix(8)))
        }
        container =
            switch version {
            case .version4(let isBigEndian): try MAT4Container(file, isBigEndian: isBigEndian, limits: limits)
            case .version5(let isBigEndian): try MAT5Container(file, isBigEndian: isBigEndian, limits: limits)
            case .version73: try openMAT73(file, limits: limits)
            }
        path = file.path
        variables = container.variables
        notes = container.notes
    }

    /// Decodes a variable.
    ///
    /// - Throws: also where there is no variable of this name, or it is of a class that cannot be read.
    public func value(of name: String) throws(EEGDataError) -> MATValue {
        guard let index = variables.firstIndex(where: { $0.name == name }) else {
            throw .invalidArgument(
                name: "variable of \(path)", expected: "one of \(variables.map(\.name).joined(separator: ", "))", found: name)
        }
        let value = try container.value(at: index)
        if case .unsupported(let className) = value {
            throw .unsupported(file: path, format: "MATLAB", feature: "variable \(name) is of class \(className)")
        }
        return value
    }
}

/// What a MATLAB file says of a variable before its value.
public struct MATVariable: Sendable, Equatable {
    public let name: String
    /// Rows, columns and further axes.
    public let shape: [Int]
    /// What MATLAB's `class` says: `double`, `int16`, `logical`, `char`, `cell`, `struct` …; `sparse` for a sparse matrix.
    public let className: String
    public let isComplex: Bool

    public init(name: String, shape: [Int], className: String, isComplex: Bool = false) {
        self.name = name
        self.shape = shape
        self.className = className
        self.isComplex = isComplex
    }
}

/// An open MATLAB file: one type a version.
protocol MATContainer: Sendable {
    var variables: [MATVariable] { get }
    var notes: [String] { get }
    /// Decodes the variable at a place in `variables`.
    func value(at index: Int) throws(EEGDataError) -> MATValue
}

/// The versions of the format, by the first bytes of a file.
enum MATVersion: Equatable {
    case version4(isBigEndian: Bool)
    case version5(isBigEndian: Bool)
    case version73

    init?(_ beginning: [UInt8], fileSize: Int) {
        if beginning.count >= 128 {
            let isBigEndian = beginning[126...127].elementsEqual("MI".utf8)
            if isBigEndian || beginning[126...127].elementsEqual("IM".utf8) {
                switch isBigEndian ? (beginning[124], beginning[125]) : (beginning[125], beginning[124]) {
                case (1, 0): self = .version5(isBigEndian: isBigEndian)
                case (2, 0): self = .version73
                default: return nil
                }
                return
            }
        }
        for isBigEndian in [false, true] {
            guard let header = MAT4Header(beginning, isBigEndian: isBigEndian), header.size <= fileSize else { continue }
            self = .version4(isBigEndian: isBigEndian)
            return
        }
        return nil
    }
}
