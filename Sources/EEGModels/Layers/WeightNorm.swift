public import EEGTensor

/// A weight whose direction and length are learned apart from each other: g v / ‖v‖ for each output.
///
/// Source: T. Salimans and D. P. Kingma, "Weight normalization: a simple reparameterization to accelerate training of deep neural
/// networks", NeurIPS 2016.
public struct WeightNorm: Sendable {
    /// g, `[output, 1, …]`: at first the norms of the directions.
    public let magnitude: Parameter
    /// v, `[output, …]`.
    public let direction: Parameter

    /// - Parameters:
    ///   - scope: that of the layer; the parameters have PyTorch's names, `parametrizations.weight.original0` for the magnitude and
    ///     `parametrizations.weight.original1` for the direction.
    ///   - shape: `[output, …]`.
    public init(_ scope: ParameterScope, _ shape: Shape, _ initializer: Initializer = .fanInUniform) {
        require(shape.rank >= 1 && shape.elementCount > 0, "WeightNorm: no weight of shape \(shape)")
        let scope = scope.child("parametrizations").child("weight")
        magnitude = scope.parameter("original0", Shape([shape[0]] + shape.dropFirst().map { _ in 1 }), .constant(0))
        direction = scope.parameter("original1", shape, initializer)
        let norms = Self.norms(of: direction.value)
        // The shapes differ only beyond the limit of the store.
        if norms.count == magnitude.value.count { magnitude.value = norms.reshaped(to: magnitude.value.shape) }
    }

    /// `[output, …]`.
    public var value: Tensor {
        let v = direction.value
        let g = magnitude.value
        return v * (g / Self.norms(of: v).reshaped(to: g.shape))
    }

    private static func norms(of weight: Tensor) -> Tensor {
        let rows = weight.reshaped(to: [weight.shape[0], weight.count / weight.shape[0]])
        return sqrt(rows.squared().sum(over: -1))
    }
}
