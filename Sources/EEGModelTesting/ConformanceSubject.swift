internal import EEGModels
internal import EEGTensor
internal import Foundation

/// Windows and models for the properties of a ``ConformanceCheck``.
struct ConformanceSubject {
    let settings: ConformanceCheck.Settings
    let shape: SignalShape
    /// `[batch, channel, time]`: noise, and in each window a rhythm of its class.
    let windows: Tensor
    let labels: [Int]

    init(_ settings: ConformanceCheck.Settings, shape: SignalShape) {
        self.settings = settings
        self.shape = shape
        var labels: [Int] = []
        var values: [Float] = []
        var numbers = RandomNumbers(seed: settings.seed)
        for window in 0..<settings.batch {
            let label = window % shape.outputs
            labels.append(label)
            // Whole periods a window, as many as the class says; all below half of the sampling rate.
            let periods = 2 + 3 * label % max(1, shape.samples / 2 - 2)
            for channel in 0..<shape.channels {
                for sample in 0..<shape.samples {
                    let phase = 2 * Double.pi * Double(periods * sample) / Double(shape.samples) + Double(channel)
                    values.append(Float(sin(phase) + 0.5 * numbers.next()))
                }
            }
        }
        windows = Tensor(values, shape: [settings.batch, shape.channels, shape.samples])
        self.labels = labels
    }

    func scope(seed: UInt64 = 0) -> ParameterScope { ParameterScope(generator: Generator(seed: settings.seed &+ seed)) }

    func context(_ mode: ForwardContext.Mode) -> ForwardContext {
        switch mode {
        case .training: .training(Generator(seed: settings.seed))
        case .inference: .inference
        }
    }

    func scores(_ model: some Model, _ x: Tensor, _ mode: ForwardContext.Mode) -> Tensor {
        var context = context(mode)
        return model(x, &context)
    }
}

extension Model {
    /// Parameters, then buffers.
    var state: [Parameter] { scope.store.parameters + scope.store.buffers }
}

extension Tensor {
    /// Whether shapes and all bits agree.
    func isIdentical(to other: Tensor) -> Bool {
        shape == other.shape && zip(scalars, other.scalars).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}
