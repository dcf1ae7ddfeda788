internal import EEGTensor

/// What turns the samples of a segment into others, any stretch of them by itself: each result depends on the samples around it alone, as far
/// as matters in single precision.
protocol SegmentProcess: Sendable {
    /// The numbers, within the segment, of the samples that results `outputs` depend on.
    ///
    /// - Parameter count: samples of the segment.
    func inputs(for outputs: Range<Int>, of count: Int) -> Range<Int>

    /// Results `outputs` from the samples `inputs(for: outputs, of: count)`.
    ///
    /// - Parameter signals: `[channel, time]`.
    /// - Returns: `[channel, time]`, with the samples `outputs`.
    func results(_ outputs: Range<Int>, from signals: Tensor, of count: Int) -> Tensor
}

/// Signals that are computed from those of a recording when they are read: those of one sampling rate by one process of each type.
///
/// Segments are processed by themselves: nothing leaks over a gap. The memory taken is a few times that of the range that is read.
struct ProcessedSource: SignalSource {
    let parent: Recording
    /// As the results have them.
    let channels: [Channel]
    let segments: [Segment]
    /// For each channel; nil where it stays as it is.
    let processes: [(any SegmentProcess)?]

    func samples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var results = [[Float]](repeating: [], count: indices.count)
        var groups: [Group: [Int]] = [:]
        var unchanged: [Int] = []
        for output in indices.indices where !ranges[output].isEmpty {
            let channel = indices[output]
            guard let process = processes[channel] else {
                unchanged.append(output)
                continue
            }
            let source = parent.channels[channel]
            let group = Group(
                process: ObjectIdentifier(type(of: process)), rate: source.samplingRate, count: source.sampleCount, range: ranges[output])
            groups[group, default: []].append(output)
        }
        if !unchanged.isEmpty {
            let signals = try parent.samples(of: unchanged.map { indices[$0] }, in: unchanged.map { ranges[$0] })
            for (output, signal) in zip(unchanged, signals) { results[output] = signal }
        }
        for (group, outputs) in groups {
            let signals = try processed(outputs.map { indices[$0] }, in: group.range)
            for (output, signal) in zip(outputs, signals) { results[output] = signal }
        }
        return results
    }

    /// Channels that are processed together.
    private struct Group: Hashable {
        let process: ObjectIdentifier
        let rate: Double
        let count: Int
        let range: Range<Int>
    }

    private func processed(_ indices: [Int], in range: Range<Int>) throws(EEGDataError) -> [[Float]] {
        let first = indices[0]
        guard let process = processes[first],
            let place = segments.indices.first(where: { segments[$0].samples(of: channels[first]).contains(range.lowerBound) })
        else {
            throw .invalidArgument(name: "range of \(channels[first].label)", expected: "samples of a segment", found: "\(range)")
        }
        let start = segments[place].samples(of: channels[first]).lowerBound
        let stored = parent.segments[place].samples(of: parent.channels[first])
        let outputs = (range.lowerBound - start)..<(range.upperBound - start)
        let inputs = process.inputs(for: outputs, of: stored.count)
        let wanted = (stored.lowerBound + inputs.lowerBound)..<(stored.lowerBound + inputs.upperBound)
        let signals = Tensor(rows: try parent.samples(of: indices, in: indices.map { _ in wanted }))
        return process.results(outputs, from: signals, of: stored.count).rows
    }
}

extension Tensor {
    /// Signals of equal length as `[channel, time]`.
    init(rows: [[Float]]) {
        let length = rows.first?.count ?? 0
        self.init(unsafeUninitializedShape: [rows.count, length]) { target in
            for (row, values) in rows.enumerated() { _ = target[(row * length)...].update(fromContentsOf: values) }
        }
    }

    /// The signals of a tensor `[channel, time]`.
    var rows: [[Float]] {
        let length = shape[1]
        return withUnsafeBufferPointer { values in
            (0..<shape[0]).map { Array(UnsafeBufferPointer(rebasing: values[($0 * length)..<(($0 + 1) * length)])) }
        }
    }

    /// Samples `range` of a tensor `[channel, time]`.
    func samples(_ range: Range<Int>) -> Tensor {
        let (rows, length) = (shape[0], shape[1])
        if range == 0..<length { return self }
        return Tensor(unsafeUninitializedShape: [rows, range.count]) { target in
            withUnsafeBufferPointer { source in
                for row in 0..<rows {
                    let part = source[(row * length + range.lowerBound)..<(row * length + range.upperBound)]
                    _ = target[(row * range.count)...].update(fromContentsOf: part)
                }
            }
        }
    }
}
