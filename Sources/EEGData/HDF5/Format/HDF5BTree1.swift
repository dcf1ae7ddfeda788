/// Version 1 B-trees: the indices of old groups and of chunks.
enum HDF5BTree1 {
    /// Calls `body` with the key (the one left of the child) and the address of each child of the leaves, in order.
    static func forEachLeafChild(
        root: Int, type: Int, keySize: Int, in storage: HDF5Storage,
        _ body: (ByteReader, Int) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        var visited = HDF5Visited()
        // Nodes still to go through, the next one last, with the level that they must have.
        var pending: [(address: Int, level: Int?)] = [(root, nil)]
        while let (address, expectedLevel) = pending.popLast() {
            try visited.visit(address, "B-tree node", in: storage)
            let headSize = 8 + 2 * storage.offsetSize
            var head = try storage.reader(at: address, count: headSize, signature: "TREE", "B-tree node")
            let nodeType = try head.byte("B-tree node type")
            let level = try head.byte("B-tree node level")
            let count = try head.word("B-tree entries")
            guard nodeType == type, expectedLevel == nil || level == expectedLevel else {
                throw head.malformed(
                    "B-tree node", expected: "type \(type), level \(expectedLevel.map(String.init) ?? "any")", found: "\(nodeType), \(level)")
            }
            let entrySize = keySize + storage.offsetSize
            var entries = try storage.reader(at: address + headSize, count: count * entrySize, "B-tree entries")
            var children: [(address: Int, level: Int?)] = []
            for _ in 0..<count {
                let offset = entries.offset
                let key = ByteReader(
                    try entries.take(keySize, "B-tree key"), file: entries.file, format: entries.format, fileOffset: offset)
                let child = try storage.definedAddress(&entries, "B-tree child")
                if level == 0 { try body(key, child) } else { children.append((child, level - 1)) }
            }
            pending += children.reversed()
        }
    }
}
