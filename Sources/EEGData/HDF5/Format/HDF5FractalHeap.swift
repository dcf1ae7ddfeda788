/// A fractal heap: where large new groups keep their links, and objects with many attributes these.
final class HDF5FractalHeap {
    private let storage: HDF5Storage
    private let idLength: Int
    private let offsetSize: Int
    private let lengthSize: Int
    private let blocksAreChecked: Bool
    private let width: Int
    private let startingSize: Int
    private let maximumDirectSize: Int
    private let root: Int?
    /// Rows of the root block; 0 where it is a direct one.
    private let rootRows: Int
    private let headerAddress: Int
    /// Blocks that were read, by address: objects are asked for in another order than they lie.
    private var blocks: [Int: ByteReader] = [:]
    private var blockBytes = 0

    init(at address: Int, in storage: HDF5Storage) throws(EEGDataError) {
        let size = 22 + 12 * storage.lengthSize + 3 * storage.offsetSize + 4
        var header = try storage.reader(at: address, count: size, signature: "FRHP", "fractal heap")
        let version = try header.byte("fractal heap version")
        idLength = try header.word("heap ID length")
        let filterSize = try header.word("size of the heap's filters")
        guard version == 0, filterSize == 0 else { throw storage.unsupported("fractal heaps with filters, or of version \(version)") }
        header = try storage.checkedReader(at: address, count: size, signature: "FRHP", "fractal heap")
        try header.skip(5, "fractal heap version and lengths")
        blocksAreChecked = try header.byte("fractal heap flags") & 2 != 0
        let largestObject = Int(try header.integer("largest object", as: UInt32.self))
        // Next huge object; tree of huge objects; free space and its manager; four sizes of managed space; huge and tiny objects.
        try header.skip(10 * storage.lengthSize + 2 * storage.offsetSize, "fractal heap statistics")
        width = try header.word("table width")
        startingSize = try storage.length(&header, "starting block size")
        maximumDirectSize = try storage.length(&header, "largest direct block")
        let heapBits = try header.word("heap size")
        try header.skip(2, "starting rows")
        root = try storage.address(&header, "root block")
        rootRows = try header.word("rows of the root block")
        func isPowerOfTwo(_ value: Int) -> Bool { value > 0 && value & (value - 1) == 0 }
        guard isPowerOfTwo(width), isPowerOfTwo(startingSize), isPowerOfTwo(maximumDirectSize), startingSize <= maximumDirectSize,
            maximumDirectSize <= 1 << 31, heapBits <= 62, rootRows <= 64
        else {
            throw header.malformed(
                "fractal heap", expected: "powers of two and at most 2^62 bytes",
                found: "width \(width), blocks of \(startingSize) to \(maximumDirectSize), \(heapBits) bits, \(rootRows) rows")
        }
        offsetSize = (heapBits + 7) / 8
        lengthSize = min(
            (maximumDirectSize.trailingZeroBitCount + 7) / 8, (Int.bitWidth - max(largestObject, 1).leadingZeroBitCount - 1) / 8 + 1)
        headerAddress = address
        self.storage = storage
    }

    /// The object that a heap ID names.
    func object(_ id: ByteReader) throws(EEGDataError) -> ByteReader {
        var id = id
        let flags = try id.byte("heap ID")
        switch flags >> 4 & 3 {
        case 0:
            let offset = Int(clamping: try id.unsigned(offsetSize, "place in the heap"))
            let length = Int(clamping: try id.unsigned(lengthSize, "length in the heap"))
            return try managedObject(at: offset, length: length)
        case 2 where flags >> 6 == 0:
            let count = idLength <= 17 ? flags & 15 : (flags & 15) << 8 | (try id.byte("length of a tiny object"))
            let offset = id.offset
            return ByteReader(try id.take(count + 1, "tiny object"), file: id.file, format: id.format, fileOffset: offset)
        default:
            throw storage.unsupported("links and attributes of more than 64 KiB")
        }
    }

    private func managedObject(at offset: Int, length: Int) throws(EEGDataError) -> ByteReader {
        func beyond() -> EEGDataError {
            storage.malformed(at: headerAddress, "place in the heap", expected: "inside the heap", found: "\(offset), \(length) bytes")
        }
        guard var block = root else { throw beyond() }
        var blockStart = 0
        var rows = rootRows
        while rows > 0 {
            // Row 0 and row 1 have blocks of the starting size, each later row of twice the size before.
            var start = blockStart
            var entry: (address: Int, index: Int, size: Int)?
            for row in 0..<rows {
                let size = startingSize << max(0, row - 1)
                let (rowSize, overflow) = size.multipliedReportingOverflow(by: width)
                guard !overflow, size > 0 else { throw beyond() }
                if offset - start < rowSize {
                    let column = (offset - start) / size
                    entry = (start + column * size, row * width + column, size)
                    break
                }
                start += rowSize
            }
            guard let entry, offset >= blockStart else { throw beyond() }
            let directRows = maximumDirectSize.trailingZeroBitCount - startingSize.trailingZeroBitCount + 2
            let entries = rows * width
            let size = 5 + storage.offsetSize + offsetSize + entries * storage.offsetSize + 4
            var indirect = try self.block(at: block, size: size) { () throws(EEGDataError) in
                try storage.checkedReader(at: block, count: size, signature: "FHIB", "indirect block of a heap")
            }
            try indirect.skip(1 + storage.offsetSize + offsetSize + entry.index * storage.offsetSize, "indirect block of a heap")
            block = try storage.definedAddress(&indirect, "block of a heap")
            blockStart = entry.address
            guard entry.index / width >= directRows else {
                return try take(length, at: offset - blockStart, block: block, size: entry.size)
            }
            // An indirect block holds as many rows as fill its size: always fewer than the block above.
            let below = entry.size.trailingZeroBitCount - startingSize.trailingZeroBitCount - width.trailingZeroBitCount + 1
            guard below > 0, below < rows else { throw beyond() }
            rows = below
        }
        return try take(length, at: offset, block: block, size: startingSize)
    }

    private func take(_ length: Int, at offset: Int, block: Int, size: Int) throws(EEGDataError) -> ByteReader {
        guard offset >= 0, offset <= size, length <= size - offset else {
            throw storage.malformed(
                at: block, "object in a heap", expected: "inside the block of \(size) bytes", found: "\(length) at \(offset)")
        }
        var reader = try self.block(at: block, size: size) { () throws(EEGDataError) in try directBlock(at: block, size: size) }
        try reader.seek(to: offset, "object in a heap")
        let place = reader.offset
        return ByteReader(try reader.take(length, "object in a heap"), file: reader.file, format: reader.format, fileOffset: place)
    }

    private func directBlock(at address: Int, size: Int) throws(EEGDataError) -> ByteReader {
        let reader = try storage.reader(at: address, count: size, signature: "FHDB", "direct block of a heap")
        guard blocksAreChecked else { return reader }
        // The checksum lies behind the head and is computed with zeros in its place.
        let place = 5 + storage.offsetSize + offsetSize
        var bytes = Array(reader.bytes)
        guard bytes.count >= place + 4 else {
            throw storage.malformed(at: address, "direct block of a heap", expected: "\(place + 4) bytes", found: "\(bytes.count)")
        }
        let stored = bytes[place..<(place + 4)].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        bytes.replaceSubrange(place..<(place + 4), with: [0, 0, 0, 0])
        let computed = hdf5Checksum(bytes[...])
        guard stored == computed else {
            throw storage.malformed(
                at: address, "direct block of a heap, checksum", expected: "\(computed)", found: "\(stored)")
        }
        return reader
    }

    private func block(
        at address: Int, size: Int, read: () throws(EEGDataError) -> ByteReader
    ) throws(EEGDataError) -> ByteReader {
        if let known = blocks[address], known.bytes.count >= size - 4 { return known }
        // Blocks do not overlap, so together they are no longer than the file.
        blockBytes += size
        guard blockBytes <= storage.file.size else {
            throw storage.malformed(at: address, "block of a heap", expected: "blocks that do not overlap", found: "\(blockBytes) bytes")
        }
        let block = try read()
        blocks[address] = block
        return block
    }
}
