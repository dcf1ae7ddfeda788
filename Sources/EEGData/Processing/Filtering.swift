public import EEGTensor
internal import Foundation

/// How a filter for a band of frequencies is made; both kinds are applied without a shift in time.
public enum FilterDesign: Sendable, Hashable {
    /// A windowed sinc with the conventions of MNE-Python, applied centred (see `FIRFilter`).
    case fir(transitions: FIRFilter.Transitions = .init())
    /// A Butterworth filter of this order, run forwards and backwards, which squares its gain.
    case butterworth(order: Int)
}

extension Recording {
    /// The recording with its signals filtered, without a shift in time, as they are read; stimulus channels stay as they are.
    ///
    /// Any range reads as if the whole segment had been filtered: so much around it is read as the filter reaches (half of its length for a FIR
    /// filter; for a recursive one until its answer to an impulse has fallen to 1e-9). A low edge reaches far: windows much shorter than that
    /// are cheaper from `cached(in:)` or `loaded()`. Samples that are not finite spread over all that is read with them: replace them before.
    ///
    /// - Throws: `EEGDataError` where a channel's sampling rate does not allow the filter.
    public func filtered(_ band: FilterBand, by design: FilterDesign = .fir()) throws(EEGDataError) -> Recording {
        try processed(by: "filtered \(band) \(design)") { rate throws(FilterDesignError) in
            switch design {
            case .fir(let transitions):
                CenteredFilter(try FIRFilter(band, samplingRate: rate, transitions: transitions))
            case .butterworth(let order):
                ZeroPhaseFilter(try .butterworth(order: order, band, samplingRate: rate))
            }
        }
    }

    /// The recording without line noise: notches at some frequencies, run forwards and backwards.
    ///
    /// - Parameters:
    ///   - frequencies: in Hz, such as `[50, 100]`; those beyond half of a channel's sampling rate do not touch it.
    ///   - quality: a frequency divided by the width of its notch.
    /// - Throws: `EEGDataError` where a frequency or the quality is not positive.
    public func notchFiltered(at frequencies: [Double], quality: Double = 30) throws(EEGDataError) -> Recording {
        try processed(by: "notch at \(frequencies), quality \(quality)") { rate throws(FilterDesignError) in
            var sections: [SecondOrderSections.Section] = []
            for frequency in frequencies where frequency < rate / 2 {
                sections += try SecondOrderSections.notch(at: frequency, quality: quality, samplingRate: rate).sections
            }
            return sections.isEmpty ? nil : ZeroPhaseFilter(SecondOrderSections(sections))
        }
    }

    /// The recording with a filter for each sampling rate applied.
    private func processed(
        by step: String, _ make: (Double) throws(FilterDesignError) -> (any SegmentProcess)?
    ) throws(EEGDataError) -> Recording {
        var filters: [Double: (any SegmentProcess)?] = [:]
        for rate in Set(channels.filter { $0.kind != .stimulus }.map(\.samplingRate)) {
            do throws(FilterDesignError) { filters[rate] = try make(rate) } catch {
                throw .invalidArgument(name: "filter: \(error.field) at \(rate) Hz", expected: error.expected, found: error.value)
            }
        }
        let processes = channels.map { $0.kind == .stimulus ? nil : filters[$0.samplingRate] ?? nil }
        let results = channels.map { channel in
            guard channel.kind != .stimulus else { return channel }
            var channel = channel
            channel.digitization = nil
            return channel
        }
        let source = ProcessedSource(parent: self, channels: results, segments: segments, processes: processes)
        return derived(source, channels: results, by: step)
    }
}

/// A FIR filter, centred on each sample.
private struct CenteredFilter: SegmentProcess {
    let filter: FIRFilter
    let half: Int
    let sum: Float

    init(_ filter: FIRFilter) {
        self.filter = filter
        half = filter.coefficients.count / 2
        sum = Float(filter.coefficients.reduce(0, +))
    }

    func inputs(for outputs: Range<Int>, of count: Int) -> Range<Int> { surroundings(of: outputs, reach: half, of: count) }

    func results(_ outputs: Range<Int>, from signals: Tensor, of count: Int) -> Tensor {
        // Without the first sample of each row an offset, which may be a thousand times the signal, costs no precision.
        let offsets = signals.removingFirstSamples()
        let start = inputs(for: outputs, of: count).lowerBound
        var results = offsets.signals.filteredZeroPhase(by: filter)
            .samples((outputs.lowerBound - start)..<(outputs.upperBound - start))
        results.add(offsets.values, times: sum)
        return results
    }
}

/// A recursive filter, run forwards and backwards.
private struct ZeroPhaseFilter: SegmentProcess {
    let filter: SecondOrderSections
    let reach: Int

    init(_ filter: SecondOrderSections) {
        self.filter = filter
        let radius =
            filter.sections.map { section -> Double in
                let discriminant = section.a1 * section.a1 - 4 * section.a2
                if discriminant < 0 { return section.a2.squareRoot() }
                return max(abs(-section.a1 + discriminant.squareRoot()), abs(-section.a1 - discriminant.squareRoot())) / 2
            }.max() ?? 0
        // Beyond 2^40 the whole segment is read in any case. A filter of no sections has radius 0.
        reach = radius > 0 && radius < 1 ? Int(min(0x1p40, (log(1e-9) / log(radius)).rounded(.up))) : 0
    }

    func inputs(for outputs: Range<Int>, of count: Int) -> Range<Int> { surroundings(of: outputs, reach: reach, of: count) }

    func results(_ outputs: Range<Int>, from signals: Tensor, of count: Int) -> Tensor {
        let start = inputs(for: outputs, of: count).lowerBound
        return signals.filteredZeroPhase(by: filter).samples((outputs.lowerBound - start)..<(outputs.upperBound - start))
    }
}

/// A range with `reach` samples more at both sides, as far as there are any; at an end of the segment at least as many as are mirrored there.
private func surroundings(of range: Range<Int>, reach: Int, of count: Int) -> Range<Int> {
    var (lower, upper) = (max(0, range.lowerBound - reach), min(count, range.upperBound + reach))
    if lower == 0 { upper = max(upper, min(count, reach + 1)) }
    if upper == count { lower = min(lower, max(0, count - reach - 1)) }
    return lower..<upper
}

extension Tensor {
    /// The signals `[channel, time]` minus the first sample of each, and these.
    fileprivate func removingFirstSamples() -> (signals: Tensor, values: [Float]) {
        let (rows, length) = (shape[0], shape[1])
        let values = withUnsafeBufferPointer { source in (0..<rows).map { length > 0 ? source[$0 * length] : 0 } }
        var signals = self
        signals.add(values, times: -1)
        return (signals, values)
    }

    /// Adds a number to each row of `[channel, time]`.
    fileprivate mutating func add(_ values: [Float], times factor: Float) {
        let (rows, length) = (shape[0], shape[1])
        withUnsafeMutableBufferPointer { target in
            for row in 0..<rows {
                let value = values[row] * factor
                for index in (row * length)..<((row + 1) * length) { target[index] += value }
            }
        }
    }
}
