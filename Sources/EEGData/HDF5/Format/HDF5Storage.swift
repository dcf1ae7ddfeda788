/// The bytes of an HDF5 file, with what its superblock says about addresses and lengths.
///
/// The structures are those of the "HDF5 File Format Specification", version 3.0 (The HDF Group). They are read here and not by the HDF5
/// library, which crashes or hangs on about one damaged file in two hundred: every offset and count is checked before it is used. Addresses
/// are those of the file: they count from the superblock, behind a user block where there is one.
final class HDF5Storage: Sendable {
    static let format = "HDF5"
    static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    let file: RandomAccessFile
    let limits: ReadLimits
    /// Where the superblock lies: addresses count from here.
    let base: Int
    /// Bytes of a stored address.
    let offsetSize: Int
    /// Bytes of a stored length.
    let lengthSize: Int
    /// The address of the root group's object header.
    let rootAddress: Int

    /// Where the superblock of a file lies: at its start, or behind a user block of 512, 1024, 2048 … bytes.
    static func superblockOffset(in file: RandomAccessFile) throws(EEGDataError) -> Int? {
        var offset = 0
        while offset <= file.size - signature.count {
            if try file.bytes(at: offset, count: signature.count) == signature { return offset }
            offset = offset == 0 ? 512 : 2 * offset
        }
        return nil
    }

    init(_ file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) {
        guard let base = try Self.superblockOffset(in: file) else {
            throw .malformed(
                file: file.path, format: Self.format, offset: 0, field: "signature", expected: "the eight bytes of HDF5 at 0, 512, 1024 …",
                found: "none")
        }
        let prefix = try file.bytes(at: base, count: min(256, file.size - base))
        var reader = ByteReader(prefix, file: file.path, format: Self.format, fileOffset: base)
        try reader.skip(Self.signature.count, "signature")
        let version: UInt8 = try reader.integer("superblock version")
        guard version <= 3 else {
            throw .unsupported(file: file.path, format: Self.format, feature: "superblocks of version \(version)")
        }
        if version < 2 { try reader.skip(4, "versions") }
        let offsetSize = Int(try reader.integer("size of offsets", as: UInt8.self))
        let lengthSize = Int(try reader.integer("size of lengths", as: UInt8.self))
        for (size, field) in [(offsetSize, "size of offsets"), (lengthSize, "size of lengths")] where ![2, 4, 8].contains(size) {
            throw reader.malformed(field, expected: "2, 4 or 8", found: "\(size)")
        }
        // Consistency flags, and for old versions the sizes of tree nodes, which the nodes' own counts make unnecessary.
        try reader.skip([10 - 1, 14 - 1, 1, 1][Int(version)], "flags")
        func address(_ field: String) throws(EEGDataError) -> Int? {
            let value = try reader.unsigned(offsetSize, field)
            return value == UInt64.max >> UInt64(64 - 8 * offsetSize) ? nil : Int(clamping: value)
        }
        _ = try address("base address")
        let freeSpaceOrExtension = try address(version < 2 ? "free space address" : "superblock extension address")
        let end = try address("end of file address") ?? 0
        if version < 2 {
            guard try address("driver information address") == nil else {
                throw .unsupported(file: file.path, format: Self.format, feature: "files of several parts (family or multi driver)")
            }
            _ = try address("name of the root group")
        }
        let root = try address("root group address")
        if version >= 2 {
            let covered = reader.position
            let stored: UInt32 = try reader.integer("superblock checksum")
            let computed = hdf5Checksum(prefix[..<covered])
            guard stored == computed else {
                throw reader.malformed("superblock checksum", expected: "\(computed)", found: "\(stored)")
            }
        }
        // The end counts from address 0, or, as some writers have it, from the start of the file.
        guard end <= file.size else {
            throw reader.malformed("end of file address", expected: "at most the file's \(file.size) bytes", found: "\(end)")
        }
        guard let root, root < file.size - base else {
            throw reader.malformed(
                "root group address", expected: "below \(file.size - base)", found: root.map(String.init) ?? "undefined")
        }
        self.file = file
        self.limits = limits
        self.base = base
        self.offsetSize = offsetSize
        self.lengthSize = lengthSize
        rootAddress = root
        if version >= 2, let freeSpaceOrExtension { try checkExtension(at: freeSpaceOrExtension) }
    }

    /// More about the file as a whole: nothing that reading needs, unless it lies in several parts.
    private func checkExtension(at address: Int) throws(EEGDataError) {
        for message in try HDF5ObjectHeader(at: address, in: self).messages {
            var body = message.body
            switch message.type {
            case 0x14: throw unsupported("files of several parts (driver information)")
            case 0x17:
                // How free space is managed: read for its length only.
                let version = try body.byte("file space version")
                let strategy = try body.byte("file space strategy")
                if version == 0 {
                    try body.skip(lengthSize + (strategy == 1 ? 6 * offsetSize : 0), "file space")
                } else {
                    let isKept = try body.byte("file space persistence") != 0
                    try body.skip(2 * lengthSize + 2 + offsetSize + (isKept ? 12 * offsetSize : 0), "file space")
                }
            default: continue
            }
        }
    }

    /// The `count` bytes from an address on.
    func reader(at address: Int, count: Int, _ field: String) throws(EEGDataError) -> ByteReader {
        guard address >= 0, count >= 0, address <= file.size - base, count <= file.size - base - address else {
            throw .malformed(
                file: file.path, format: Self.format, offset: base + max(0, min(address, file.size)), field: field,
                expected: "\(count) bytes", found: "the file's end at byte \(file.size)")
        }
        return ByteReader(
            try file.bytes(at: base + address, count: count), file: file.path, format: Self.format, fileOffset: base + address)
    }

    /// The structure at an address, behind its four-letter signature.
    func reader(at address: Int, count: Int, signature: String, _ field: String) throws(EEGDataError) -> ByteReader {
        var reader = try reader(at: address, count: count, field)
        let found = try reader.take(4, field)
        guard found.elementsEqual(signature.utf8) else {
            throw .malformed(
                file: file.path, format: Self.format, offset: base + address, field: "\(field), signature", expected: signature,
                found: "\(Array(found))")
        }
        return reader
    }

    /// The structure at an address, behind its signature and without the checksum at its end, which is verified.
    func checkedReader(at address: Int, count: Int, signature: String, _ field: String) throws(EEGDataError) -> ByteReader {
        var reader = try reader(at: address, count: count, signature: signature, field)
        try verifyChecksum(reader.bytes, at: address, field)
        reader = ByteReader(reader.bytes.dropLast(4), file: file.path, format: Self.format, fileOffset: base + address)
        try reader.skip(4, field)
        return reader
    }

    /// Compares the last four bytes with the checksum of the others.
    func verifyChecksum(_ bytes: ArraySlice<UInt8>, at address: Int, _ field: String) throws(EEGDataError) {
        let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let computed = hdf5Checksum(bytes.dropLast(4))
        guard stored == computed else {
            throw .malformed(
                file: file.path, format: Self.format, offset: base + address, field: "\(field), checksum", expected: "\(computed)",
                found: "\(stored)")
        }
    }

    /// The next stored address; nil where it is the undefined one.
    func address(_ reader: inout ByteReader, _ field: String) throws(EEGDataError) -> Int? {
        let value = try reader.unsigned(offsetSize, field)
        if value == UInt64.max >> UInt64(64 - 8 * offsetSize) { return nil }
        guard let address = Int(exactly: value), address < file.size - base else {
            throw reader.malformed(field, expected: "an address below \(file.size - base)", found: "\(value)")
        }
        return address
    }

    /// The next stored address, which must be defined.
    func definedAddress(_ reader: inout ByteReader, _ field: String) throws(EEGDataError) -> Int {
        guard let address = try address(&reader, field) else { throw reader.malformed(field, expected: "an address", found: "none") }
        return address
    }

    /// The next stored length.
    func length(_ reader: inout ByteReader, _ field: String) throws(EEGDataError) -> Int {
        let value = try reader.unsigned(lengthSize, field)
        guard let length = Int(exactly: value) else { throw reader.malformed(field, expected: "a length", found: "\(value)") }
        return length
    }

    func unsupported(_ feature: String) -> EEGDataError { .unsupported(file: file.path, format: Self.format, feature: feature) }

    /// An error about the structure at an address.
    func malformed(at address: Int?, _ field: String, expected: String, found: String) -> EEGDataError {
        .malformed(
            file: file.path, format: Self.format, offset: address.map { base + $0 }, field: field, expected: expected, found: found)
    }
}

extension ByteReader {
    /// A little-endian unsigned integer of 0 to 8 bytes.
    mutating func unsigned(_ width: Int, _ field: String) throws(EEGDataError) -> UInt64 {
        try take(width, field).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A byte as a number.
    mutating func byte(_ field: String) throws(EEGDataError) -> Int { Int(try integer(field, as: UInt8.self)) }

    /// Two bytes as a number.
    mutating func word(_ field: String) throws(EEGDataError) -> Int { Int(try integer(field, as: UInt16.self)) }
}

/// The places that were visited while following addresses of a file: none may come twice, or a loop would never end.
struct HDF5Visited {
    private var addresses: Set<Int> = []

    mutating func visit(_ address: Int, _ field: String, in storage: HDF5Storage) throws(EEGDataError) {
        guard addresses.insert(address).inserted else {
            throw storage.malformed(at: address, field, expected: "a place not visited before", found: "a loop")
        }
    }
}
