public import EEGTensor

/// Sets a random share of the values to zero while training and scales the others up; does nothing otherwise.
public struct Dropout: Layer {
    /// The share, in 0...1.
    public let rate: Float

    public init(rate: Float) {
        require((0...1).contains(rate), "Dropout: rate \(rate) is not in 0...1")
        self.rate = rate
    }

    /// The shape of `x`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        switch context.mode {
        case .training: dropout(x, probability: rate, using: &context.generator)
        case .inference: x
        }
    }
}
