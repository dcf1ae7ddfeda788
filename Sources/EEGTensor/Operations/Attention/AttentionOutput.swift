internal import CEEGKernels

/// Attention of which nobody asks the weights, without mask and dropout: scores of a few queries at a time, one in each lane of a vector, stay in
/// the cache.
struct AttentionOutput {
    let geometry: AttentionGeometry
    let isCausal: Bool
    let scale: Float

    func compute(
        query: UnsafePointer<Float>, key: UnsafePointer<Float>, value: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
    ) {
        let tiles = geometry.tiles
        parallelFor(
            geometry.groups.elementCount * tiles, grain: AttentionGeometry.grain(geometry.tileRows * geometry.keys * geometry.operationsOfScore)
        ) {
            units in
            for unit in units {
                let (group, rows) = (unit / tiles, geometry.rows(ofTile: unit % tiles))
                ceeg_attention_output(
                    Int64(rows.count), Int64(geometry.keys), Int64(geometry.depth), Int64(geometry.valueDepth),
                    isCausal ? Int64(rows.lowerBound) : -1, scale, query + geometry.query.offset(group, row: rows.lowerBound),
                    Int64(geometry.query.stride), key + geometry.key.offset(group), Int64(geometry.key.stride),
                    value + geometry.value.offset(group), Int64(geometry.value.stride),
                    output + geometry.output.offset(group, row: rows.lowerBound), Int64(geometry.output.stride))
            }
        }
    }
}
