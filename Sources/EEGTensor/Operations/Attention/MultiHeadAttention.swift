/// What multi-head attention gives.
public struct MultiHeadAttentionResult: Sendable {
    /// `[batch, time, width]`.
    public let output: Tensor
    /// The weight of each key for each query, averaged over the heads, `[batch, time, keys]`; nil unless asked for.
    public let weights: Tensor?
}

/// Attention with several heads between linear projections, with the weights of PyTorch's `MultiheadAttention`.
///
/// Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.
/// - Parameters:
///   - query: `[batch, time, width]`.
///   - key: `[batch, keys, width]`; the query where it is absent.
///   - value: `[batch, keys, width]`; the key where it is absent.
///   - heads: how many heads share the width.
///   - inputWeight: `[3 * width, width]`, the projections of query, key and value one below the other (`in_proj_weight`).
///   - inputBias: `[3 * width]`.
///   - outputWeight: `[width, width]`.
///   - outputBias: `[width]`.
///   - mask: added to the scores, -∞ excludes a key: any shape that broadcasts to `[batch, head, time, keys]` and ends in `keys`.
///   - isCausal: whether a query sees only keys up to its own position.
///   - dropout: drops weights and scales the others.
///   - returnsWeights: whether the averaged weights are asked for.
/// - Precondition: shapes as above, `width` a multiple of `heads`, no empty axis.
public func multiHeadAttention(
    _ query: Tensor, key: Tensor? = nil, value: Tensor? = nil, heads: Int, inputWeight: Tensor, inputBias: Tensor? = nil,
    outputWeight: Tensor, outputBias: Tensor? = nil, mask: Tensor? = nil, isCausal: Bool = false, dropout: AttentionDropout? = nil,
    returnsWeights: Bool = false
) -> MultiHeadAttentionResult {
    let width = query.shape.last ?? 0
    require(
        query.rank == 3 && heads > 0 && width % heads == 0,
        "multiHeadAttention: query \(query.shape) is not [batch, time, width] with a width for \(heads) heads")
    require(
        inputWeight.shape == [3 * width, width] && outputWeight.shape == [width, width],
        "multiHeadAttention: weights \(inputWeight.shape) and \(outputWeight.shape) for query \(query.shape)")
    let operands: TensorList
    let geometry: AttentionGeometry
    if let key {
        let parts = [query, key, value ?? key].enumerated().map { index, x in
            let rows = index * width..<(index + 1) * width
            return projected(x, inputWeight[rows], inputBias?[rows])
        }
        operands = [parts[0], parts[1], parts[2], mask]
        geometry = AttentionGeometry(heads: heads, query: parts[0].shape, key: parts[1].shape, value: parts[2].shape)
    } else {
        require(value == nil, "multiHeadAttention: a value without a key, query \(query.shape)")
        let packed = projected(query, inputWeight, inputBias)
        operands = [packed, nil, nil, mask]
        geometry = AttentionGeometry(heads: heads, packed: packed.shape)
    }
    let attention = Attention(
        heads: heads, isCausal: isCausal, scale: nil, dropout: dropout?.mask(geometry), returnsWeights: returnsWeights)
    let results = apply(attention, to: operands)
    return MultiHeadAttentionResult(
        output: projected(results[0], outputWeight, outputBias), weights: returnsWeights ? results[1] : nil)
}

/// x weightᵀ + bias over the last axis.
private func projected(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    let y = matmul(x, weight, transposingSecond: true)
    return bias.map { y + $0 } ?? y
}
