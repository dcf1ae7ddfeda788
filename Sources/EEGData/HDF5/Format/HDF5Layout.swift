/// Where a dataset's elements lie.
enum HDF5Layout {
    /// In the object header.
    case compact(ArraySlice<UInt8>)
    /// In one piece; without an address where nothing was written yet.
    case contiguous(address: Int?)
    /// In blocks of one shape.
    case chunked(HDF5Chunking)
}

/// How a dataset is cut into chunks.
struct HDF5Chunking {
    /// How the chunks are found.
    enum Index {
        case none
        case single(address: Int, size: Int?, mask: UInt32)
        case tree1(Int)
        case implicit(Int)
        case fixedArray(Int)
        case extensibleArray(Int)
        case tree2(Int)
    }

    /// Elements of a chunk along each axis.
    let shape: [Int]
    /// Bytes of a chunk without filters.
    let bytes: Int
    let index: Index
    /// Whether chunks that reach beyond the dataset are stored without filters.
    let edgesAreUnfiltered: Bool
}

extension HDF5Layout {
    init(_ message: ByteReader, datatype: HDF5Datatype, space: HDF5Dataspace, in storage: HDF5Storage) throws(EEGDataError) {
        var reader = message
        let version = try reader.byte("layout version")
        switch version {
        case 1, 2:
            let rank = try reader.byte("layout rank")
            let kind = try reader.byte("layout class")
            try reader.skip(5, "reserved")
            let address = kind == 0 ? nil : try storage.address(&reader, "address of the data")
            var shape: [Int] = []
            for _ in 0..<rank { shape.append(Int(try reader.integer("layout dimension", as: UInt32.self))) }
            switch kind {
            case 0:
                let size = Int(try reader.integer("size of the data", as: UInt32.self))
                self = .compact(try reader.take(size, "data"))
            case 1: self = .contiguous(address: address)
            default: self = .chunked(try Self.chunking(shape, datatype, space, address.map { .tree1($0) } ?? .none, reader))
            }
        case 3, 4:
            switch try reader.byte("layout class") {
            case 0:
                self = .compact(try reader.take(try reader.word("size of the data"), "data"))
            case 1:
                self = .contiguous(address: try storage.address(&reader, "address of the data"))
            case 2 where version == 3:
                let rank = try reader.byte("layout rank")
                let address = try storage.address(&reader, "address of the chunk index")
                var shape: [Int] = []
                for _ in 0..<rank { shape.append(Int(try reader.integer("chunk dimension", as: UInt32.self))) }
                self = .chunked(try Self.chunking(shape, datatype, space, address.map { .tree1($0) } ?? .none, reader))
            case 2:
                self = .chunked(try Self.newChunking(&reader, datatype, space, in: storage))
            default:
                throw storage.unsupported("virtual datasets, whose elements lie in other files")
            }
        default:
            throw storage.unsupported("data layouts of version \(version)")
        }
    }

    /// The stored shape has the bytes of an element as one more axis.
    private static func chunking(
        _ stored: [Int], _ datatype: HDF5Datatype, _ space: HDF5Dataspace, _ index: HDF5Chunking.Index, _ reader: ByteReader,
        edgesAreUnfiltered: Bool = false
    ) throws(EEGDataError) -> HDF5Chunking {
        var bytes = 1
        for extent in stored {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard extent > 0, !overflow, product <= 1 << 32 else {
                throw reader.malformed("chunk dimensions", expected: "1 byte to 4 GiB", found: "\(stored)")
            }
            bytes = product
        }
        guard stored.count == space.shape.count + 1, stored.last == datatype.size else {
            throw reader.malformed(
                "chunk dimensions", expected: "\(space.shape.count) and the \(datatype.size) bytes of an element", found: "\(stored)")
        }
        return HDF5Chunking(shape: stored.dropLast(), bytes: bytes, index: index, edgesAreUnfiltered: edgesAreUnfiltered)
    }

    private static func newChunking(
        _ reader: inout ByteReader, _ datatype: HDF5Datatype, _ space: HDF5Dataspace, in storage: HDF5Storage
    ) throws(EEGDataError) -> HDF5Chunking {
        let flags = try reader.byte("chunk flags")
        let rank = try reader.byte("layout rank")
        let width = try reader.byte("size of a chunk dimension")
        guard (1...8).contains(width) else { throw reader.malformed("size of a chunk dimension", expected: "1 to 8", found: "\(width)") }
        var shape: [Int] = []
        for _ in 0..<rank { shape.append(Int(clamping: try reader.unsigned(width, "chunk dimension"))) }
        let kind = try reader.byte("kind of chunk index")
        var single: (size: Int, mask: UInt32)?
        switch kind {
        case 1:
            if flags & 2 != 0 {
                let size = try storage.length(&reader, "size of the chunk")
                single = (size, try reader.integer("filter mask"))
            }
        case 2: break
        case 3: try reader.skip(1, "parameters of the chunk index")
        case 4: try reader.skip(5, "parameters of the chunk index")
        case 5: try reader.skip(6, "parameters of the chunk index")
        default: throw storage.unsupported("chunk indices of kind \(kind)")
        }
        var index = HDF5Chunking.Index.none
        if let address = try storage.address(&reader, "address of the chunk index") {
            switch kind {
            case 1: index = .single(address: address, size: single?.size, mask: single?.mask ?? 0)
            case 2: index = .implicit(address)
            case 3: index = .fixedArray(address)
            case 4: index = .extensibleArray(address)
            default: index = .tree2(address)
            }
        }
        return try chunking(shape, datatype, space, index, reader, edgesAreUnfiltered: flags & 1 != 0)
    }
}
