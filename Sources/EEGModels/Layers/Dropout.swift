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
        case .training where rate > 0: dropout(x, probability: rate, using: &context.generator)
        default: x
        }
    }
}

/// Sets a random share of the channels to zero while training and scales the others up; does nothing otherwise.
public struct ChannelDropout: Layer {
    /// The share, in 0...1.
    public let rate: Float

    public init(rate: Float) {
        require((0...1).contains(rate), "ChannelDropout: rate \(rate) is not in 0...1")
        self.rate = rate
    }

    /// The shape of `x`, which is `[batch, channel, …]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        switch context.mode {
        case .training where rate > 0: channelDropout(x, probability: rate, using: &context.generator)
        default: x
        }
    }
}
