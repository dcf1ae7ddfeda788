/// Fixed and extensible arrays: indices of the chunks of new files.
enum HDF5ChunkArray {
    struct Entry {
        let address: Int
        let size: Int
        let mask: UInt32
    }

    /// What an element of the array says of its chunk; nil where it was not written.
    static func entry(
        _ element: ByteReader, _ isFiltered: Bool, _ chunkBytes: Int, in storage: HDF5Storage
    ) throws(EEGDataError) -> Entry? {
        var element = element
        let sizeWidth = element.bytes.count - storage.offsetSize - (isFiltered ? 4 : 0)
        guard isFiltered ? (1...8).contains(sizeWidth) : sizeWidth == 0 else {
            throw element.malformed("element of a chunk array", expected: "an address, and for filtered chunks a size", found: "\(sizeWidth)")
        }
        guard let address = try storage.address(&element, "address of a chunk") else { return nil }
        guard isFiltered else { return Entry(address: address, size: chunkBytes, mask: 0) }
        let size = Int(clamping: try element.unsigned(sizeWidth, "size of a chunk"))
        return Entry(address: address, size: size, mask: try element.integer("filter mask"))
    }

    /// Calls `body` with the number and the bytes of each element of a fixed array.
    static func fixed(
        at address: Int, in storage: HDF5Storage, _ body: (Int, ByteReader) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        let size = 8 + storage.lengthSize + storage.offsetSize + 4
        var header = try storage.checkedReader(at: address, count: size, signature: "FAHD", "fixed array")
        try header.skip(2, "version and client")
        let elementSize = try header.byte("element size")
        let pageBits = try header.byte("page bits")
        let count = try storage.length(&header, "number of elements")
        guard elementSize > 0, pageBits < 32, count <= storage.file.size / elementSize else {
            throw header.malformed("fixed array", expected: "elements inside the file", found: "\(count) of \(elementSize) bytes")
        }
        guard let block = try storage.address(&header, "block of the fixed array") else { return }
        let headSize = 6 + storage.offsetSize
        let pageCount = 1 << pageBits
        guard count > pageCount else {
            var data = try storage.checkedReader(
                at: block, count: headSize + count * elementSize + 4, signature: "FADB", "block of the fixed array")
            try data.skip(headSize - 4, "block of the fixed array")
            try elements(&data, size: elementSize, numbers: 0..<count, body)
            return
        }
        let pages = (count + pageCount - 1) / pageCount
        let bitmapSize = (pages + 7) / 8
        var data = try storage.checkedReader(
            at: block, count: headSize + bitmapSize + 4, signature: "FADB", "block of the fixed array")
        try data.skip(headSize - 4, "block of the fixed array")
        let bitmap = Array(try data.take(bitmapSize, "bitmap of pages"))
        var place = block + headSize + bitmapSize + 4
        for page in 0..<pages {
            let numbers = (page * pageCount)..<min(count, (page + 1) * pageCount)
            let bytes = numbers.count * elementSize + 4
            if bitmap[page / 8] & (0x80 >> UInt8(page % 8)) != 0 {
                try self.page(at: place, bytes: bytes, elementSize: elementSize, numbers: numbers, in: storage, body)
            }
            place += bytes
        }
    }

    /// Calls `body` with the number and the bytes of each element of an extensible array.
    static func extensible(
        at address: Int, in storage: HDF5Storage, _ body: (Int, ByteReader) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        let size = 12 + 6 * storage.lengthSize + storage.offsetSize + 4
        var header = try storage.checkedReader(at: address, count: size, signature: "EAHD", "extensible array")
        try header.skip(2, "version and client")
        let elementSize = try header.byte("element size")
        let countBits = try header.byte("bits of the number of elements")
        let inIndexBlock = try header.byte("elements of the index block")
        let smallestBlock = try header.byte("elements of the smallest block")
        let smallestSuperBlock = try header.byte("blocks of the smallest super block")
        let pageBits = try header.byte("page bits")
        try header.skip(4 * storage.lengthSize, "statistics")
        let realized = min(try storage.length(&header, "largest index"), storage.file.size)
        try header.skip(storage.lengthSize, "realized elements")
        func isPowerOfTwo(_ value: Int) -> Bool { value > 0 && value & (value - 1) == 0 }
        guard elementSize > 0, isPowerOfTwo(smallestBlock), isPowerOfTwo(smallestSuperBlock), smallestSuperBlock > 1, pageBits < 32,
            countBits <= 62, countBits >= smallestBlock.trailingZeroBitCount
        else {
            throw header.malformed(
                "extensible array", expected: "powers of two",
                found: "\(elementSize), \(countBits), \(smallestBlock), \(smallestSuperBlock), \(pageBits)")
        }
        guard let indexBlock = try storage.address(&header, "index block") else { return }

        let superBlocks = 1 + countBits - smallestBlock.trailingZeroBitCount
        let directSuperBlocks = min(superBlocks, 2 * smallestSuperBlock.trailingZeroBitCount)
        let directBlocks = 2 * (smallestSuperBlock - 1)
        let headSize = 6 + storage.offsetSize
        var index = try storage.checkedReader(
            at: indexBlock,
            count: headSize + inIndexBlock * elementSize + (directBlocks + superBlocks - directSuperBlocks) * storage.offsetSize + 4,
            signature: "EAIB", "index block")
        try index.skip(headSize - 4, "index block")
        try elements(&index, size: elementSize, numbers: 0..<inIndexBlock, body)

        let blockHeadSize = headSize + (countBits + 7) / 8
        let pageCount = 1 << pageBits
        var next = inIndexBlock
        /// A block of elements; its pages follow its head, and only those that `bitmap` marks hold something.
        func block(_ address: Int?, count: Int, bitmap: ArraySlice<UInt8>) throws(EEGDataError) {
            let first = next
            next += count
            guard let address else { return }
            guard count <= storage.file.size / elementSize else {
                throw storage.malformed(at: address, "block of elements", expected: "elements inside the file", found: "\(count)")
            }
            guard count > pageCount else {
                var data = try storage.checkedReader(
                    at: address, count: blockHeadSize + count * elementSize + 4, signature: "EADB", "block of elements")
                try data.skip(blockHeadSize - 4, "block of elements")
                try elements(&data, size: elementSize, numbers: first..<(first + count), body)
                return
            }
            _ = try storage.checkedReader(at: address, count: blockHeadSize + 4, signature: "EADB", "block of elements")
            var place = address + blockHeadSize + 4
            for page in 0..<(count / pageCount) {
                let bytes = pageCount * elementSize + 4
                if bitmap.isEmpty || bitmap[bitmap.startIndex + page / 8] & (0x80 >> UInt8(page % 8)) != 0 {
                    let start = first + page * pageCount
                    try self.page(
                        at: place, bytes: bytes, elementSize: elementSize, numbers: start..<(start + pageCount), in: storage, body)
                }
                place += bytes
            }
        }

        for level in 0..<superBlocks {
            guard next < realized || level == 0 else { return }
            // Every second super block has twice the blocks, the others blocks of twice the size.
            let blocks = 1 << (level / 2)
            let count = (1 << ((level + 1) / 2)) * smallestBlock
            if level < directSuperBlocks {
                for _ in 0..<blocks { try block(try storage.address(&index, "block of elements"), count: count, bitmap: []) }
                continue
            }
            guard let address = try storage.address(&index, "super block") else {
                let (elements, overflow) = blocks.multipliedReportingOverflow(by: count)
                guard !overflow, elements <= 1 << 62 - next else { return }
                next += elements
                continue
            }
            let bitmapSize = count > pageCount ? (count / pageCount + 7) / 8 : 0
            guard blocks <= storage.file.size, count <= storage.file.size else {
                throw storage.malformed(at: address, "super block", expected: "blocks inside the file", found: "\(blocks) of \(count)")
            }
            var data = try storage.checkedReader(
                at: address, count: blockHeadSize + blocks * (bitmapSize + storage.offsetSize) + 4, signature: "EASB", "super block")
            try data.skip(blockHeadSize - 4, "super block")
            var bitmaps = try data.take(blocks * bitmapSize, "bitmaps of pages")
            for _ in 0..<blocks {
                let bitmap = bitmaps.prefix(bitmapSize)
                bitmaps = bitmaps.dropFirst(bitmapSize)
                try block(try storage.address(&data, "block of elements"), count: count, bitmap: bitmap)
            }
        }
    }

    private static func page(
        at address: Int, bytes: Int, elementSize: Int, numbers: Range<Int>, in storage: HDF5Storage,
        _ body: (Int, ByteReader) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        var page = try storage.reader(at: address, count: bytes, "page of elements")
        try storage.verifyChecksum(page.bytes, at: address, "page of elements")
        try elements(&page, size: elementSize, numbers: numbers, body)
    }

    private static func elements(
        _ reader: inout ByteReader, size: Int, numbers: Range<Int>, _ body: (Int, ByteReader) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        for number in numbers {
            let offset = reader.offset
            let bytes = try reader.take(size, "element of a chunk array")
            try body(number, ByteReader(bytes, file: reader.file, format: reader.format, fileOffset: offset))
        }
    }
}
