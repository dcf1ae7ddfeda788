/// A stretch of a recording without gaps.
public struct Segment: Sendable, Hashable {
    /// Seconds, by the clock, from the first sample of the recording to the first of the segment.
    public let start: Double
    /// Seconds of stored signal before the segment: less than `start` by the gaps before it.
    public let storedStart: Double
    /// Seconds.
    public let duration: Double

    public init(start: Double, storedStart: Double, duration: Double) {
        self.start = start
        self.storedStart = storedStart
        self.duration = duration
    }

    /// The numbers of the samples that a channel has in the segment.
    public func samples(of channel: Channel) -> Range<Int> {
        let lower = Int((storedStart * channel.samplingRate).rounded())
        return lower..<max(lower, min(channel.sampleCount, Int(((storedStart + duration) * channel.samplingRate).rounded())))
    }
}
