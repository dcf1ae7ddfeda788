/// A group of an HDF5 file: named groups and datasets.
public struct HDF5Group: Sendable {
    /// The path from the root, such as `/blocks/000`.
    public let path: String
    public let attributes: [HDF5Attribute]
    let header: HDF5ObjectHeader
    private let storage: HDF5Storage

    init(path: String, header: HDF5ObjectHeader, in storage: HDF5Storage) throws(EEGDataError) {
        self.path = path
        self.header = header
        self.storage = storage
        attributes = try storage.inObject(path) { () throws(EEGDataError) in
            try HDF5Attribute.attributes(of: header, path: path, in: storage)
        }
    }

    /// The names of what the group holds, sorted.
    public var names: [String] { get throws(EEGDataError) { try links.map(\.name).sorted() } }

    /// The attribute of a name.
    public func attribute(_ name: String) -> HDF5Attribute? { attributes.first { $0.name == name } }

    /// Whether there is something at a path from this group.
    public func contains(_ path: String) -> Bool { (try? object(path)) != nil }

    /// The group or dataset at a path from this group, or from the root if it begins with a slash.
    public func object(_ path: String) throws(EEGDataError) -> HDF5Object { try object(path, links: 16) }

    /// The group at a path.
    public func group(_ path: String) throws(EEGDataError) -> HDF5Group {
        guard case .group(let group) = try object(path) else { throw notFound(path, expected: "a group") }
        return group
    }

    /// The dataset at a path.
    public func dataset(_ path: String) throws(EEGDataError) -> HDF5Dataset {
        guard case .dataset(let dataset) = try object(path) else { throw notFound(path, expected: "a dataset") }
        return dataset
    }

    func childPath(_ name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

    private var links: [HDF5Link] {
        get throws(EEGDataError) {
            try storage.inObject(path) { () throws(EEGDataError) in try HDF5Link.links(of: header, in: storage) }
        }
    }

    /// - Parameter links: how many links to paths may still be followed: they can form a loop.
    private func object(_ path: String, links remaining: Int) throws(EEGDataError) -> HDF5Object {
        var current = HDF5Object.group(self)
        if path.hasPrefix("/"), self.path != "/" {
            current = try HDF5Object(at: storage.rootAddress, path: "/", in: storage)
        }
        for name in path.split(separator: "/") where name != "." {
            guard case .group(let group) = current, let link = try group.links.first(where: { $0.name == name }) else {
                throw notFound(path, expected: "a group or dataset")
            }
            switch link.target {
            case .object(let address):
                current = try HDF5Object(at: address, path: group.childPath(link.name), in: storage)
            case .path(let target):
                guard remaining > 0 else { throw notFound(path, expected: "at most 16 links on the way") }
                current = try group.object(target, links: remaining - 1)
            case .refused(let what):
                throw storage.unsupported("\(group.childPath(link.name)): \(what) is not followed")
            }
        }
        return current
    }

    private func notFound(_ path: String, expected: String) -> EEGDataError {
        .malformed(
            file: storage.file.path, format: HDF5Storage.format, offset: nil, field: path.hasPrefix("/") ? path : childPath(path),
            expected: expected, found: "none")
    }
}
