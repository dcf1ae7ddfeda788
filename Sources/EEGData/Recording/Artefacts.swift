/// A sample at which a recording is not a signal of the body.
public struct Outlier: Sendable, Hashable {
    /// The number of the sample.
    public let sample: Int
    /// The channels that are beyond the limit.
    public let channels: [Int]
}

extension Recording {
    /// The samples at which some channel is farther than `limit` from its median: contact faults and transmission errors, where `limit` is
    /// far above what the body gives (1,000 µV for EEG).
    ///
    /// - Parameter limit: in the unit of the channels, which must have equal numbers of samples.
    public func outliers(beyond limit: Float) throws(EEGDataError) -> [Outlier] {
        guard limit > 0 else { throw .invalidArgument(name: "outlier limit", expected: "a positive number", found: "\(limit)") }
        var channelsOfSample: [Int: [Int]] = [:]
        for channel in channels.indices {
            let values = try samples(of: channel)
            let sorted = values.sorted()
            guard !sorted.isEmpty else { continue }
            let median = sorted[sorted.count / 2]
            for (sample, value) in values.enumerated() where !(abs(value - median) <= limit) {
                channelsOfSample[sample, default: []].append(channel)
            }
        }
        return channelsOfSample.map { Outlier(sample: $0.key, channels: $0.value) }.sorted { $0.sample < $1.sample }
    }

    /// The recording with the samples inside some annotations replaced, in all channels, by straight lines between their neighbours.
    ///
    /// All samples are read into memory. At the ends of the recording, where there is one neighbour only, its value is repeated.
    public func interpolating(_ isBad: (Annotation) -> Bool) throws(EEGDataError) -> Recording {
        var repaired = try samples(of: Array(channels.indices))
        for annotation in annotations where isBad(annotation) {
            for (index, channel) in channels.enumerated() {
                let limit = Double(channel.sampleCount)
                // The samples whose times lie in the annotation, at least the one next to its onset; a hundredth of a sample allows for rounding.
                let lower = (annotation.onset * channel.samplingRate - 0.01).rounded(.up)
                let upper = max(lower + 1, (annotation.end * channel.samplingRate - 0.01).rounded(.up))
                let range = Int(max(0, min(limit, lower)))..<Int(max(0, min(limit, upper)))
                repaired[index].interpolate(over: range)
            }
        }
        return try Recording(channels: channels, samples: repaired, start: start, annotations: annotations, notes: notes)
    }
}

extension [Float] {
    fileprivate mutating func interpolate(over range: Range<Int>) {
        guard !range.isEmpty, range.count < count else { return }
        let before = range.lowerBound > 0 ? self[range.lowerBound - 1] : self[range.upperBound]
        let after = range.upperBound < count ? self[range.upperBound] : before
        for (position, index) in range.enumerated() {
            self[index] = before + (after - before) * Float(position + 1) / Float(range.count + 1)
        }
    }
}
