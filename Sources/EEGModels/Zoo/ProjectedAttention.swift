internal import EEGTensor

/// Attention of a sequence to itself, where the projections to queries, keys and values are linear layers of their own, as in checkpoints of
/// some networks; computed as one.
struct ProjectedAttention: Layer {
    /// To queries, keys and values.
    private let inputs: [Projection]
    private let output: Projection
    private let heads: Int
    private let dropoutRate: Float

    /// The parameters of a linear layer.
    private struct Projection {
        let weight: Parameter
        let bias: Parameter

        init(_ scope: ParameterScope, width: Int) {
            weight = scope.weight([width, width], .fanInUniform)
            bias = scope.bias(nil, outputs: width, weight: [width, width])
        }
    }

    /// - Parameters:
    ///   - scope: gives `queries`, `keys`, `values` and `projection`, each with `weight` and `bias`.
    ///   - dropoutRate: the share of attention weights that dropout sets to zero.
    init(_ scope: ParameterScope, width: Int, heads: Int, dropoutRate: Float) {
        inputs = ["queries", "keys", "values"].map { Projection(scope.child($0), width: width) }
        output = Projection(scope.child("projection"), width: width)
        self.heads = heads
        self.dropoutRate = dropoutRate
    }

    /// The shape of `x`, which is `[batch, time, width]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let dropout = context.mode == .training && dropoutRate > 0 ? AttentionDropout(probability: dropoutRate, using: &context.generator) : nil
        return multiHeadAttention(
            x, heads: heads, inputWeight: concatenate(inputs.map(\.weight.value)), inputBias: concatenate(inputs.map(\.bias.value)),
            outputWeight: output.weight.value, outputBias: output.bias.value, dropout: dropout
        ).output
    }
}
