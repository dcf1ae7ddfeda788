internal import CEEGKernels

/// The operands of one attention, tile by tile.
struct AttentionWork {
    let geometry: AttentionGeometry
    private let query: Tensor
    private let key: Tensor
    private let value: Tensor
    private let mask: Tensor?
    private let maskLayout: MaskLayout?
    private let isCausal: Bool
    private let scale: Float
    private let dropout: DropoutMask?
    private let groups: Int
    /// Whether query, key and value lie in one tensor.
    private let isPacked: Bool
    /// Heads whose weights are averaged.
    private let heads: Int

    init(_ operation: Attention, _ operands: TensorList) {
        query = operands[0]
        key = operands.optional(1) ?? query
        value = operands.optional(2) ?? query
        let shapes = operands.optional(1) == nil ? [query.shape] : [query.shape, key.shape, value.shape]
        let geometry = operation.geometry(shapes)
        self.geometry = geometry
        isPacked = shapes.count == 1
        groups = geometry.groups.elementCount
        heads = operation.heads ?? 1
        isCausal = operation.isCausal
        scale = operation.scale(geometry)
        dropout = operation.dropout
        mask = operands.optional(3)
        maskLayout = mask.map { MaskLayout($0.shape, geometry) }
    }

    private typealias Elements = UnsafeMutablePointer<Float>

    private func operand(_ tensor: Tensor, _ rows: AttentionGeometry.Rows, _ group: Int, row: Int = 0) -> MatrixOperand {
        MatrixOperand(tensor.pointer + rows.offset(group, row: row), rowStride: rows.stride)
    }

    private func scores(_ tile: Elements) -> MatrixOperand { MatrixOperand(tile, rowStride: geometry.keys) }

    /// Keys that some query of a tile can see.
    private func visibleKeys(_ rows: Range<Int>) -> Int { isCausal ? min(geometry.keys, rows.upperBound) : geometry.keys }

    /// Softmax of the scores of one tile, `[rows, keys]`.
    private func computeWeights(_ group: Int, _ rows: Range<Int>, into tile: Elements) {
        gemm(
            rows.count, visibleKeys(rows), geometry.depth, operand(query, geometry.query, group, row: rows.lowerBound),
            operand(key, geometry.key, group).transposed, into: tile, rowStride: geometry.keys)
        var maskRow: UnsafePointer<Float>?
        if let mask, let maskLayout { maskRow = mask.pointer + maskLayout.offset(group, row: rows.lowerBound) }
        ceeg_attention_weights(
            tile, Int64(rows.count), Int64(geometry.keys), isCausal ? Int64(rows.lowerBound) : -1, scale, maskRow,
            Int64(maskLayout?.rowStride ?? 0))
    }

    /// Drops elements of one tile, the same ones every time.
    private func drop(_ dropout: DropoutMask, _ group: Int, _ rows: Range<Int>, _ tile: Elements, into result: Elements) {
        let tileSize = DropoutMask.padded(geometry.tileRows * geometry.keys)
        let number = group * geometry.tiles + rows.lowerBound / geometry.tileRows
        dropout.apply(to: tile, into: result, count: rows.count * geometry.keys, offset: number * tileSize)
    }

    /// Writes the output, and the weights averaged over heads where `weights` is given.
    func computeOutput(_ output: UnsafeMutablePointer<Float>, weights: UnsafeMutablePointer<Float>?) {
        if weights == nil, mask == nil, dropout == nil {
            AttentionOutput(geometry: geometry, isCausal: isCausal, scale: scale).compute(
                query: query.pointer, key: key.pointer, value: value.pointer, into: output)
            return withExtendedLifetime((query, key, value)) {}
        }
        let tiles = geometry.tiles
        let together = weights == nil ? 1 : heads
        let work = together * geometry.tileRows * geometry.keys * geometry.operationsOfScore
        parallelFor(groups / together * tiles, grain: AttentionGeometry.grain(work)) { range in
            let tile = Tensor(uninitialized: [geometry.tileRows, geometry.keys])
            for unit in range {
                let rows = geometry.rows(ofTile: unit % tiles)
                let first = unit / tiles * together
                for group in first..<(first + together) {
                    computeWeights(group, rows, into: tile.mutablePointer)
                    if let dropout { drop(dropout, group, rows, tile.mutablePointer, into: tile.mutablePointer) }
                    gemm(
                        rows.count, geometry.valueDepth, visibleKeys(rows), scores(tile.mutablePointer),
                        operand(value, geometry.value, group), into: output + geometry.output.offset(group, row: rows.lowerBound),
                        rowStride: geometry.output.stride)
                    guard let weights else { continue }
                    let average = weights + (first / together * geometry.queries + rows.lowerBound) * geometry.keys
                    let count = rows.count * geometry.keys
                    if group == first { average.initialize(repeating: 0, count: count) }
                    ceeg_add_scaled(tile.pointer, 1 / Float(heads), average, Int64(count))
                }
            }
            withExtendedLifetime(tile) {}
        }
        withExtendedLifetime((query, key, value, mask)) {}
    }

    /// The gradients by query, key, value and mask that `results` has room for.
    func gradients(_ dOutput: Tensor?, weights dWeights: Tensor?, into results: [Tensor?]) -> TensorList {
        let dOutput = dOutput ?? Tensor(zeros: geometry.outputShape)
        let targets = (results[0], isPacked ? results[0] : results[1], isPacked ? results[0] : results[2])
        // The gradient by all scores is kept only for that of a mask.
        let dScores = results[3].map { _ in Tensor(uninitialized: [groups, geometry.queries, geometry.keys]) }
        let work = geometry.queries * geometry.keys * (6 * geometry.depth + 4 * geometry.valueDepth + 30)
        parallelFor(groups, grain: AttentionGeometry.grain(work)) { range in
            let shape: Shape = [geometry.tileRows, geometry.keys]
            let (weights, d) = (Tensor(uninitialized: shape), Tensor(uninitialized: shape))
            let dropped = dropout == nil ? weights : Tensor(uninitialized: shape)
            for group in range {
                if isCausal {
                    clear(targets.1, geometry.key, group)
                    clear(targets.2, geometry.value, group)
                }
                for tile in 0..<geometry.tiles {
                    let rows = geometry.rows(ofTile: tile)
                    computeWeights(group, rows, into: weights.mutablePointer)
                    if let dropout { drop(dropout, group, rows, weights.mutablePointer, into: dropped.mutablePointer) }
                    computeScoresGradient(group, rows, weights, dOutput, dWeights, into: d.mutablePointer)
                    addProducts(group, rows, weights: dropped, d, dOutput, targets, isFirst: tile == 0 && !isCausal)
                    if let dScores {
                        let target = dScores.mutablePointer + (group * geometry.queries + rows.lowerBound) * geometry.keys
                        target.update(from: d.pointer, count: rows.count * geometry.keys)
                    }
                }
            }
            withExtendedLifetime((weights, d, dropped)) {}
        }
        var list = TensorList(results)
        if let dScores, let mask, let maskLayout { list.set(3, maskLayout.gradient(dScores, mask.shape, scale: 1 / scale)) }
        withExtendedLifetime((query, key, value, mask, dOutput, dWeights)) {}
        return list
    }

    /// The gradient by the scores of one tile before they are scaled.
    private func computeScoresGradient(
        _ group: Int, _ rows: Range<Int>, _ weights: Tensor, _ dOutput: Tensor, _ dWeights: Tensor?, into d: Elements
    ) {
        let keys = geometry.keys
        gemm(
            rows.count, visibleKeys(rows), geometry.valueDepth, operand(dOutput, geometry.output, group, row: rows.lowerBound),
            operand(value, geometry.value, group).transposed, into: d, rowStride: keys)
        if let dWeights {
            let average = dWeights.pointer + (group / heads * geometry.queries + rows.lowerBound) * keys
            ceeg_add_scaled(average, 1 / Float(heads), d, Int64(rows.count * keys))
        }
        if let dropout { drop(dropout, group, rows, d, into: d) }
        ceeg_attention_scores_gradient(
            weights.pointer, d, Int64(rows.count), Int64(keys), isCausal ? Int64(rows.lowerBound) : -1, scale)
    }

    /// One tile's part of the gradients by query, key and value.
    private func addProducts(
        _ group: Int, _ rows: Range<Int>, weights: Tensor, _ d: Tensor, _ dOutput: Tensor, _ targets: (Tensor?, Tensor?, Tensor?),
        isFirst: Bool
    ) {
        let visible = visibleKeys(rows)
        let dScores = scores(d.mutablePointer)
        if let target = targets.0 {
            gemm(
                rows.count, geometry.depth, visible, dScores, operand(key, geometry.key, group),
                into: target.mutablePointer + geometry.query.offset(group, row: rows.lowerBound), rowStride: geometry.query.stride)
        }
        if let target = targets.1 {
            gemm(
                visible, geometry.depth, rows.count, dScores.transposed, operand(query, geometry.query, group, row: rows.lowerBound),
                into: target.mutablePointer + geometry.key.offset(group), rowStride: geometry.key.stride, accumulating: !isFirst)
        }
        if let target = targets.2 {
            gemm(
                visible, geometry.valueDepth, rows.count, scores(weights.mutablePointer).transposed,
                operand(dOutput, geometry.output, group, row: rows.lowerBound),
                into: target.mutablePointer + geometry.value.offset(group), rowStride: geometry.value.stride, accumulating: !isFirst)
        }
    }

    private func clear(_ target: Tensor?, _ rows: AttentionGeometry.Rows, _ group: Int) {
        guard let target else { return }
        for row in 0..<rows.count { (target.mutablePointer + rows.offset(group, row: row)).initialize(repeating: 0, count: rows.depth) }
    }
}

/// Where the mask of each group lies.
private struct MaskLayout {
    private let broadcasting: Broadcasting
    private let strides: Broadcasting.Extents
    private let groups: Shape
    let rowStride: Int

    init(_ mask: Shape, _ geometry: AttentionGeometry) {
        groups = geometry.groups
        let scores = Shape(Array(groups) + [geometry.queries, geometry.keys])
        broadcasting = Broadcasting(mask, scores, "attention")
        require(
            broadcasting.shape == scores && mask.last == geometry.keys, "attention: mask \(mask) does not fit scores \(scores)")
        strides = broadcasting.strides(mask)
        rowStride = Int(strides[groups.rank])
    }

    func offset(_ group: Int, row: Int) -> Int {
        var (rest, offset) = (group, row * rowStride)
        for axis in groups.indices.reversed() {
            offset += rest % groups[axis] * Int(strides[axis])
            rest /= groups[axis]
        }
        return offset
    }

    /// The gradient by a mask of shape `mask`, from that by all scores before they are scaled.
    func gradient(_ dScores: Tensor, _ mask: Shape, scale: Float) -> Tensor { broadcasting.reduced(dScores, to: mask, scale: scale) }
}
