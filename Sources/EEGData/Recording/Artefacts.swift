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
            let values = try storedSamples(of: channel)
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
    /// All samples are read into memory. At the ends of a segment, where there is one neighbour only, its value is repeated.
    public func interpolating(_ isBad: (Annotation) -> Bool) throws(EEGDataError) -> Recording {
        let bad = annotations.filter(isBad)
        var repaired: [[Float]] = []
        for (index, channel) in channels.enumerated() {
            var values = try storedSamples(of: index)
            for annotation in bad {
                for segment in segments {
                    let samples = segment.samples(of: channel)
                    // The samples whose times lie in the annotation, at least the one next to its onset; a hundredth of a sample allows for
                    // rounding.
                    let offset = segment.storedStart - segment.start
                    let first = ((annotation.onset + offset) * channel.samplingRate - 0.01).rounded(.up)
                    let last = max(first + 1, ((annotation.end + offset) * channel.samplingRate - 0.01).rounded(.up))
                    let (lower, upper) = (Double(samples.lowerBound), Double(samples.upperBound))
                    let range = Int(max(lower, min(upper, first)))..<Int(max(lower, min(upper, last)))
                    values.interpolate(over: range, within: samples)
                }
            }
            repaired.append(values)
        }
        let step = "interpolated over \(bad.map { "\($0.onset) to \($0.end) s" }.joined(separator: ", "))"
        return derived(MemorySource(channels: channels, samples: repaired), channels: channels, by: step)
    }

    /// All samples of a channel, segment after segment.
    func storedSamples(of index: Int) throws(EEGDataError) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(channels[index].sampleCount)
        for segment in segments { values += try samples(of: [index], in: [segment.samples(of: channels[index])])[0] }
        return values
    }
}

extension [Float] {
    /// Puts a straight line between the neighbours of a range, of which those outside of `bounds` do not count.
    fileprivate mutating func interpolate(over range: Range<Int>, within bounds: Range<Int>) {
        guard !range.isEmpty, range.count < bounds.count else { return }
        let before = range.lowerBound > bounds.lowerBound ? self[range.lowerBound - 1] : self[range.upperBound]
        let after = range.upperBound < bounds.upperBound ? self[range.upperBound] : before
        for (position, index) in range.enumerated() {
            self[index] = before + (after - before) * Float(position + 1) / Float(range.count + 1)
        }
    }
}
