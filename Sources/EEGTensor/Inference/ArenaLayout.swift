/// Places blocks of memory with known lifetimes in one arena, so that blocks that are never alive together share it.
struct ArenaLayout {
    struct Block {
        /// In floats.
        var count: Int
        /// The steps during which the block is in use.
        var lifetime: ClosedRange<Int>
    }

    /// One offset a block, in floats: whole cache lines.
    let offsets: [Int]
    /// The floats of the arena.
    let count: Int

    /// The largest blocks are placed first, each at the lowest place where it meets no other that is alive at the same time.
    init(_ blocks: [Block]) {
        var offsets = Array(repeating: 0, count: blocks.count)
        var placed: [Int] = []
        var end = 0
        for index in blocks.indices.sorted(by: { (blocks[$0].count, $1) > (blocks[$1].count, $0) }) {
            var offset = 0
            let neighbours = placed.filter { blocks[$0].lifetime.overlaps(blocks[index].lifetime) }.sorted { offsets[$0] < offsets[$1] }
            for other in neighbours {
                if offset + blocks[index].count <= offsets[other] { break }
                offset = max(offset, Self.roundedUp(offsets[other] + blocks[other].count))
            }
            offsets[index] = offset
            end = max(end, offset + blocks[index].count)
            placed.append(index)
        }
        self.offsets = offsets
        count = Self.roundedUp(end)
    }

    /// Rounds up to whole cache lines.
    static func roundedUp(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
