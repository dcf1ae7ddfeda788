/// The sizes of an attention, and where each head finds its rows.
///
/// A group is one head of one sample.
struct AttentionGeometry {
    /// The axes that count the groups; heads are the last of them.
    let groups: Shape
    let queries: Int
    let keys: Int
    let depth: Int
    let valueDepth: Int
    let outputShape: Shape
    let query: Rows
    let key: Rows
    let value: Rows
    let output: Rows

    /// Where the rows of one operand lie.
    struct Rows {
        /// Elements in front of the first row of group 0.
        var start = 0
        /// Heads that lie side by side in each row.
        var heads = 1
        /// Rows of a group.
        let count: Int
        /// Elements of a row that belong to one head.
        let depth: Int
        /// Elements from one row to the next.
        let stride: Int

        func offset(_ group: Int, row: Int = 0) -> Int {
            start + (group / heads * count + row) * stride + group % heads * depth
        }
    }

    /// Queries in one tile, such that its scores take a small part of the second-level cache; whole vectors of them.
    var tileRows: Int { min(queries, max(16, (1 << 15) / keys / 16 * 16)) }
    var tiles: Int { (queries + tileRows - 1) / tileRows }

    /// Floating-point operations for each score, those of softmax among them.
    var operationsOfScore: Int { 2 * depth + 2 * valueDepth + 20 }

    /// How many pieces of work of so many operations make a chunk of the pool.
    static func grain(_ operations: Int) -> Int { max(1, (1 << 21) / max(operations, 1)) }

    /// The queries of a tile.
    func rows(ofTile tile: Int) -> Range<Int> { (tile * tileRows)..<min((tile + 1) * tileRows, queries) }

    /// Heads among the leading axes: query `[..., time, depth]`, key and value `[..., keys, depth]`.
    init(query: Shape, key: Shape, value: Shape) {
        let rank = query.rank
        require(
            rank >= 2 && key.rank == rank && value.rank == rank && query.dropLast(2) == key.dropLast(2)
                && query.dropLast(2) == value.dropLast(2) && query[rank - 1] == key[rank - 1] && key[rank - 2] == value[rank - 2],
            "scaledDotProductAttention: shapes do not fit: query \(query), key \(key), value \(value)")
        (queries, keys, depth, valueDepth) = (query[rank - 2], key[rank - 2], query[rank - 1], value[rank - 1])
        groups = Shape(query.dropLast(2))
        var shape = query
        shape[rank - 1] = valueDepth
        outputShape = shape
        self.query = Rows(count: queries, depth: depth, stride: depth)
        self.key = Rows(count: keys, depth: depth, stride: depth)
        self.value = Rows(count: keys, depth: valueDepth, stride: valueDepth)
        output = Rows(count: queries, depth: valueDepth, stride: valueDepth)
    }

    /// Heads side by side in each row: query `[batch, time, width]`, key and value `[batch, keys, width]`.
    init(heads: Int, query: Shape, key: Shape, value: Shape) {
        require(
            query.rank == 3 && key == value && key.rank == 3 && query[0] == key[0] && query[2] == key[2] && query[2] % heads == 0,
            "attention: shapes do not fit \(heads) heads: query \(query), key \(key), value \(value)")
        (queries, keys, depth, valueDepth) = (query[1], key[1], query[2] / heads, query[2] / heads)
        groups = [query[0], heads]
        outputShape = query
        self.query = Rows(heads: heads, count: queries, depth: depth, stride: query[2])
        self.key = Rows(heads: heads, count: keys, depth: depth, stride: query[2])
        self.value = self.key
        output = self.query
    }

    /// Heads side by side, and query, key and value too: `[batch, time, 3 * width]`.
    init(heads: Int, packed: Shape) {
        require(
            packed.rank == 3 && packed[2] % (3 * heads) == 0, "attention: \(packed) does not hold query, key and value of \(heads) heads")
        let width = packed[2] / 3
        (queries, keys, depth, valueDepth) = (packed[1], packed[1], width / heads, width / heads)
        groups = [packed[0], heads]
        outputShape = [packed[0], packed[1], width]
        query = Rows(heads: heads, count: queries, depth: depth, stride: packed[2])
        key = Rows(start: width, heads: heads, count: keys, depth: depth, stride: packed[2])
        value = Rows(start: 2 * width, heads: heads, count: keys, depth: depth, stride: packed[2])
        output = Rows(heads: heads, count: queries, depth: depth, stride: width)
    }
}
