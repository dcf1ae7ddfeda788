/// A named value at a group or a dataset.
public struct HDF5Attribute: Sendable {
    public let name: String
    /// Elements along each axis; empty for a single one.
    public let shape: [Int]
    public let elementType: HDF5ElementType
    private let object: String
    private let contents: HDF5Elements

    /// Numbers and truth values in their stored type.
    ///
    /// - Throws: where the elements are of another kind.
    public func array() throws(EEGDataError) -> NumericArray {
        try contents.storage.inObject(label) { () throws(EEGDataError) in try contents.array() }
    }

    /// Texts, the last axis fastest.
    ///
    /// - Throws: where the elements are of another kind.
    public func strings() throws(EEGDataError) -> [String] {
        try contents.storage.inObject(label) { () throws(EEGDataError) in try contents.strings() }
    }

    /// The only element as a text; nil where the attribute is not a single text.
    public var string: String? {
        guard contents.count == 1 else { return nil }
        return try? strings().first
    }

    /// The only element as a number; nil where the attribute is not a single number.
    public var double: Double? {
        guard contents.count == 1 else { return nil }
        return try? array().doubles.first
    }

    /// The only element as a whole number; nil where the attribute is not one that `Int` holds.
    public var integer: Int? {
        guard contents.count == 1 else { return nil }
        return try? array().integers?.first
    }

    private var label: String { "attribute \(name) of \(object)" }

    /// The addresses of other objects that the elements are.
    func references() throws(EEGDataError) -> [Int?] {
        try contents.storage.inObject(label) { () throws(EEGDataError) in try contents.references() }
    }

    /// The texts of an attribute whose elements are sequences of characters, as MATLAB writes the names of a structure's fields.
    func characterSequences() throws(EEGDataError) -> [String] {
        try contents.storage.inObject(label) { () throws(EEGDataError) in try contents.variableTexts(elementSize: 1) }
    }
}

extension HDF5Attribute {
    /// The attributes of an object.
    static func attributes(
        of header: HDF5ObjectHeader, path: String, in storage: HDF5Storage
    ) throws(EEGDataError) -> [HDF5Attribute] {
        var attributes: [HDF5Attribute] = []
        for message in header.messages where message.type == HDF5ObjectHeader.Kind.attribute {
            let body =
                message.flags & 2 == 0
                ? message.body : try HDF5ObjectHeader.shared(message.body, type: message.type, in: storage)
            attributes.append(try HDF5Attribute(body, object: path, in: storage))
        }
        guard var info = try header.first(HDF5ObjectHeader.Kind.attributeInfo, in: storage) else { return attributes }
        try info.skip(1, "attribute info version")
        if try info.byte("attribute info flags") & 1 != 0 { try info.skip(2, "largest creation index") }
        guard let heapAddress = try storage.address(&info, "heap of attributes"),
            let tree = try storage.address(&info, "index of attributes")
        else { return attributes }
        let heap = try HDF5FractalHeap(at: heapAddress, in: storage)
        try HDF5BTree2.forEachRecord(at: tree, types: 8...8, in: storage) { (record) throws(EEGDataError) in
            var record = record
            let id = ByteReader(
                try record.take(8, "heap ID"), file: record.file, format: record.format, fileOffset: record.fileOffset)
            let flags = try record.byte("attribute flags")
            guard flags & 2 == 0 else { throw storage.unsupported("attributes shared in a heap") }
            attributes.append(try HDF5Attribute(try heap.object(id), object: path, in: storage))
        }
        return attributes
    }

    private init(_ message: ByteReader, object: String, in storage: HDF5Storage) throws(EEGDataError) {
        var reader = message
        let version = try reader.byte("attribute version")
        guard (1...3).contains(version) else {
            throw reader.malformed("attribute version", expected: "1 to 3", found: "\(version)")
        }
        let flags = try reader.byte("attribute flags")
        var sizes: [Int] = []
        for field in ["size of the name", "size of the datatype", "size of the dataspace"] { sizes.append(try reader.word(field)) }
        if version == 3 { try reader.skip(1, "character set") }
        func part(_ index: Int, _ field: String) throws(EEGDataError) -> ByteReader {
            let offset = reader.offset
            let bytes = try reader.take(version == 1 ? (sizes[index] + 7) & ~7 : sizes[index], field)
            return ByteReader(bytes.prefix(sizes[index]), file: reader.file, format: reader.format, fileOffset: offset)
        }
        let nameBytes = try part(0, "name of an attribute").bytes
        name = String(decoding: nameBytes.prefix { $0 != 0 }, as: UTF8.self)
        var type = try part(1, "datatype of an attribute")
        if version > 1, flags & 1 != 0 { type = try HDF5ObjectHeader.shared(type, type: HDF5ObjectHeader.Kind.datatype, in: storage) }
        var space = try part(2, "dataspace of an attribute")
        if version > 1, flags & 2 != 0 { space = try HDF5ObjectHeader.shared(space, type: HDF5ObjectHeader.Kind.dataspace, in: storage) }
        let datatype = try HDF5Datatype(&type, in: storage)
        let dataspace = try HDF5Dataspace(space, in: storage)
        let (size, overflow) = dataspace.count.multipliedReportingOverflow(by: datatype.size)
        guard !overflow, size <= reader.remaining else {
            throw reader.malformed("value of attribute \(name)", expected: "\(dataspace.count) elements", found: "\(reader.remaining) bytes")
        }
        shape = dataspace.shape
        elementType = datatype.element
        self.object = object
        contents = HDF5Elements(
            bytes: Array(try reader.take(size, "value of attribute \(name)")), datatype: datatype, shape: dataspace.shape,
            count: dataspace.count, storage: storage)
    }
}
