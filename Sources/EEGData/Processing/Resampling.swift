internal import EEGTensor

extension Recording {
    /// The recording at another sampling rate, computed as it is read, with a linear-phase filter against aliasing (see
    /// `resampledPolyphase`); before its first and behind its last sample each segment is mirrored at its end points.
    ///
    /// All channels get the rate, and as many samples as the shortest of them has in a segment. Any range reads as if the whole segment had been
    /// resampled. Stimulus channels keep their codes: each sample has one of those of its stretch of time, the first changed one if there is a change.
    ///
    /// - Throws: where a rate is not positive, or its ratio to the new one is not that of two whole numbers up to 10,000.
    public func resampled(to samplingRate: Double) throws(EEGDataError) -> Recording {
        var ratios: [RateRatio] = []
        for channel in channels { ratios.append(try RateRatio(from: channel, to: samplingRate)) }
        let processes = zip(channels, ratios).map { channel, ratio -> any SegmentProcess in
            channel.kind == .stimulus ? CodeProcess(ratio: ratio) : PolyphaseProcess(ratio: ratio)
        }
        return rated(samplingRate, processes, by: "resampled to \(samplingRate) Hz, polyphase, Kaiser 5; codes held") { count, channel in
            (count * ratios[channel].up + ratios[channel].down - 1) / ratios[channel].down
        }
    }

    /// The recording with only every `factor`-th sample, the first one kept, without a filter: what lies beyond half of the new rate must have
    /// been filtered out before.
    public func decimated(by factor: Int) throws(EEGDataError) -> Recording {
        guard factor > 0 else { throw .invalidArgument(name: "decimation", expected: "at least 1", found: "\(factor)") }
        guard let rate = channels.first?.samplingRate, channels.allSatisfy({ $0.samplingRate == rate }) else {
            throw .invalidArgument(name: "decimation", expected: "channels of one sampling rate", found: "\(channels.map(\.samplingRate))")
        }
        let process = Decimation(factor: factor)
        return rated(rate / Double(factor), channels.map { _ in process }, by: "decimated by \(factor)") { count, _ in
            (count + factor - 1) / factor
        }
    }

    /// The recording with processes that change the rate; `count` tells how many samples they make of a number of them.
    private func rated(
        _ samplingRate: Double, _ processes: [any SegmentProcess], by step: String, count: (Int, Int) -> Int
    ) -> Recording {
        var total = 0
        let segments = segments.map { segment in
            let samples = channels.indices.map { count(segment.samples(of: channels[$0]).count, $0) }.min() ?? 0
            defer { total += samples }
            return Segment(
                start: segment.start, storedStart: Double(total) / samplingRate, duration: Double(samples) / samplingRate)
        }
        let results = channels.map { channel in
            var channel = channel
            channel.samplingRate = samplingRate
            channel.sampleCount = total
            channel.digitization = nil
            return channel
        }
        let source = ProcessedSource(parent: self, channels: results, segments: segments, processes: processes)
        return derived(source, channels: results, segments: segments, by: step)
    }
}

/// Every `factor`-th sample.
private struct Decimation: SegmentProcess {
    let factor: Int

    func inputs(for outputs: Range<Int>, of count: Int) -> Range<Int> {
        (outputs.lowerBound * factor)..<((outputs.upperBound - 1) * factor + 1)
    }

    func results(_ outputs: Range<Int>, from signals: Tensor, of count: Int) -> Tensor {
        let (rows, length) = (signals.shape[0], signals.shape[1])
        return Tensor(unsafeUninitializedShape: [rows, outputs.count]) { target in
            signals.withUnsafeBufferPointer { source in
                for row in 0..<rows {
                    for index in 0..<outputs.count { target[row * outputs.count + index] = source[row * length + index * factor] }
                }
            }
        }
    }
}

/// A change of rate by `up / down` in lowest terms.
private struct RateRatio: Sendable {
    let up: Int
    let down: Int

    init(from channel: Channel, to rate: Double) throws(EEGDataError) {
        guard rate > 0, rate.isFinite, channel.samplingRate > 0 else {
            throw .invalidArgument(name: "sampling rate", expected: "positive rates", found: "\(channel.samplingRate) to \(rate) Hz")
        }
        let ratio = rate / channel.samplingRate
        guard let down = (1...10_000).first(where: { abs(ratio * Double($0) - (ratio * Double($0)).rounded()) < 1e-9 * Double($0) }),
            (ratio * Double(down)).rounded() <= 10_000, ratio * Double(down) >= 0.5
        else {
            throw .invalidArgument(
                name: "sampling rate of \(channel.label)", expected: "a ratio of two whole numbers up to 10,000",
                found: "\(channel.samplingRate) to \(rate) Hz")
        }
        self.down = down
        up = Int((ratio * Double(down)).rounded())
    }
}

/// Codes of events at another rate: no code is made up, and none that lasts a sample is lost unless another follows within a sample of the result.
private struct CodeProcess: SegmentProcess {
    let ratio: RateRatio

    /// The samples from the time of a result up to that of the next; one at least.
    private func samples(of output: Int, of count: Int) -> Range<Int> {
        let first = min(output * ratio.down / ratio.up, count - 1)
        return first..<min(max(first + 1, ((output + 1) * ratio.down + ratio.up - 1) / ratio.up), count)
    }

    func inputs(for outputs: Range<Int>, of count: Int) -> Range<Int> {
        // With the sample before them, from which the first may differ.
        max(0, samples(of: outputs.lowerBound, of: count).lowerBound - 1)..<samples(of: outputs.upperBound - 1, of: count).upperBound
    }

    func results(_ outputs: Range<Int>, from signals: Tensor, of count: Int) -> Tensor {
        let (rows, length) = (signals.shape[0], signals.shape[1])
        let start = inputs(for: outputs, of: count).lowerBound
        return Tensor(unsafeUninitializedShape: [rows, outputs.count]) { target in
            signals.withUnsafeBufferPointer { source in
                for row in 0..<rows {
                    let signal = source[(row * length)..<((row + 1) * length)]
                    for (place, output) in outputs.enumerated() {
                        let stretch = samples(of: output, of: count)
                        let first = row * length + stretch.lowerBound - start
                        let before = signal[max(row * length, first - 1)]
                        let codes = signal[first..<(first + stretch.count)]
                        target[row * outputs.count + place] = codes.first { $0 != before } ?? before
                    }
                }
            }
        }
    }
}

/// A change of rate with a filter against aliasing.
private struct PolyphaseProcess: SegmentProcess {
    let ratio: RateRatio
    private var up: Int { ratio.up }
    private var down: Int { ratio.down }

    /// How far the filter reaches to both sides at the common multiple of both rates.
    private var reach: Int { 10 * max(up, down) }

    /// The samples that results depend on, which may lie outside of the segment; the first is a multiple of `down`, so that a result falls on
    /// it.
    private func needed(for outputs: Range<Int>) -> Range<Int> {
        if up == down { return outputs }
        let first = (outputs.lowerBound * down - reach).floorDivided(by: up)
        let last = ((outputs.upperBound - 1) * down + reach).floorDivided(by: up)
        return (first.floorDivided(by: down) * down)..<(last + 1)
    }

    func inputs(for outputs: Range<Int>, of count: Int) -> Range<Int> {
        let needed = needed(for: outputs)
        // What lies outside is mirrored, as far as there is something.
        let lower = needed.upperBound > count ? min(needed.lowerBound, 2 * count - 1 - needed.upperBound) : needed.lowerBound
        let upper = needed.lowerBound < 0 ? max(needed.upperBound, 1 - needed.lowerBound) : needed.upperBound
        return min(max(0, lower), max(0, count - 1))..<min(count, upper)
    }

    func results(_ outputs: Range<Int>, from signals: Tensor, of count: Int) -> Tensor {
        if up == down { return signals }
        let needed = needed(for: outputs)
        let (rows, length) = (signals.shape[0], signals.shape[1])
        let start = inputs(for: outputs, of: count).lowerBound
        let extended = Tensor(unsafeUninitializedShape: [rows, needed.count]) { target in
            signals.withUnsafeBufferPointer { source in
                for row in 0..<rows {
                    let signal = UnsafeBufferPointer(rebasing: source[(row * length)..<((row + 1) * length)])
                    for (place, sample) in needed.enumerated() {
                        target[row * needed.count + place] = signal.mirrored(at: sample - start, first: -start, last: count - 1 - start)
                    }
                }
            }
        }
        let skipped = needed.lowerBound / down * up
        return extended.resampledPolyphase(up: up, down: down)
            .samples((outputs.lowerBound - skipped)..<(outputs.upperBound - skipped))
    }
}

extension UnsafeBufferPointer<Float> {
    /// A sample of the signal, mirrored at the points `first` and `last` outside of them as far as there is something to mirror.
    fileprivate func mirrored(at index: Int, first: Int, last: Int) -> Float {
        if index < first { return 2 * self[first] - self[Swift.min(2 * first - index, last)] }
        if index > last { return 2 * self[last] - self[Swift.max(2 * last - index, first)] }
        return self[index]
    }
}

extension Int {
    fileprivate func floorDivided(by divisor: Int) -> Int { self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor) }
}
