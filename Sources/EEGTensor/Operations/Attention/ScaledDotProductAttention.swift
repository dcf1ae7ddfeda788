/// Dropout of attention weights.
public struct AttentionDropout: Sendable {
    fileprivate let probability: Float
    fileprivate let generator: Generator

    /// - Parameters:
    ///   - probability: of a weight to be dropped, in 0...1.
    ///   - generator: where the random numbers come from; it moves on.
    public init(probability: Float, using generator: inout Generator) {
        self.probability = probability
        self.generator = Generator(seed: generator.next())
    }

    /// The mask of all weights of an attention; nil where nothing is dropped.
    func mask(_ geometry: AttentionGeometry) -> DropoutMask? {
        let tile = DropoutMask.padded(geometry.tileRows * geometry.keys)
        var generator = generator
        let mask = DropoutMask(
            probability: probability, elements: geometry.groups.elementCount * geometry.tiles * tile, &generator, "attention")
        return mask.probability == 0 ? nil : mask
    }
}

/// Attention: each query receives the values, weighted by softmax(query · key / √depth) over the keys.
///
/// The scores are never held as a whole, so memory grows with the time, not with its square.
///
/// Source: Vaswani et al., "Attention is all you need", NeurIPS 2017.
/// - Parameters:
///   - query: `[..., time, depth]`, such as `[batch, head, time, depth]`.
///   - key: `[..., keys, depth]`.
///   - value: `[..., keys, valueDepth]`.
///   - mask: added to the scores before softmax, -∞ excludes a key: any shape that broadcasts to `[..., time, keys]` and ends in `keys`.
///     It can be recorded, such as a learned position bias. A query all of whose keys are excluded receives 0.
///   - isCausal: whether a query sees only keys up to its own position.
///   - scale: what scores are multiplied by, instead of 1 / √depth.
///   - dropout: drops weights and scales the others.
/// - Returns: `[..., time, valueDepth]`.
/// - Precondition: equal leading axes, depths that fit, no empty axis.
public func scaledDotProductAttention(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, isCausal: Bool = false, scale: Float? = nil,
    dropout: AttentionDropout? = nil
) -> Tensor {
    let geometry = AttentionGeometry(query: query.shape, key: key.shape, value: value.shape)
    let operation = Attention(heads: nil, isCausal: isCausal, scale: scale, dropout: dropout?.mask(geometry), returnsWeights: false)
    return apply(operation, to: [query, key, value, mask])[0]
}
