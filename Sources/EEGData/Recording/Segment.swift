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

    /// Seconds, by the clock, from the first sample of the recording to the end of the segment.
    public var end: Double { start + duration }

    /// The numbers of the samples that a channel has in the segment.
    public func samples(of channel: Channel) -> Range<Int> {
        let lower = channel.nearestSample(storedStart)
        return lower..<max(lower, channel.nearestSample(storedStart + duration))
    }

    /// Seconds, by the clock, from the first sample of the recording to a sample of the segment.
    public func time(ofSample sample: Int, of channel: Channel) -> Double {
        start + (Double(sample) - storedStart * channel.samplingRate) / channel.samplingRate
    }
}

extension Recording {
    /// Samples of some channels in one segment, in their units: the same stretch of time in each, so different numbers of samples where rates
    /// differ.
    public func samples(of indices: [Int], in segment: Segment) throws(EEGDataError) -> [[Float]] {
        for index in indices { try check(index) }
        return try samples(of: indices, in: indices.map { segment.samples(of: channels[$0]) })
    }

    /// Samples of one channel in one segment, in its unit.
    public func samples(of channel: Int, in segment: Segment) throws(EEGDataError) -> [Float] {
        try samples(of: [channel], in: segment)[0]
    }

    /// The stored integers of some channels in one segment.
    public func digitalSamples(of indices: [Int], in segment: Segment) throws(EEGDataError) -> [[Int32]] {
        for index in indices { try check(index) }
        return try digitalSamples(of: indices, in: indices.map { segment.samples(of: channels[$0]) })
    }

    /// Seconds, by the clock, from the first sample of the recording to a sample of a channel: behind a gap, more than sample numbers tell.
    public func time(ofSample sample: Int, of channel: Int) throws(EEGDataError) -> Double {
        try check(channel)
        let segment = segments.first { $0.samples(of: channels[channel]).contains(sample) }
        guard let segment else {
            throw .invalidArgument(
                name: "sample of \(channels[channel].label)", expected: "a number in 0..<\(channels[channel].sampleCount)", found: "\(sample)")
        }
        return segment.time(ofSample: sample, of: channels[channel])
    }

    /// The numbers of the samples of a channel in a stretch of time, by the clock from the first sample, to the nearest sample.
    ///
    /// - Throws: where the stretch leaves the recording by more than half a sample, or reaches into a gap.
    public func sampleNumbers(of channel: Int, seconds: Range<Double>) throws(EEGDataError) -> Range<Int> {
        try check(channel)
        let channel = channels[channel]
        guard segments.count > 1 else { return try channel.samples(in: seconds) }
        let tolerance = 0.5 / channel.samplingRate
        for segment in segments
        where seconds.lowerBound >= segment.start - tolerance && seconds.upperBound <= segment.end + tolerance {
            let offset = segment.storedStart - segment.start
            return try channel.samples(in: max(0, seconds.lowerBound + offset)..<max(0, seconds.upperBound + offset))
        }
        let parts = segments.map { "\($0.start)..<\($0.end)" }.joined(separator: ", ")
        throw .invalidArgument(
            name: "seconds of \(channel.label)", expected: "a part of one segment: \(parts)",
            found: "\(seconds.lowerBound)..<\(seconds.upperBound)")
    }

    /// Refuses several segments, for formats that hold one.
    func checkForOneSegment(format: String) throws(EEGDataError) {
        guard segments.count > 1 else { return }
        throw .unsupported(
            file: path ?? "the recording", format: format, feature: "\(segments.count) segments, with gaps between them, in one file")
    }

    /// Refuses samples that lie on both sides of a gap.
    func checkForGaps(in range: Range<Int>, of channel: Channel) throws(EEGDataError) {
        guard segments.count > 1 else { return }
        // The first segment that begins behind the first sample, by bisection: files may have a gap behind every record.
        var (low, high) = (1, segments.count)
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].samples(of: channel).lowerBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        guard low < segments.count else { return }
        let boundary = segments[low].samples(of: channel).lowerBound
        guard boundary < range.upperBound else { return }
        throw .crossesGap(
            channel: channel.label, samples: range, sample: boundary, from: segments[low - 1].end, to: segments[low].start)
    }
}

extension Channel {
    /// The number of the sample nearest to a time of the stored signal, at most the number of samples.
    fileprivate func nearestSample(_ seconds: Double) -> Int {
        let position = (seconds * samplingRate).rounded()
        return position > 0 ? Int(min(position, Double(sampleCount))) : 0
    }
}
