/// An HDF5 file open for reading.
///
/// ```swift
/// let file = try HDF5File(contentsOf: "data_raw_001.h5")
/// let signals = try file.dataset("/blocks/000/meg").floats(in: [0..<274, 0..<1500])
/// ```
/// Read are groups, datasets and attributes of numbers, truth values and texts, stored in one piece or in chunks with the filters gzip, shuffle
/// and fletcher32. Other types and filters are refused by name when their values are asked for. Nothing outside the file is ever opened: links to
/// other files, external raw data and virtual datasets are refused.
///
/// The values may be read from several threads at once.
public struct HDF5File: Sendable {
    let storage: HDF5Storage

    /// Opens a file; contents are read as they are asked for.
    ///
    /// - Parameter limits: what one call may decode, whatever sizes the file declares.
    public init(contentsOf path: String, limits: ReadLimits = .standard) throws(EEGDataError) {
        storage = try HDF5Storage(try RandomAccessFile(path: path), limits: limits)
    }

    init(_ file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) { storage = try HDF5Storage(file, limits: limits) }

    /// The path that the file was opened with.
    public var path: String { storage.file.path }

    /// The group that holds all others.
    public var root: HDF5Group {
        get throws(EEGDataError) {
            let header = try storage.inObject("/") { () throws(EEGDataError) in try HDF5ObjectHeader(at: storage.rootAddress, in: storage) }
            return try HDF5Group(path: "/", header: header, in: storage)
        }
    }

    /// The group of a path such as `/blocks/000`.
    public func group(_ path: String) throws(EEGDataError) -> HDF5Group { try root.group(path) }

    /// The dataset of a path such as `/blocks/000/meg`.
    public func dataset(_ path: String) throws(EEGDataError) -> HDF5Dataset { try root.dataset(path) }

    /// Groups and datasets below the root, each group before what it holds. An object with several names comes once.
    ///
    /// - Parameter onRefusal: called for names whose objects cannot be opened; without it the first of them throws.
    public func objects(onRefusal: ((String, EEGDataError) -> Void)? = nil) throws(EEGDataError) -> [HDF5Object] {
        var objects: [HDF5Object] = []
        var seen: Set<Int> = [storage.rootAddress]
        var pending = [try root]
        while let group = pending.popLast() {
            var groups: [HDF5Group] = []
            var names: [String] = []
            do throws(EEGDataError) { names = try group.names } catch {
                guard let onRefusal else { throw error }
                onRefusal(group.path, error)
            }
            for name in names {
                do throws(EEGDataError) {
                    let object = try group.object(name)
                    guard seen.insert(object.address).inserted else { continue }
                    objects.append(object)
                    if case .group(let child) = object { groups.append(child) }
                } catch {
                    guard let onRefusal else { throw error }
                    onRefusal(group.childPath(name), error)
                }
            }
            pending += groups.reversed()
        }
        return objects
    }
}

/// A group or a dataset.
public enum HDF5Object: Sendable {
    case group(HDF5Group)
    case dataset(HDF5Dataset)
    /// A datatype with a name of its own.
    case namedType(path: String, address: Int)

    /// Where the object lies in the file.
    public var path: String {
        switch self {
        case .group(let group): group.path
        case .dataset(let dataset): dataset.path
        case .namedType(let path, _): path
        }
    }

    var address: Int {
        switch self {
        case .group(let group): group.header.address
        case .dataset(let dataset): dataset.header.address
        case .namedType(_, let address): address
        }
    }

    /// The object whose header lies at an address.
    init(at address: Int, path: String, in storage: HDF5Storage) throws(EEGDataError) {
        let header = try storage.inObject(path) { () throws(EEGDataError) in try HDF5ObjectHeader(at: address, in: storage) }
        let types = Set(header.messages.map(\.type))
        if types.contains(HDF5ObjectHeader.Kind.layout) {
            self = .dataset(try HDF5Dataset(path: path, header: header, in: storage))
        } else if types.contains(HDF5ObjectHeader.Kind.datatype) {
            self = .namedType(path: path, address: address)
        } else {
            self = .group(try HDF5Group(path: path, header: header, in: storage))
        }
    }
}

extension HDF5Storage {
    /// Adds the path of an object to the errors of `body`.
    func inObject<Result>(_ path: String, _ body: () throws(EEGDataError) -> Result) throws(EEGDataError) -> Result {
        do throws(EEGDataError) { return try body() } catch {
            switch error {
            case .malformed(let file, let format, let offset, let field, let expected, let found):
                throw .malformed(
                    file: file, format: format, offset: offset, field: "\(path): \(field)", expected: expected, found: found)
            case .unsupported(let file, let format, let feature):
                throw .unsupported(file: file, format: format, feature: "\(path): \(feature)")
            default:
                throw error
            }
        }
    }
}
