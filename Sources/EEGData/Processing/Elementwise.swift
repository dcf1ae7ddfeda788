extension Recording {
    /// The recording with all values outside of a range, in the channels' units, set to its bounds.
    public func clipped(to range: ClosedRange<Float>) -> Recording {
        mapped(channels.map { _ in .clip(range) }, by: "clipped to \(range)")
    }

    /// The recording with all samples that are not finite numbers (gaps of a recorder) set to a value.
    public func replacingNonFinite(with value: Float = 0) -> Recording {
        mapped(channels.map { _ in .replaceNonFinite(value) }, by: "non-finite set to \(value)")
    }

    /// The recording in the units that models expect: voltages in µV, magnetic fields in T, their gradients in T/m; others as they are.
    public func inStandardUnits() -> Recording {
        var result = mapped(
            channels.map { .affine(offset: 0, scale: Float($0.unit.factor(to: $0.unit.standard) ?? 1)) }, by: "in standard units")
        result = result.relabelling { $0.unit = $0.unit.standard }
        return result
    }

    /// The recording with all channels in one unit.
    ///
    /// - Throws: where a channel measures something else.
    public func converted(to unit: PhysicalUnit) throws(EEGDataError) -> Recording {
        var steps: [Elementwise] = []
        for channel in channels {
            guard let factor = channel.unit.factor(to: unit) else {
                throw .invalidArgument(name: "unit of \(channel.label)", expected: "one that converts to \(unit)", found: "\(channel.unit)")
            }
            steps.append(.affine(offset: 0, scale: Float(factor)))
        }
        return mapped(steps, by: "in \(unit.symbol)").relabelling { $0.unit = unit }
    }

    /// The recording with each channel minus its median, divided by the distance of its quartiles: few artefacts change little of it.
    ///
    /// Reads one channel after the other, whole, and sorts its finite samples. The results have no unit.
    ///
    /// - Throws: where half of a channel's samples are equal, or none is finite; and what reading throws.
    public func robustlyScaled() throws(EEGDataError) -> Recording {
        var steps: [Elementwise] = []
        for (index, channel) in channels.enumerated() {
            var values = try storedSamples(of: index).filter(\.isFinite)
            values.sort()
            guard !values.isEmpty else { throw .empty(what: "robust scaling of \(channel.label)", reason: "no sample is a finite number") }
            let spread = values.quantile(0.75) - values.quantile(0.25)
            guard spread > 0 else {
                throw .invalidArgument(
                    name: "channel \(channel.label)", expected: "values that vary",
                    found: "quartiles that are both \(values.quantile(0.25))")
            }
            steps.append(.affine(offset: values.quantile(0.5), scale: 1 / spread))
        }
        return mapped(steps, by: "scaled by median and quartiles").relabelling { $0.unit = PhysicalUnit("") }
    }

    /// The recording with each channel brought to mean 0 and this standard deviation in microvolts, over all of it: for files whose unit is
    /// not known, where a model wants microvolts.
    ///
    /// Reads one channel after the other, whole.
    ///
    /// - Throws: where a channel is constant, and what reading throws.
    public func rescaled(toMicrovolts deviation: Float) throws(EEGDataError) -> Recording {
        try [self].rescaled(toMicrovolts: deviation)[0]
    }

    fileprivate func mapped(_ steps: [Elementwise], by step: String) -> Recording {
        let results = channels.map { channel in
            var channel = channel
            channel.digitization = nil
            return channel
        }
        return derived(ElementwiseSource(parent: self, steps: steps), channels: results, by: step)
    }
}

extension [Recording] {
    /// Recordings with equal channels, each channel brought to mean 0 and this standard deviation in microvolts over all of them together: those
    /// of one person, whose differences from one to the next stay.
    ///
    /// Reads one channel after the other, whole.
    ///
    /// - Throws: where labels or units of the channels differ, or one is constant, and what reading throws.
    public func rescaled(toMicrovolts deviation: Float) throws(EEGDataError) -> [Recording] {
        guard let first else { return [] }
        func description(_ recording: Recording) -> [String] { recording.channels.map { "\($0.label) in \($0.unit)" } }
        for recording in self where description(recording) != description(first) {
            throw .invalidArgument(name: "channels to rescale together", expected: "\(description(first))", found: "\(description(recording))")
        }
        var steps: [Elementwise] = []
        for (index, channel) in first.channels.enumerated() {
            var values: [[Float]] = []
            for recording in self { values.append(try recording.storedSamples(of: index)) }
            let count = Double(Swift.max(1, values.reduce(0) { $0 + $1.count }))
            let mean = values.joined().reduce(0) { $0 + Double($1) } / count
            let variance = values.joined().reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
            // Below the rounding of single precision a channel is constant.
            guard variance > 1e-12 * mean * mean, variance.isFinite else {
                throw .invalidArgument(name: "channel \(channel.label)", expected: "finite values that vary", found: "variance \(variance)")
            }
            steps.append(.affine(offset: Float(mean), scale: Float(Double(deviation) / variance.squareRoot())))
        }
        return map { $0.mapped(steps, by: "rescaled to \(deviation) µV: \(steps)").relabelling { $0.unit = .microvolt } }
    }
}

extension [Float] {
    /// A quantile of sorted values, interpolated linearly between neighbours as NumPy does.
    func quantile(_ share: Double) -> Float {
        let position = share * Double(count - 1)
        let lower = Int(position)
        let upper = Swift.min(lower + 1, count - 1)
        return Float(Double(self[lower]) + (position - Double(lower)) * (Double(self[upper]) - Double(self[lower])))
    }
}

/// What happens to a sample by itself.
private enum Elementwise: Sendable {
    case clip(ClosedRange<Float>)
    /// `(x - offset) scale`.
    case affine(offset: Float, scale: Float)
    case replaceNonFinite(Float)

    func apply(to values: inout [Float]) {
        values.withUnsafeMutableBufferPointer { values in
            switch self {
            case .clip(let range):
                for index in values.indices { values[index] = max(range.lowerBound, min(range.upperBound, values[index])) }
            case .affine(let offset, let scale):
                for index in values.indices { values[index] = (values[index] - offset) * scale }
            case .replaceNonFinite(let replacement):
                for index in values.indices where !values[index].isFinite { values[index] = replacement }
            }
        }
    }
}

private struct ElementwiseSource: SignalSource {
    let parent: Recording
    let steps: [Elementwise]

    func samples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var signals = try parent.samples(of: indices, in: ranges)
        for (output, channel) in indices.enumerated() { steps[channel].apply(to: &signals[output]) }
        return signals
    }
}
