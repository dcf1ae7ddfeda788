/// The chunks of a dataset that were written.
struct HDF5Chunks: Sendable {
    struct Chunk: Sendable {
        /// The number of the chunk, counted over the grid of chunks with the last axis fastest.
        let number: Int
        let address: Int
        /// Bytes in the file.
        let size: Int
        /// A bit for each filter that was left out.
        let mask: UInt32
    }

    /// Chunks along each axis.
    let grid: [Int]
    /// Sorted by their number.
    let chunks: [Chunk]

    init(_ chunking: HDF5Chunking, space: HDF5Dataspace, isFiltered: Bool, in storage: HDF5Storage) throws(EEGDataError) {
        let shape = chunking.shape
        let grid = zip(space.shape, shape).map { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }
        var chunks: [Chunk] = []
        /// Chunks outside the dataset are left over from before it shrank.
        func add(_ position: [Int], _ address: Int, size: Int, mask: UInt32) throws(EEGDataError) {
            guard zip(position, grid).allSatisfy({ $0 >= 0 && $0 < $1 }) else { return }
            guard size <= storage.file.size - storage.base - address, isFiltered || size == chunking.bytes else {
                throw storage.malformed(
                    at: address, "size of a chunk", expected: "\(isFiltered ? "bytes inside the file" : "\(chunking.bytes)")", found: "\(size)")
            }
            // Grids have no more chunks than there are elements, so this does not overflow.
            chunks.append(Chunk(number: zip(position, grid).reduce(0) { $0 * $1.1 + $1.0 }, address: address, size: size, mask: mask))
        }

        // Arrays number the chunks over the largest extents; the axis without a limit comes first.
        let largestGrid = zip(space.maximumShape, shape).map { extent, chunk in extent.map { $0 / chunk + ($0 % chunk == 0 ? 0 : 1) } }
        func position(_ number: Int, axes: [Int]) -> [Int]? {
            var position = [Int](repeating: 0, count: grid.count)
            var rest = number
            for (place, axis) in axes.enumerated().reversed() {
                guard place > 0 else {
                    position[axis] = rest
                    break
                }
                guard let extent = largestGrid[axis], extent > 0 else { return nil }
                position[axis] = rest % extent
                rest /= extent
            }
            return position
        }

        switch chunking.index {
        case .none: break
        case .single(let address, let size, let mask):
            try add(shape.map { _ in 0 }, address, size: size ?? chunking.bytes, mask: mask)
        case .tree1(let root):
            let keySize = 8 + 8 * (shape.count + 1)
            try HDF5BTree1.forEachLeafChild(root: root, type: 1, keySize: keySize, in: storage) { (key, address) throws(EEGDataError) in
                var key = key
                let size = Int(try key.integer("size of a chunk", as: UInt32.self))
                let mask: UInt32 = try key.integer("filter mask")
                var position: [Int] = []
                for extent in shape {
                    let offset = Int(clamping: try key.integer("place of a chunk", as: UInt64.self))
                    guard offset % extent == 0 else {
                        throw key.malformed("place of a chunk", expected: "a multiple of \(extent)", found: "\(offset)")
                    }
                    position.append(offset / extent)
                }
                try add(position, address, size: size, mask: mask)
            }
        case .implicit(let address):
            let axes = Array(shape.indices)
            let (bytes, overflow) = largestGrid.reduce((1, false)) { product, extent in
                let (value, overflow) = product.0.multipliedReportingOverflow(by: extent ?? 0)
                return (value, product.1 || overflow)
            }
            guard !isFiltered, !overflow, bytes <= (storage.file.size - storage.base - address) / chunking.bytes else {
                throw storage.malformed(at: address, "chunks", expected: "bytes inside the file", found: "\(bytes) of \(chunking.bytes) bytes")
            }
            for number in 0..<bytes {
                guard let position = position(number, axes: axes) else { break }
                try add(position, address + number * chunking.bytes, size: chunking.bytes, mask: 0)
            }
        case .fixedArray(let address):
            let axes = Array(shape.indices)
            try HDF5ChunkArray.fixed(at: address, in: storage) { (number, element) throws(EEGDataError) in
                guard let entry = try HDF5ChunkArray.entry(element, isFiltered, chunking.bytes, in: storage),
                    let position = position(number, axes: axes)
                else { return }
                try add(position, entry.address, size: entry.size, mask: entry.mask)
            }
        case .extensibleArray(let address):
            let unlimited = largestGrid.firstIndex { $0 == nil } ?? 0
            let axes = [unlimited] + shape.indices.filter { $0 != unlimited }
            try HDF5ChunkArray.extensible(at: address, in: storage) { (number, element) throws(EEGDataError) in
                guard let entry = try HDF5ChunkArray.entry(element, isFiltered, chunking.bytes, in: storage),
                    let position = position(number, axes: axes)
                else { return }
                try add(position, entry.address, size: entry.size, mask: entry.mask)
            }
        case .tree2(let address):
            try HDF5BTree2.forEachRecord(at: address, types: isFiltered ? 11...11 : 10...10, in: storage) { (record) throws(EEGDataError) in
                var record = record
                let sizeWidth = record.bytes.count - storage.offsetSize - 8 * shape.count - (isFiltered ? 4 : 0)
                guard let address = try storage.address(&record, "address of a chunk") else { return }
                var size = chunking.bytes
                var mask: UInt32 = 0
                if isFiltered {
                    guard (1...8).contains(sizeWidth) else {
                        throw record.malformed("record of a chunk", expected: "1 to 8 bytes for its size", found: "\(sizeWidth)")
                    }
                    size = Int(clamping: try record.unsigned(sizeWidth, "size of a chunk"))
                    mask = try record.integer("filter mask")
                }
                var position: [Int] = []
                for _ in shape { position.append(Int(clamping: try record.integer("place of a chunk", as: UInt64.self))) }
                try add(position, address, size: size, mask: mask)
            }
        }
        chunks.sort { $0.number < $1.number }
        for (one, next) in zip(chunks, chunks.dropFirst()) where one.number == next.number {
            throw storage.malformed(at: next.address, "chunk index", expected: "each chunk once", found: "chunk \(one.number) twice")
        }
        self.grid = grid
        self.chunks = chunks
    }
}
