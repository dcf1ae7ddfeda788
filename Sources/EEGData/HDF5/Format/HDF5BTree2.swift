/// Version 2 B-trees: the indices of large new groups, of many attributes, and of chunks with several unlimited axes.
enum HDF5BTree2 {
    /// Calls `body` with each record, in order.
    static func forEachRecord(
        at address: Int, types: ClosedRange<Int>, in storage: HDF5Storage,
        _ body: (ByteReader) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        let size = 4 + 1 + 1 + 4 + 2 + 2 + 1 + 1 + storage.offsetSize + 2 + storage.lengthSize + 4
        var header = try storage.checkedReader(at: address, count: size, signature: "BTHD", "B-tree header")
        let version = try header.byte("B-tree version")
        let type = try header.byte("B-tree type")
        let nodeSize = Int(try header.integer("B-tree node size", as: UInt32.self))
        let recordSize = try header.word("B-tree record size")
        let depth = try header.word("B-tree depth")
        try header.skip(2, "B-tree percentages")
        let root = try storage.address(&header, "B-tree root")
        let count = try header.word("B-tree records in the root")
        guard version == 0, types.contains(type), recordSize > 0, nodeSize > 10 + recordSize, nodeSize <= storage.file.size, depth <= 16 else {
            throw header.malformed(
                "B-tree header", expected: "version 0, type \(types), sizes inside the file, depth at most 16",
                found: "\(version), \(type), \(nodeSize), \(recordSize), \(depth)")
        }
        guard let root else { return }

        // How many bytes the counts in the pointers of each level take follows from how many records fit below it.
        func bytesToHold(_ limit: Int) -> Int { (Int.bitWidth - limit.leadingZeroBitCount - 1) / 8 + 1 }
        let inLeaf = (nodeSize - 10) / recordSize
        let countSize = bytesToHold(inLeaf)
        var totalSizes = [0]
        var total = inLeaf
        for level in stride(from: 1, through: depth, by: 1) {
            let pointerSize = storage.offsetSize + countSize + totalSizes[level - 1]
            let inNode = (nodeSize - 10 - pointerSize) / (recordSize + pointerSize)
            let (product, overflow) = (inNode + 1).multipliedReportingOverflow(by: total)
            let (sum, sumOverflow) = product.addingReportingOverflow(inNode)
            guard inNode > 0, !overflow, !sumOverflow else {
                throw header.malformed("B-tree depth", expected: "fewer levels", found: "\(depth)")
            }
            total = sum
            totalSizes.append(bytesToHold(total))
        }

        var visited = HDF5Visited()
        /// In order: a node's records lie between its children's.
        func walk(_ address: Int, records: Int, level: Int) throws(EEGDataError) {
            try visited.visit(address, "B-tree node", in: storage)
            let pointerSize = level == 0 ? 0 : storage.offsetSize + countSize + totalSizes[level - 1]
            let used = 6 + records * recordSize + (level == 0 ? 0 : (records + 1) * pointerSize) + 4
            guard used <= nodeSize else {
                throw storage.malformed(
                    at: address, "B-tree node", expected: "at most \(nodeSize) bytes", found: "\(records) records in \(used)")
            }
            var node = try storage.checkedReader(at: address, count: used, signature: level == 0 ? "BTLF" : "BTIN", "B-tree node")
            try node.skip(2, "B-tree node version and type")
            var stored: [ByteReader] = []
            for _ in 0..<records {
                let offset = node.offset
                stored.append(
                    ByteReader(
                        try node.take(recordSize, "B-tree record"), file: node.file, format: node.format, fileOffset: offset))
            }
            for index in 0...records {
                if level > 0 {
                    let child = try storage.definedAddress(&node, "B-tree child")
                    let count = Int(clamping: try node.unsigned(countSize, "records of a B-tree child"))
                    try node.skip(totalSizes[level - 1], "records below a B-tree child")
                    guard count <= inLeaf else {
                        throw node.malformed("records of a B-tree child", expected: "at most \(inLeaf)", found: "\(count)")
                    }
                    try walk(child, records: count, level: level - 1)
                }
                if index < records { try body(stored[index]) }
            }
        }
        try walk(root, records: count, level: depth)
    }
}
