import EEGModels
import EEGTensor

/// Scores that are weighted sums of all samples: what explains them is known.
struct LinearModel: Model {
    let scope: ParameterScope
    let shape: SignalShape
    private let head: Linear

    init(_ shape: SignalShape, seed: UInt64 = 1) {
        self.shape = shape
        scope = ParameterScope(generator: Generator(seed: seed))
        head = Linear(scope.child("head"), inputs: shape.channels * shape.samples, outputs: shape.outputs)
    }

    /// `[class, channel, time]`.
    var weights: Tensor { head.weight.value.reshaped(to: [shape.outputs, shape.channels, shape.samples]) }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { head(x.flattened(), &context) }
}

/// Two filters over time, then two filters over both and all channels.
struct DenseSpatialModel: Model {
    let scope = ParameterScope(generator: Generator(seed: 1))
    let shape: SignalShape
    let temporal: Convolution2D
    let spatial: Convolution2D

    init(channels: Int) {
        shape = SignalShape(channels: channels, samples: 1000, samplingRate: 100, outputs: 2)
        temporal = Convolution2D(scope.child("temporal"), inputs: 1, outputs: 2, kernel: (1, 5))
        spatial = Convolution2D(scope.child("spatial"), inputs: 2, outputs: 2, kernel: (channels, 1))
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        spatial(temporal(x.expandingDimensions(at: 1), &context), &context).mean(over: [2, 3])
    }
}
