public import EEGTensor

/// What a forward pass needs beside its input: whether it trains, random numbers, and the changes of buffers that it asks for.
public struct ForwardContext: Sendable {
    public enum Mode: Sendable {
        /// Batch statistics, active dropout.
        case training
        /// Running statistics, no dropout.
        case inference
    }

    public let mode: Mode
    /// Used in training only.
    public var generator: Generator
    private var updates: [(buffer: Parameter, value: Tensor)] = []
    /// The order of every ``TemporalSpatialConvolution``, for comparisons; the cheapest where absent.
    package var temporalSpatialOrder: TemporalSpatialOrder?
    /// Watches one layer, for explanations.
    var probe: LayerProbe?

    private init(mode: Mode, generator: Generator) {
        self.mode = mode
        self.generator = generator
    }

    /// A context for a step of training.
    public static func training(_ generator: Generator) -> ForwardContext { ForwardContext(mode: .training, generator: generator) }

    /// A context for predictions.
    public static var inference: ForwardContext { ForwardContext(mode: .inference, generator: Generator(seed: 0)) }

    /// Asks for a new value of a buffer. Whoever made the context decides when it takes effect.
    public mutating func update(_ buffer: Parameter, to value: Tensor) { updates.append((buffer, value)) }

    /// Gives the buffers their new values.
    public mutating func applyUpdates() {
        for (buffer, value) in updates { buffer.value = value }
        updates = []
    }

    /// Gives the output of a layer back, and lets an ``Explainer`` see it under the layer's name.
    public mutating func exposing(_ output: consuming Tensor, as layer: @autoclosure () -> String) -> Tensor {
        guard var probe else { return output }
        let result = probe.see(output, of: layer())
        self.probe = probe
        return result
    }
}
