internal import EEGTensor

/// A linear layer whose weights for each input, over all outputs, have at most a given norm.
struct FeatureLimitedLinear: Layer {
    /// `[output, input]`, before its norm is limited.
    private let weight: Parameter
    private let bias: Parameter
    private let maximumNorm: Float

    /// - Parameter scope: gives the parameters `parametrizations.weight.original` and `bias`.
    init(_ scope: ParameterScope, inputs: Int, outputs: Int, maximumNorm: Float) {
        weight = scope.weight([outputs, inputs], .fanInUniform, isLimited: true)
        bias = scope.bias(nil, outputs: outputs, weight: [outputs, inputs])
        self.maximumNorm = maximumNorm
    }

    /// `[…, input]` to `[…, output]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let weight = weight.value
        // Kept off 0, where the slope of the square root is infinite.
        let norms = sqrt(weight.squared().sum(over: 0, keepingDimensions: true).clamped(to: 1e-24...Float.greatestFiniteMagnitude))
        // The same small number as braindecode adds, so that trained weights mean the same.
        let scale = norms.clamped(to: 0...maximumNorm) / (norms + 1e-5)
        return matmul(x, weight * scale, transposingSecond: true) + bias.value
    }
}
