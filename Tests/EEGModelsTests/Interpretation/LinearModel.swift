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
