public import EEGTensor

/// Attention with several heads between linear projections, with the parameters of PyTorch's `MultiheadAttention`.
///
/// Source: A. Vaswani et al., "Attention is all you need", NeurIPS 2017.
public struct MultiHeadAttention: Layer {
    /// `[3 * width, width]`: query, key and value one below the other.
    public let inputWeight: Parameter
    /// `[3 * width]`.
    public let inputBias: Parameter
    /// `[width, width]`.
    public let outputWeight: Parameter
    /// `[width]`.
    public let outputBias: Parameter
    public let heads: Int
    /// The share of attention weights that dropout sets to zero.
    public let dropoutRate: Float

    /// - Parameter scope: gives the parameters `in_proj_weight`, `in_proj_bias`, `out_proj.weight` and `out_proj.bias`.
    public init(_ scope: ParameterScope, width: Int, heads: Int, dropoutRate: Float = 0) {
        inputWeight = scope.parameter("in_proj_weight", [3 * width, width], .glorotUniform)
        inputBias = scope.parameter("in_proj_bias", [3 * width], .constant(0))
        outputWeight = scope.child("out_proj").parameter("weight", [width, width], .fanInUniform)
        outputBias = scope.child("out_proj").parameter("bias", [width], .constant(0))
        self.heads = heads
        self.dropoutRate = dropoutRate
    }

    /// Attention of `x`, `[batch, time, width]`, to itself.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let dropout = context.mode == .training && dropoutRate > 0 ? AttentionDropout(probability: dropoutRate, using: &context.generator) : nil
        return multiHeadAttention(
            x, heads: heads, inputWeight: inputWeight.value, inputBias: inputBias.value, outputWeight: outputWeight.value,
            outputBias: outputBias.value, dropout: dropout
        ).output
    }
}
