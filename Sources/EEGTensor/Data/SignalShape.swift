/// What a model is built for: the size of its input `[batch, channel, time]` and of its output.
public struct SignalShape: Sendable, Hashable {
    public let channels: Int
    /// Samples of one window.
    public let samples: Int
    /// Samples a second.
    public let samplingRate: Double
    /// Classes, or values, that a model gives for a window.
    public let outputs: Int

    /// - Precondition: all sizes and the rate are positive.
    public init(channels: Int, samples: Int, samplingRate: Double, outputs: Int) {
        require(
            channels > 0 && samples > 0 && outputs > 0 && samplingRate > 0 && samplingRate.isFinite,
            "SignalShape: sizes must be positive: \(channels) channels, \(samples) samples at \(samplingRate) Hz, \(outputs) outputs")
        self.channels = channels
        self.samples = samples
        self.samplingRate = samplingRate
        self.outputs = outputs
    }

    /// The length of a window in seconds.
    public var duration: Double { Double(samples) / samplingRate }
}
