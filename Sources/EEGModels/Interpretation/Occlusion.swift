public import EEGTensor

/// What occluded samples are replaced with.
public enum OcclusionFill: Sendable {
    case zero
    /// The mean of the channel over the window.
    case mean
    /// Normally distributed noise with the mean and the standard deviation of the channel over the window.
    case noise(Generator)

    /// For each sample of the windows what would replace it.
    fileprivate func replacement(of windows: Tensor) -> Tensor {
        switch self {
        case .zero: return Tensor(zeros: windows.shape)
        case .mean: return windows.mean(over: .time, keepingDimensions: true).broadcast(to: windows.shape)
        case .noise(var generator):
            let noise = Tensor(normalWithMean: 0, shape: windows.shape, using: &generator)
            return windows.mean(over: .time, keepingDimensions: true) + windows.standardDeviation(over: .time, keepingDimensions: true)
                * noise
        }
    }
}

/// How far the score of a class drops when a channel is taken away.
public struct ChannelOcclusion: Sendable {
    /// `[batch, channel]`: the score of the whole window minus that without the channel.
    public let drops: Tensor
    /// For each window the class whose score is explained.
    public let classes: [Int]
    public let axes: SignalAxes

    /// The mean drop of each channel over all windows.
    public var meanDrops: [Double] { drops.mean(over: 0).scalars.map(Double.init) }
}

/// How far the score of a class drops when a stretch of time is taken away.
public struct TimeOcclusion: Sendable {
    /// `[batch, stretch]`: the score of the whole window minus that without the stretch.
    public let drops: Tensor
    /// Each stretch in seconds.
    public let stretches: [Range<Double>]
    /// For each window the class whose score is explained.
    public let classes: [Int]
    public let axes: SignalAxes

    /// The mean drop of each stretch over all windows.
    public var meanDrops: [Double] { drops.mean(over: 0).scalars.map(Double.init) }
}

extension Explainer {
    /// Takes away one channel after the other.
    ///
    /// Source: M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    public func channelOcclusion(of windows: Tensor, classes: [Int]? = nil, fill: OcclusionFill = .zero) -> ChannelOcclusion {
        let classes = self.classes(classes, of: windows)
        let parts = axes.channels.indices.map { (channels: $0..<($0 + 1), samples: 0..<axes.samples) }
        return ChannelOcclusion(drops: drops(of: windows, classes: classes, fill: fill, parts: parts), classes: classes, axes: axes)
    }

    /// Takes away all channels for one stretch of time after the other.
    ///
    /// Source: M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014.
    ///
    /// - Parameters:
    ///   - windows: `[batch, channel, time]`.
    ///   - classes: one for each window; the predicted ones by default.
    ///   - length: of a stretch in seconds, rounded to whole samples, at least one. The last stretch may be shorter.
    ///   - stride: from the start of one stretch to the next in seconds, likewise; `length` by default.
    public func timeOcclusion(
        of windows: Tensor, classes: [Int]? = nil, length: Double, stride: Double? = nil, fill: OcclusionFill = .zero
    ) -> TimeOcclusion {
        require(
            length > 0 && length.isFinite && (stride.map { $0 > 0 && $0.isFinite } ?? true),
            "timeOcclusion: stretches of \(length) s every \(stride ?? length) s")
        let classes = self.classes(classes, of: windows)
        func samples(_ duration: Double) -> Int { Int(min(max(1, (duration * axes.samplingRate).rounded()), Double(axes.samples))) }
        let (size, step) = (samples(length), samples(stride ?? length))
        var ranges: [Range<Int>] = []
        for start in Swift.stride(from: 0, to: axes.samples, by: step) {
            ranges.append(start..<min(start + size, axes.samples))
            if start + size >= axes.samples { break }
        }
        let drops = drops(of: windows, classes: classes, fill: fill, parts: ranges.map { (axes.channels.indices, $0) })
        func time(_ sample: Int) -> Double { axes.startTime + Double(sample) / axes.samplingRate }
        return TimeOcclusion(
            drops: drops, stretches: ranges.map { time($0.lowerBound)..<time($0.upperBound) }, classes: classes, axes: axes)
    }

    /// `[batch, part]`.
    private func drops(
        of windows: Tensor, classes: [Int], fill: OcclusionFill, parts: [(channels: Range<Int>, samples: Range<Int>)]
    ) -> Tensor {
        let whole = Tensor(scores(of: windows, classes: classes))
        let replacement = fill.replacement(of: windows)
        let columns = parts.map { part in
            var occluded = windows
            occluded.withUnsafeMutableBufferPointer { values in
                replacement.withUnsafeBufferPointer { replacement in
                    for window in 0..<windows.shape[0] {
                        for channel in part.channels {
                            let row = (window * axes.channels.count + channel) * axes.samples
                            for index in (row + part.samples.lowerBound)..<(row + part.samples.upperBound) {
                                values[index] = replacement[index]
                            }
                        }
                    }
                }
            }
            return whole - Tensor(scores(of: occluded, classes: classes))
        }
        return stack(columns, axis: 1)
    }
}
