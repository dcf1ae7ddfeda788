internal import CLibdeflate

/// The filters that chunks were written through, in the order of writing.
struct HDF5Filters: Sendable {
    struct Filter: Sendable {
        let id: Int
        let name: String
        /// Parameters.
        let values: [UInt32]
    }

    private(set) var filters: [Filter] = []

    init() {}

    init(_ message: ByteReader) throws(EEGDataError) {
        var reader = message
        let version = try reader.byte("filter version")
        let count = try reader.byte("number of filters")
        guard (1...2).contains(version), count <= 32 else {
            throw reader.malformed("filters", expected: "version 1 or 2, at most 32", found: "version \(version), \(count)")
        }
        if version == 1 { try reader.skip(6, "reserved") }
        for _ in 0..<count {
            let id = try reader.word("filter")
            let nameLength = version == 1 || id >= 256 ? try reader.word("length of a filter's name") : 0
            try reader.skip(2, "flags of a filter")
            let valueCount = try reader.word("parameters of a filter")
            let name = try reader.take(version == 1 ? (nameLength + 7) & ~7 : nameLength, "name of a filter")
            var values: [UInt32] = []
            for _ in 0..<valueCount { values.append(try reader.integer("parameter of a filter")) }
            if version == 1, valueCount % 2 == 1 { try reader.skip(4, "padding") }
            filters.append(
                Filter(id: id, name: Self.names[id] ?? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self), values: values))
        }
    }

    private static let names = [
        1: "gzip", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset", 32000: "lzf", 32001: "blosc", 32004: "lz4",
        32008: "bitshuffle", 32015: "zstd",
    ]

    /// The first filter that cannot be undone.
    var unsupported: Filter? { filters.first { !(1...3).contains($0.id) } }

    /// Undoes the filters of chunks, one after the other, in memory that is kept from one to the next.
    final class Decoder {
        private let filters: [Filter]
        private let chunkBytes: Int
        private let capacity: Int
        private var current: UnsafeMutableRawBufferPointer
        private var other: UnsafeMutableRawBufferPointer
        private let decompressor: OpaquePointer?

        init(_ filters: HDF5Filters, chunkBytes: Int) {
            self.filters = filters.filters
            self.chunkBytes = chunkBytes
            // Data that no filter makes smaller are a little longer than the chunk.
            capacity = chunkBytes + chunkBytes / 512 + 256 + 16 * filters.filters.count
            current = .allocate(byteCount: capacity, alignment: 64)
            other = .allocate(byteCount: capacity, alignment: 64)
            decompressor = filters.filters.contains { $0.id == 1 } ? libdeflate_alloc_decompressor() : nil
        }

        deinit {
            current.deallocate()
            other.deallocate()
            if let decompressor { libdeflate_free_decompressor(decompressor) }
        }

        /// The bytes of a chunk as they were before the filters. They are valid until the next call.
        func decode(_ chunk: HDF5Chunks.Chunk, isFiltered: Bool, in storage: HDF5Storage) throws(EEGDataError) -> UnsafeRawBufferPointer {
            func failure(_ field: String, expected: String, found: String) -> EEGDataError {
                storage.malformed(at: chunk.address, "chunk \(chunk.number), \(field)", expected: expected, found: found)
            }
            guard chunk.size <= capacity else { throw failure("size", expected: "at most \(capacity) bytes", found: "\(chunk.size)") }
            try storage.file.read(into: UnsafeMutableRawBufferPointer(rebasing: current[..<chunk.size]), at: storage.base + chunk.address)
            var count = chunk.size
            for (place, filter) in filters.enumerated().reversed() where isFiltered && chunk.mask & 1 << UInt32(place) == 0 {
                switch filter.id {
                case 1:
                    var written = 0
                    let result = libdeflate_zlib_decompress(
                        decompressor, current.baseAddress, count, other.baseAddress, capacity, &written)
                    guard result == LIBDEFLATE_SUCCESS else {
                        throw failure("gzip data", expected: "at most \(capacity) bytes", found: "a broken or longer stream")
                    }
                    count = written
                    swap(&current, &other)
                case 2:
                    unshuffle(count, elementSize: Int(filter.values.first ?? 1))
                case 3:
                    guard count >= 4 else { throw failure("checksum", expected: "4 bytes", found: "\(count)") }
                    count -= 4
                    let computed = hdf5Fletcher32(UnsafeRawBufferPointer(rebasing: current[..<count]))
                    let stored = UInt32(littleEndian: current.loadUnaligned(fromByteOffset: count, as: UInt32.self))
                    // Old versions of the library swapped the bytes of each half.
                    let swapped = (computed & 0x00FF_00FF) << 8 | (computed & 0xFF00_FF00) >> 8
                    guard stored == computed || stored == swapped else {
                        throw failure("checksum", expected: "\(computed)", found: "\(stored)")
                    }
                default:
                    throw storage.unsupported("the filter \(filter.name) (\(filter.id))")
                }
            }
            guard count == chunkBytes else { throw failure("decoded size", expected: "\(chunkBytes)", found: "\(count)") }
            return UnsafeRawBufferPointer(rebasing: current[..<count])
        }

        /// The filter had put the first bytes of all elements together, then the second bytes, and so on; a rest stays as it is.
        private func unshuffle(_ count: Int, elementSize: Int) {
            let elements = elementSize > 1 ? count / elementSize : 0
            guard elements > 1, let source = current.baseAddress, let result = other.baseAddress else { return }
            let bytes = source.assumingMemoryBound(to: UInt8.self)
            switch elementSize {
            case 2:
                let result = result.assumingMemoryBound(to: UInt16.self)
                for index in 0..<elements { result[index] = UInt16(bytes[index]) | UInt16(bytes[elements + index]) << 8 }
            case 4:
                let (second, third, fourth) = (bytes + elements, bytes + 2 * elements, bytes + 3 * elements)
                let result = result.assumingMemoryBound(to: UInt32.self)
                for index in 0..<elements {
                    let low = UInt32(bytes[index]) | UInt32(second[index]) << 8
                    result[index] = low | UInt32(third[index]) << 16 | UInt32(fourth[index]) << 24
                }
            default:
                let result = result.assumingMemoryBound(to: UInt8.self)
                // In blocks, so that what is written stays in the cache.
                for block in stride(from: 0, to: elements, by: 512) {
                    for byte in 0..<elementSize {
                        let plane = bytes + byte * elements
                        for index in block..<min(block + 512, elements) { result[index * elementSize + byte] = plane[index] }
                    }
                }
            }
            let rest = elements * elementSize
            result.advanced(by: rest).copyMemory(from: source.advanced(by: rest), byteCount: count - rest)
            swap(&current, &other)
        }
    }
}
