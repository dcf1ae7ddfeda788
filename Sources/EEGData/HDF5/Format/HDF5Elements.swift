/// Stored elements, and what they mean.
struct HDF5Elements: Sendable {
    let bytes: [UInt8]
    let datatype: HDF5Datatype
    let shape: [Int]
    let count: Int
    let storage: HDF5Storage

    func array() throws(EEGDataError) -> NumericArray {
        let values = try NumericArray.Values(hdf5: datatype, count: count) { (buffer, conversion) throws(EEGDataError) in
            bytes.withUnsafeBytes { bytes in
                guard let source = bytes.baseAddress, let result = buffer.baseAddress else { return }
                if let convert = conversion.convert { convert(source, result, count) } else { buffer.copyMemory(from: bytes) }
            }
        }
        guard let values else { throw storage.unsupported("elements of type \(datatype.element) as numbers") }
        return NumericArray(shape: shape, values: values)
    }

    func strings() throws(EEGDataError) -> [String] {
        switch datatype.element {
        case .variableString:
            return try variableTexts(elementSize: 1)
        case .string(let size):
            return stride(from: 0, to: bytes.count, by: size).map { start in
                var text = bytes[start..<(start + size)]
                switch datatype.padding {
                case .nullTerminated:
                    text = text.prefix { $0 != 0 }
                case .nullPadded:
                    while text.last == 0 { text.removeLast() }
                case .spacePadded:
                    while text.last == 0x20 { text.removeLast() }
                }
                return String(decoding: text, as: UTF8.self)
            }
        default:
            throw storage.unsupported("elements of type \(datatype.element) as texts")
        }
    }

    /// Object references: addresses of object headers, nil for a null reference.
    func references() throws(EEGDataError) -> [Int?] {
        guard datatype.element == .objectReference else {
            throw storage.unsupported("elements of type \(datatype.element) as references")
        }
        var reader = ByteReader(bytes, file: storage.file.path, format: HDF5Storage.format, fileOffset: nil)
        var addresses: [Int?] = []
        for _ in 0..<count {
            let address = try storage.address(&reader, "object reference")
            addresses.append(address == 0 ? nil : address)
        }
        return addresses
    }

    /// Texts of any length, which lie in global heaps: each element tells the length, the heap's address and the place in it.
    ///
    /// - Parameter elementSize: bytes of one item of the length.
    func variableTexts(elementSize: Int) throws(EEGDataError) -> [String] {
        guard datatype.size == 8 + storage.offsetSize else {
            throw storage.unsupported("elements of type \(datatype.element) as texts")
        }
        var reader = ByteReader(bytes, file: storage.file.path, format: HDF5Storage.format, fileOffset: nil)
        var heaps = HDF5GlobalHeaps(storage)
        var texts: [String] = []
        texts.reserveCapacity(count)
        var total = 0
        for _ in 0..<count {
            let length = Int(try reader.integer("length of a text", as: UInt32.self)) * elementSize
            let stored = try reader.unsigned(storage.offsetSize, "heap of a text")
            let index: UInt32 = try reader.integer("place in the heap")
            guard length > 0, stored != 0 else {
                texts.append("")
                continue
            }
            guard let address = Int(exactly: stored), address < storage.file.size else {
                throw reader.malformed("heap of a text", expected: "an address in the file", found: "\(stored)")
            }
            // The same text may be referred to many times.
            total += length
            guard total <= storage.limits.decodedBytes else {
                throw storage.unsupported("more than \(storage.limits.decodedBytes) bytes of texts")
            }
            let bytes = try heaps.object(at: address, index: index)
            guard length <= bytes.count else {
                throw storage.malformed(at: address, "text in a heap", expected: "\(length) bytes", found: "\(bytes.count)")
            }
            texts.append(String(decoding: bytes.prefix(length).prefix { $0 != 0 }, as: UTF8.self))
        }
        return texts
    }
}

/// The global heaps that elements refer to, read as they are needed.
struct HDF5GlobalHeaps {
    private let storage: HDF5Storage
    private var collections: [Int: [UInt32: ArraySlice<UInt8>]] = [:]
    private var bytes = 0

    init(_ storage: HDF5Storage) { self.storage = storage }

    mutating func object(at address: Int, index: UInt32) throws(EEGDataError) -> ArraySlice<UInt8> {
        if collections[address] == nil { collections[address] = try collection(at: address) }
        guard let object = collections[address]?[index] else {
            throw storage.malformed(at: address, "global heap", expected: "an object \(index)", found: "none")
        }
        return object
    }

    private mutating func collection(at address: Int) throws(EEGDataError) -> [UInt32: ArraySlice<UInt8>] {
        var head = try storage.reader(at: address, count: 8 + storage.lengthSize, signature: "GCOL", "global heap")
        let version = try head.byte("global heap version")
        guard version == 1 else { throw head.malformed("global heap version", expected: "1", found: "\(version)") }
        try head.skip(3, "reserved")
        let size = try storage.length(&head, "size of the global heap")
        // Heaps do not overlap, so together they are no longer than the file.
        guard size <= storage.file.size - bytes else {
            throw head.malformed("size of the global heap", expected: "at most \(storage.file.size - bytes)", found: "\(size)")
        }
        bytes += size
        var reader = try storage.reader(at: address, count: size, "global heap")
        try reader.skip(8 + storage.lengthSize, "global heap")
        var objects: [UInt32: ArraySlice<UInt8>] = [:]
        while reader.remaining >= 8 + storage.lengthSize {
            let index = UInt32(try reader.word("heap object"))
            // Object 0 is the free space at the end.
            guard index != 0 else { break }
            try reader.skip(6, "heap object")
            let size = try storage.length(&reader, "size of a heap object")
            objects[index] = try reader.take(size, "heap object")
            try reader.skip(min((8 - size % 8) % 8, reader.remaining), "padding")
        }
        return objects
    }
}
