/// A file in a ZIP archive, by the archive's directory.
///
/// APPNOTE of PKWARE, 4.3: end record, ZIP64 end record, central directory, local headers.
struct ZIPEntry {
    let name: String
    /// 0 stored, 8 deflated.
    let method: UInt16
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    /// The place of the local header.
    let offset: Int

    static func entries(of file: RandomAccessFile) throws(EEGDataError) -> [ZIPEntry] {
        let directory = try Self.directory(of: file)
        var reader = ByteReader(
            try file.bytes(at: directory.range.lowerBound, count: directory.range.count), file: file.path, format: "ZIP",
            fileOffset: directory.range.lowerBound)
        var entries: [ZIPEntry] = []
        for _ in 0..<directory.count { entries.append(try ZIPEntry(&reader, fileSize: file.size)) }
        return entries
    }

    private init(_ reader: inout ByteReader, fileSize: Int) throws(EEGDataError) {
        let place = reader.place("directory of the archive")
        guard try reader.integer("signature", as: UInt32.self) == 0x0201_4B50 else {
            throw place.malformed(expected: "an entry", found: "something else")
        }
        try reader.skip(4, "versions")
        let flags: UInt16 = try reader.integer("flags")
        guard flags & 1 == 0 else { throw place.unsupported("encrypted archives") }
        method = try reader.integer("method")
        try reader.skip(4, "time")
        checksum = try reader.integer("checksum")
        var compressedSize = UInt64(try reader.integer("compressed size", as: UInt32.self))
        var size = UInt64(try reader.integer("size", as: UInt32.self))
        let nameLength = Int(try reader.integer("length of the name", as: UInt16.self))
        let extraLength = Int(try reader.integer("length of extra fields", as: UInt16.self))
        let commentLength = Int(try reader.integer("length of the comment", as: UInt16.self))
        try reader.skip(8, "attributes")
        var offset = UInt64(try reader.integer("offset", as: UInt32.self))
        name = decodeText(try reader.take(nameLength, "name"))
        var extra = ByteReader(try reader.take(extraLength, "extra fields"), file: reader.file, format: "ZIP", fileOffset: nil)
        try reader.skip(commentLength, "comment")
        while extra.remaining >= 4 {
            let tag: UInt16 = try extra.integer("tag")
            let length = Int(try extra.integer("length", as: UInt16.self))
            var field = ByteReader(try extra.take(length, "extra field"), file: reader.file, format: "ZIP", fileOffset: nil)
            // ZIP64: those sizes that do not fit into 32 bits, in this order.
            guard tag == 1 else { continue }
            if size == UInt32.max { size = try field.integer("64-bit size") }
            if compressedSize == UInt32.max { compressedSize = try field.integer("64-bit compressed size") }
            if offset == UInt32.max { offset = try field.integer("64-bit offset") }
        }
        guard compressedSize <= fileSize, offset <= fileSize, size <= UInt64(Int.max) else {
            throw place.malformed(expected: "\(name) within the \(fileSize) bytes of the file", found: "\(compressedSize) bytes at \(offset)")
        }
        self.compressedSize = Int(compressedSize)
        self.size = Int(size)
        self.offset = Int(offset)
    }

    /// Where the compressed bytes lie: behind a header of their own.
    func range(in file: RandomAccessFile) throws(EEGDataError) -> Range<Int> {
        guard offset <= file.size - 30 else {
            throw .malformed(
                file: file.path, format: "ZIP", offset: offset, field: name, expected: "a header", found: "the end of the file")
        }
        var reader = ByteReader(try file.bytes(at: offset, count: 30), file: file.path, format: "ZIP", fileOffset: offset)
        let place = reader.place(name)
        let signature: UInt32 = try reader.integer("signature")
        try reader.seek(to: 26, "lengths")
        let names = Int(try reader.integer("length of the name", as: UInt16.self)) + Int(try reader.integer("length of extras", as: UInt16.self))
        let start = offset + 30 + names
        guard signature == 0x0403_4B50, start <= file.size, compressedSize <= file.size - start, method != 0 || size == compressedSize else {
            throw place.malformed(expected: "\(compressedSize) bytes behind a header", found: "something else, or the end of the file")
        }
        return start..<(start + compressedSize)
    }

    /// The directory's place and its number of entries, from the record at the end of the file.
    private static func directory(of file: RandomAccessFile) throws(EEGDataError) -> (range: Range<Int>, count: Int) {
        let tailSize = min(file.size, 22 + 20 + 65535)
        let tail = try file.bytes(at: file.size - tailSize, count: tailSize)
        let place = FilePlace(file: file.path, format: "ZIP", offset: file.size - tailSize, field: "end of the archive")
        let mark: [UInt8] = [0x50, 0x4B, 5, 6]
        guard tailSize >= 22, let start = stride(from: tailSize - 22, through: 0, by: -1).first(where: { tail[$0...].starts(with: mark) }) else {
            throw place.malformed(expected: "an end record", found: "none")
        }
        var reader = ByteReader(tail[(start + 10)...], file: file.path, format: "ZIP", fileOffset: file.size - tailSize + start + 10)
        var count = UInt64(try reader.integer("number of entries", as: UInt16.self))
        var size = UInt64(try reader.integer("size of the directory", as: UInt32.self))
        var offset = UInt64(try reader.integer("offset of the directory", as: UInt32.self))
        if start >= 20, tail[(start - 20)...].starts(with: [0x50, 0x4B, 6, 7]) {
            var locator = ByteReader(tail[(start - 12)...], file: file.path, format: "ZIP")
            let place64: UInt64 = try locator.integer("offset of the 64-bit end record")
            guard place64 <= UInt64(max(0, file.size - 56)) else {
                throw place.malformed(expected: "a 64-bit end record within the file", found: "offset \(place64)")
            }
            var record = ByteReader(try file.bytes(at: Int(place64), count: 56), file: file.path, format: "ZIP", fileOffset: Int(place64))
            try record.skip(32, "64-bit end record")
            count = try record.integer("number of entries")
            size = try record.integer("size of the directory")
            offset = try record.integer("offset of the directory")
        }
        // An entry takes 46 bytes or more.
        guard offset <= UInt64(file.size), size <= UInt64(file.size) - offset, count <= size / 46 else {
            throw place.malformed(expected: "a directory within the file", found: "\(count) entries in \(size) bytes at byte \(offset)")
        }
        return (Int(offset)..<Int(offset + size), Int(count))
    }
}
