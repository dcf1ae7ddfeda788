import EEGModels
import EEGTensor

/// Windows that differ in the power of one channel, and a model that can see it.
struct ToyProblem {
    let shape = SignalShape(channels: 3, samples: 64, samplingRate: 64, outputs: 2)

    /// Noise; in windows of class 1 the second channel is three times as large.
    func batches(_ count: Int, of size: Int, seed: UInt64) -> [Batch] {
        (0..<count).map { number in
            var generator = Generator(seed: seed).stream("batch", number)
            var signals = Tensor(normalWithMean: 0, shape: [size, 3, 64], using: &generator)
            let labels = (0..<size).map { _ in Int.random(in: 0...1, using: &generator) }
            signals.withUnsafeMutableBufferPointer { values in
                for (window, label) in labels.enumerated() where label == 1 {
                    for index in (window * 192 + 64)..<(window * 192 + 128) { values[index] *= 3 }
                }
            }
            return Batch(signals: signals, labels: labels)
        }
    }
}

/// The logarithm of each channel's power, then a linear layer.
struct LogPower: Model {
    let scope: ParameterScope
    let shape: SignalShape
    private let head: Linear

    init(_ scope: ParameterScope, _ shape: SignalShape) {
        self.scope = scope
        self.shape = shape
        head = Linear(scope.child("head"), inputs: shape.channels, outputs: shape.outputs)
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        head(log(x.squared().mean(over: .time) + 1e-6), &context)
    }
}
