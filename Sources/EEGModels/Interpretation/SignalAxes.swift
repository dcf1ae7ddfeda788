/// What the axes of windows `[batch, channel, time]` mean.
public struct SignalAxes: Sendable, Equatable {
    public let channels: [String]
    /// Samples of a window.
    public let samples: Int
    /// Samples a second.
    public let samplingRate: Double
    /// The time of the first sample in seconds, such as −0.5 for windows that begin half a second before an event.
    public let startTime: Double
    /// The unit of the samples.
    public let unit: String

    /// The time of each sample in seconds.
    public var times: [Double] { (0..<samples).map { startTime + Double($0) / samplingRate } }
}
