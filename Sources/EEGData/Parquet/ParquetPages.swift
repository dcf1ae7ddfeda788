/// The pages of a column chunk, read one after the other and decompressed into memory that is used again.
final class ParquetPages {
    /// A page whose memory is valid until the next one is read.
    struct Page {
        let header: ParquetPageHeader
        let place: FilePlace
        /// Which values are there; nil if all are.
        var validity: NullMask?
        /// The values, behind the levels.
        var values: UnsafeRawBufferPointer

        /// The number of stored values.
        var storedCount: Int { header.valueCount - (validity?.nullCount ?? 0) }
    }

    let field: ParquetField
    private let file: RandomAccessFile
    var path: String { file.path }
    private let limits: ReadLimits
    private let verifiesChecksums: Bool
    private let codec: Codec?
    private let window: ScratchBuffer
    private let decompressed: ScratchBuffer
    /// The bytes of the window that are not used up, and their place in the file.
    private var unused = 0..<0
    private var offset: Int
    private let end: Int
    /// Read beyond what is needed, to spare calls where pages are small.
    private static let readAhead = 1 << 16

    init(
        _ chunk: ParquetMetadata.ColumnChunk, of field: ParquetField, file: RandomAccessFile, limits: ReadLimits, verifiesChecksums: Bool,
        scratch: ScratchBuffers.Scratch
    ) throws(EEGDataError) {
        self.field = field
        self.file = file
        self.limits = limits
        window = scratch.window
        decompressed = scratch.decompressed
        self.verifiesChecksums = verifiesChecksums
        let place = FilePlace(file: file.path, format: "Parquet", offset: nil, field: "column \(field.name)")
        guard !chunk.isEncrypted else { throw place.unsupported("the column is encrypted") }
        guard chunk.file == nil else { throw place.unsupported("the values lie in another file") }
        guard chunk.hasMetadata else { throw place.malformed(expected: "metadata of the column chunk", found: "none") }
        switch chunk.codec {
        case 0: codec = nil
        case 1: codec = .snappy
        case 2: codec = .gzip
        case 4: codec = .brotli
        case 5: codec = .hadoopLZ4
        case 6: codec = .zstd
        case 7: codec = .lz4
        case 3: throw place.unsupported("compression by LZO")
        default: throw place.malformed(expected: "a codec from 0 to 7", found: "\(chunk.codec)")
        }
        offset = chunk.offset
        guard offset >= 4, chunk.compressedSize >= 0, offset <= file.size - 8, chunk.compressedSize <= file.size - 8 - offset else {
            throw place.malformed(
                expected: "pages within the \(file.size) bytes of the file", found: "\(chunk.compressedSize) bytes at byte \(offset)")
        }
        end = offset + chunk.compressedSize
    }

    /// The next page with values or a dictionary; nil behind the last.
    func next() throws(EEGDataError) -> Page? {
        while offset < end {
            let place = FilePlace(file: file.path, format: "Parquet", offset: offset, field: "page of column \(field.name)")
            let header = try readHeader(place)
            guard header.compressedSize >= 0, header.compressedSize <= end - offset else {
                throw place.malformed(expected: "at most \(end - offset) bytes, the rest of the column chunk", found: "\(header.compressedSize)")
            }
            try place.check(decodedBytes: header.uncompressedSize, limits: limits)
            let body = try take(header.compressedSize)
            guard header.kind != .other else { continue }
            if verifiesChecksums, let checksum = header.checksum {
                let found = crc32(body)
                guard found == checksum else { throw place.malformed(expected: "bytes of checksum \(checksum)", found: "\(found)") }
            }
            guard header.valueCount >= 0, header.valueCount <= limits.decodedBytes else {
                throw place.malformed(expected: "a number of values of 0 or more", found: "\(header.valueCount)")
            }
            if header.kind == .dictionary {
                let values = try decompress(body, count: header.uncompressedSize, isCompressed: true, place)
                return Page(header: header, place: place, validity: nil, values: values)
            }
            return header.isVersion2 ? try version2(header, body, place) : try version1(header, body, place)
        }
        return nil
    }

    /// All of a page of the first version is compressed: levels and values.
    private func version1(_ header: ParquetPageHeader, _ body: UnsafeRawBufferPointer, _ place: FilePlace) throws(EEGDataError) -> Page {
        let bytes = try decompress(body, count: header.uncompressedSize, isCompressed: true, place)
        var page = Page(header: header, place: place, validity: nil, values: bytes)
        guard field.isOptional, header.valueCount > 0 else { return page }
        switch header.definitionEncoding {
        case 3:
            guard bytes.count >= 4 else { throw place.malformed(expected: "definition levels", found: "\(bytes.count) bytes") }
            let size = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
            guard size <= bytes.count - 4 else {
                throw place.malformed(expected: "at most \(bytes.count - 4) bytes of definition levels", found: "\(size)")
            }
            page.validity = try definitionLevels(UnsafeRawBufferPointer(rebasing: bytes[4..<(4 + size)]), header, place)
            page.values = UnsafeRawBufferPointer(rebasing: bytes[(4 + size)...])
        case 4:
            let size = (header.valueCount + 7) / 8
            guard size <= bytes.count else { throw place.malformed(expected: "\(size) bytes of definition levels", found: "\(bytes.count)") }
            var mask = NullMask(reserving: header.valueCount)
            for row in 0..<header.valueCount { mask.append(UInt64(bytes[row / 8] >> UInt8(7 - row % 8)), count: 1) }
            page.validity = mask.nullCount > 0 ? mask : nil
            page.values = UnsafeRawBufferPointer(rebasing: bytes[size...])
        default:
            throw place.unsupported("definition levels in encoding \(header.definitionEncoding)")
        }
        return page
    }

    /// The levels of a page of the second version lie uncompressed in front of the values.
    private func version2(_ header: ParquetPageHeader, _ body: UnsafeRawBufferPointer, _ place: FilePlace) throws(EEGDataError) -> Page {
        let (levelSize, overflows) = header.definitionSize.addingReportingOverflow(header.repetitionSize)
        guard header.definitionSize >= 0, header.repetitionSize >= 0, !overflows, levelSize <= min(body.count, header.uncompressedSize) else {
            throw place.malformed(expected: "levels within the \(body.count) bytes of the page", found: "\(levelSize) bytes")
        }
        let values = try decompress(
            UnsafeRawBufferPointer(rebasing: body[levelSize...]), count: header.uncompressedSize - levelSize,
            isCompressed: header.isCompressed, place)
        var page = Page(header: header, place: place, validity: nil, values: values)
        if field.isOptional, header.valueCount > 0, header.definitionSize > 0 {
            let levels = UnsafeRawBufferPointer(rebasing: body[header.repetitionSize..<levelSize])
            page.validity = try definitionLevels(levels, header, place)
        }
        guard page.validity?.nullCount ?? 0 == header.nullCount else {
            throw place.malformed(expected: "\(header.nullCount) nulls, as the page header says", found: "\(page.validity?.nullCount ?? 0)")
        }
        return page
    }

    /// Levels of flat columns: 1 where a value is there.
    private func definitionLevels(
        _ bytes: UnsafeRawBufferPointer, _ header: ParquetPageHeader, _ place: FilePlace
    ) throws(EEGDataError) -> NullMask? {
        var runs = HybridRuns(bytes, width: 1)
        var mask: NullMask?
        var done = 0
        while done < header.valueCount {
            guard let run = runs.next(limit: header.valueCount - done) else {
                throw place.malformed(expected: "\(header.valueCount) definition levels", found: "\(done)")
            }
            switch run {
            case .repeated(let level, let count):
                guard level <= 1 else { throw place.malformed(expected: "definition levels of 0 or 1", found: "\(level)") }
                done += count
                if level == 1, mask == nil { continue }
                if mask == nil { mask = NullMask(count: done - count) }
                mask?.append(allValid: level == 1, count: count)
            case .packed(let offset, let count):
                if mask == nil { mask = NullMask(count: done) }
                let bits = PackedBits(start: UnsafeRawPointer(bytes.baseAddress.unsafelyUnwrapped + offset), width: 1)
                var index = 0
                while index < count {
                    let step = min(32, count - index)
                    // 32 levels begin with a whole byte.
                    mask?.append(bits.start.loadUnaligned(fromByteOffset: index / 8, as: UInt64.self).littleEndian, count: step)
                    index += step
                }
                done += count
            }
        }
        return mask?.nullCount ?? 0 > 0 ? mask : nil
    }

    private func decompress(
        _ body: UnsafeRawBufferPointer, count: Int, isCompressed: Bool, _ place: FilePlace
    ) throws(EEGDataError) -> UnsafeRawBufferPointer {
        guard let codec, isCompressed else {
            guard body.count == count else {
                throw place.malformed(expected: "as many bytes compressed as uncompressed, \(count)", found: "\(body.count)")
            }
            return body
        }
        // Pages without values may hold no compressed bytes at all.
        if body.isEmpty, count == 0 { return body }
        let result = decompressed.reserve(count)
        try codec.decompress(body, into: result, at: place)
        return UnsafeRawBufferPointer(result)
    }

    private func readHeader(_ place: FilePlace) throws(EEGDataError) -> ParquetPageHeader {
        var size = min(256, end - offset)
        while true {
            try fill(size)
            let bytes = Array(window.memory[unused.lowerBound..<(unused.lowerBound + size)])
            var reader = ThriftReader(
                ByteReader(bytes, file: file.path, format: "Parquet", fileOffset: offset), limits: limits)
            do throws(EEGDataError) {
                let header = try ParquetPageHeader(&reader)
                use(reader.position)
                return header
            } catch {
                // The header may be longer than what was looked at: statistics hold values.
                guard size < end - offset, size < 1 << 24 else { throw error }
                size = min(end - offset, size * 16)
            }
        }
    }

    /// The next bytes of the chunk.
    private func take(_ count: Int) throws(EEGDataError) -> UnsafeRawBufferPointer {
        try fill(count)
        defer { use(count) }
        return UnsafeRawBufferPointer(rebasing: window.memory[unused.lowerBound..<(unused.lowerBound + count)])
    }

    private func use(_ count: Int) {
        unused = (unused.lowerBound + count)..<unused.upperBound
        offset += count
    }

    /// Sees to it that the window holds the next `count` bytes.
    private func fill(_ count: Int) throws(EEGDataError) {
        guard unused.count < count else { return }
        let kept = unused.count
        if kept > 0, let base = window.memory.baseAddress { base.copyMemory(from: base + unused.lowerBound, byteCount: kept) }
        let total = min(end - offset, count + Self.readAhead)
        let buffer = window.reserve(total, keeping: kept)
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[kept..<total]), at: offset + kept)
        unused = 0..<total
    }
}
