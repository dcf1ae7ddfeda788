/// The messages that describe an object: a group, a dataset or a named type.
struct HDF5ObjectHeader {
    struct Message {
        let type: Int
        let flags: UInt8
        /// Starts at the message's first byte.
        let body: ByteReader
    }

    /// Types of messages.
    enum Kind {
        static let dataspace = 0x01
        static let linkInfo = 0x02
        static let datatype = 0x03
        static let oldFillValue = 0x04
        static let fillValue = 0x05
        static let link = 0x06
        static let externalFiles = 0x07
        static let layout = 0x08
        static let filters = 0x0B
        static let attribute = 0x0C
        static let continuation = 0x10
        static let symbolTable = 0x11
        static let attributeInfo = 0x15
    }

    let address: Int
    private(set) var messages: [Message] = []

    init(at address: Int, in storage: HDF5Storage) throws(EEGDataError) {
        self.address = address
        var visited = HDF5Visited()
        try visited.visit(address, "object header", in: storage)
        let start = try storage.reader(at: address, count: min(32, storage.file.size - storage.base - address), "object header")
        if start.bytes.starts(with: "OHDR".utf8) {
            try readVersion2(start, &visited, storage)
        } else {
            try readVersion1(start, &visited, storage)
        }
    }

    /// The first message of a type; where it is shared with other objects, the message that it stands for.
    func first(_ type: Int, in storage: HDF5Storage) throws(EEGDataError) -> ByteReader? {
        guard let message = messages.first(where: { $0.type == type }) else { return nil }
        return try message.flags & 2 == 0 ? message.body : Self.shared(message.body, type: type, in: storage)
    }

    /// The message that a reference to a shared one stands for: that of another object's header.
    static func shared(_ reference: ByteReader, type: Int, in storage: HDF5Storage) throws(EEGDataError) -> ByteReader {
        var reader = reference
        let version = try reader.byte("shared message version")
        let kind = try reader.byte("shared message type")
        switch (version, kind) {
        case (1, _): try reader.skip(6, "shared message")
        case (2, _), (3, 2): break
        default: throw storage.unsupported("messages shared in a heap")
        }
        let address = try storage.definedAddress(&reader, "address of the shared message")
        let header = try HDF5ObjectHeader(at: address, in: storage)
        // That message must hold its contents: a chain of references could be a loop.
        guard let message = header.messages.first(where: { $0.type == type && $0.flags & 2 == 0 }) else {
            throw storage.malformed(at: address, "shared message", expected: "a message of type \(type)", found: "none")
        }
        return message.body
    }

    // MARK: Version 1

    private mutating func readVersion1(
        _ start: ByteReader, _ visited: inout HDF5Visited, _ storage: HDF5Storage
    ) throws(EEGDataError) {
        var prefix = start
        let version = try prefix.byte("object header version")
        guard version == 1 else { throw prefix.malformed("object header version", expected: "1 or 2", found: "\(version)") }
        try prefix.skip(1, "reserved")
        let count = try prefix.word("number of messages")
        try prefix.skip(4, "reference count")
        let size = Int(try prefix.integer("object header size", as: UInt32.self))
        // The messages begin at a multiple of eight bytes.
        var blocks = [try storage.reader(at: address + 16, count: size, "object header")]
        var bytes = size
        while !blocks.isEmpty {
            var block = blocks.removeFirst()
            while block.remaining >= 8, messages.count < count {
                let type = try block.word("message type")
                let size = try block.word("message size")
                let flags = UInt8(try block.byte("message flags"))
                try block.skip(3, "reserved")
                let message = try Self.message(type: type, flags: flags, size: size, &block)
                messages.append(message)
                guard type == Kind.continuation else { continue }
                let (address, length) = try continuation(message, &visited, &bytes, storage)
                blocks.append(try storage.reader(at: address, count: length, "object header continuation"))
            }
        }
    }

    // MARK: Version 2

    private mutating func readVersion2(
        _ start: ByteReader, _ visited: inout HDF5Visited, _ storage: HDF5Storage
    ) throws(EEGDataError) {
        var prefix = start
        try prefix.skip(4, "signature")
        let version = try prefix.byte("object header version")
        guard version == 2 else { throw prefix.malformed("object header version", expected: "2", found: "\(version)") }
        let flags = try prefix.byte("object header flags")
        if flags & 0x20 != 0 { try prefix.skip(16, "times") }
        if flags & 0x10 != 0 { try prefix.skip(4, "numbers of attributes") }
        let stored = try prefix.unsigned(1 << (flags & 3), "size of the first part")
        guard let size = Int(exactly: stored), size <= storage.file.size else {
            throw prefix.malformed("size of the first part", expected: "at most \(storage.file.size)", found: "\(stored)")
        }
        var first = try storage.checkedReader(at: address, count: prefix.position + size + 4, signature: "OHDR", "object header")
        try first.seek(to: prefix.position, "object header")
        var blocks = [first]
        var bytes = size
        let hasOrder = flags & 4 != 0
        while !blocks.isEmpty {
            var block = blocks.removeFirst()
            // Fewer bytes than a message takes are a gap.
            while block.remaining >= (hasOrder ? 6 : 4) {
                let type = try block.byte("message type")
                let size = try block.word("message size")
                let flags = UInt8(try block.byte("message flags"))
                if hasOrder { try block.skip(2, "creation order") }
                let message = try Self.message(type: type, flags: flags, size: size, &block)
                messages.append(message)
                guard type == Kind.continuation else { continue }
                let (address, length) = try continuation(message, &visited, &bytes, storage)
                blocks.append(
                    try storage.checkedReader(at: address, count: length, signature: "OCHK", "object header continuation"))
            }
        }
    }

    private static func message(type: Int, flags: UInt8, size: Int, _ block: inout ByteReader) throws(EEGDataError) -> Message {
        let offset = block.offset
        let bytes = try block.take(size, "message of type \(type)")
        return Message(
            type: type, flags: flags, body: ByteReader(bytes, file: block.file, format: block.format, fileOffset: offset))
    }

    /// Where the header goes on.
    private func continuation(
        _ message: Message, _ visited: inout HDF5Visited, _ bytes: inout Int, _ storage: HDF5Storage
    ) throws(EEGDataError) -> (address: Int, length: Int) {
        var body = message.body
        let address = try storage.definedAddress(&body, "continuation address")
        let length = try storage.length(&body, "continuation length")
        try visited.visit(address, "object header continuation", in: storage)
        // Parts do not overlap, so together they are no longer than the file.
        let (sum, overflow) = bytes.addingReportingOverflow(length)
        guard !overflow, length >= 8, sum <= storage.file.size else {
            throw body.malformed("continuation length", expected: "8 to \(storage.file.size - bytes)", found: "\(length)")
        }
        bytes = sum
        return (address, length)
    }
}
