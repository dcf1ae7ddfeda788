/// A name in a group and where it leads.
struct HDF5Link {
    enum Target {
        /// The address of an object header.
        case object(Int)
        /// A path in the same file.
        case path(String)
        /// Not followed; says what it is.
        case refused(String)
    }

    let name: String
    let target: Target
}

extension HDF5Link {
    /// The links of a group, in the order of the file's index.
    static func links(of header: HDF5ObjectHeader, in storage: HDF5Storage) throws(EEGDataError) -> [HDF5Link] {
        if let message = try header.first(HDF5ObjectHeader.Kind.symbolTable, in: storage) {
            return try symbolTable(message, in: storage)
        }
        var links: [HDF5Link] = []
        for message in header.messages where message.type == HDF5ObjectHeader.Kind.link {
            links.append(try HDF5Link(message.body, in: storage))
        }
        guard var info = try header.first(HDF5ObjectHeader.Kind.linkInfo, in: storage) else { return links }
        try info.skip(1, "link info version")
        if try info.byte("link info flags") & 1 != 0 { try info.skip(8, "largest creation index") }
        guard let heapAddress = try storage.address(&info, "heap of links"), let tree = try storage.address(&info, "index of links") else {
            return links
        }
        let heap = try HDF5FractalHeap(at: heapAddress, in: storage)
        try HDF5BTree2.forEachRecord(at: tree, types: 5...5, in: storage) { (record) throws(EEGDataError) in
            var record = record
            try record.skip(4, "hash of a name")
            let id = ByteReader(
                record.bytes.dropFirst(4), file: record.file, format: record.format, fileOffset: record.offset)
            links.append(try HDF5Link(try heap.object(id), in: storage))
        }
        return links
    }

    /// A link message.
    private init(_ message: ByteReader, in storage: HDF5Storage) throws(EEGDataError) {
        var reader = message
        let version = try reader.byte("link version")
        guard version == 1 else { throw reader.malformed("link version", expected: "1", found: "\(version)") }
        let flags = try reader.byte("link flags")
        let type = flags & 8 == 0 ? 0 : try reader.byte("link type")
        if flags & 4 != 0 { try reader.skip(8, "creation order") }
        if flags & 16 != 0 { try reader.skip(1, "character set") }
        let length = Int(clamping: try reader.unsigned(1 << (flags & 3), "length of a name"))
        name = String(decoding: try reader.take(length, "name of a link"), as: UTF8.self)
        switch type {
        case 0:
            target = .object(try storage.definedAddress(&reader, "address of \(name)"))
        case 1:
            let length = try reader.word("length of a path")
            target = .path(String(decoding: try reader.take(length, "path of \(name)"), as: UTF8.self))
        case 64:
            target = .refused("a link to another file")
        default:
            target = .refused("a link of the user-defined type \(type)")
        }
    }

    /// Links of a group of the old kind: a tree of nodes of symbols, with their names in a heap.
    private static func symbolTable(_ message: ByteReader, in storage: HDF5Storage) throws(EEGDataError) -> [HDF5Link] {
        var reader = message
        let tree = try storage.definedAddress(&reader, "tree of symbols")
        let heapAddress = try storage.definedAddress(&reader, "heap of names")
        let headSize = 8 + 2 * storage.lengthSize + storage.offsetSize
        var head = try storage.reader(at: heapAddress, count: headSize, signature: "HEAP", "heap of names")
        try head.skip(4, "heap version")
        let size = try storage.length(&head, "size of the heap of names")
        _ = try storage.length(&head, "free list")
        let data = try storage.definedAddress(&head, "names")
        let heap = try storage.reader(at: data, count: size, "names")
        var textBytes = 0
        func text(_ offset: UInt64, _ field: String) throws(EEGDataError) -> String {
            var heap = heap
            try heap.seek(to: Int(clamping: offset), field)
            let start = heap.bytes.startIndex + heap.position
            guard let end = heap.bytes[start...].firstIndex(of: 0) else {
                throw heap.malformed(field, expected: "a zero byte at its end", found: "none")
            }
            // Texts may share bytes, but a file in which many do is not meant well.
            textBytes += end - start
            guard textBytes <= storage.file.size else {
                throw heap.malformed(field, expected: "names that do not overlap", found: "\(textBytes) bytes of them")
            }
            return String(decoding: heap.bytes[start..<end], as: UTF8.self)
        }

        var links: [HDF5Link] = []
        let entrySize = 2 * storage.offsetSize + 24
        var visited = HDF5Visited()
        try HDF5BTree1.forEachLeafChild(root: tree, type: 0, keySize: storage.lengthSize, in: storage) { (_, address) throws(EEGDataError) in
            try visited.visit(address, "symbols", in: storage)
            var node = try storage.reader(at: address, count: 8, signature: "SNOD", "symbols")
            try node.skip(2, "version of symbols")
            let count = try node.word("number of symbols")
            var entries = try storage.reader(at: address + 8, count: count * entrySize, "symbols")
            for _ in 0..<count {
                let name = try text(try entries.unsigned(storage.offsetSize, "name of a symbol"), "name of a symbol")
                let header = try storage.address(&entries, "address of \(name)")
                let kind: UInt32 = try entries.integer("kind of symbol")
                try entries.skip(4, "reserved")
                let scratch = UInt64(try entries.integer("contents of a symbol", as: UInt32.self))
                try entries.skip(12, "contents of a symbol")
                if kind == 2 {
                    links.append(HDF5Link(name: name, target: .path(try text(scratch, "path of \(name)"))))
                } else {
                    guard let header else {
                        throw entries.malformed("address of \(name)", expected: "an address", found: "none")
                    }
                    links.append(HDF5Link(name: name, target: .object(header)))
                }
            }
        }
        return links
    }
}
