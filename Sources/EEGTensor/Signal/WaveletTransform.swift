/// A signal split into octaves by a wavelet.
public struct WaveletDecomposition<Series: TimeSeries>: Sendable {
    /// What is left of the signal below all details.
    public var approximation: Series
    /// The details, the finest (the upper half of all frequencies) first.
    public var details: [Series]
    public let wavelet: Wavelet
    public let mode: WaveletMode
    /// The samples of the signal.
    public let sampleCount: Int

    /// The signal again: the inverse transform.
    public func reconstructed() -> Series {
        var signal = approximation
        for (level, detail) in details.enumerated().reversed() {
            let length = level > 0 ? details[level - 1].sampleCount : sampleCount
            signal = signal.merged(with: detail, wavelet, mode, to: length)
        }
        return signal
    }
}

extension TimeSeries {
    /// The discrete wavelet transform: the signal is split `levels` times into approximation and detail.
    ///
    /// The same numbers as PyWavelets' `wavedec` (Mallat 1989).
    ///
    /// - Parameter levels: at least 1; more than log2(samples / (taps - 1)) see little but the ends.
    public func waveletDecomposition(
        _ wavelet: Wavelet, levels: Int = 1, mode: WaveletMode = .symmetric
    ) -> WaveletDecomposition<Self> {
        require(levels >= 1, "waveletDecomposition: \(levels) levels")
        require(sampleCount > 0, "waveletDecomposition: rows without samples")
        var approximation = self
        var details: [Self] = []
        for _ in 0..<levels {
            details.append(approximation.split(by: wavelet.decompositionHighPass, mode))
            approximation = approximation.split(by: wavelet.decompositionLowPass, mode)
        }
        return WaveletDecomposition(
            approximation: approximation, details: details, wavelet: wavelet, mode: mode, sampleCount: sampleCount)
    }

    /// Every second sample of the filtered signal.
    fileprivate func split(by filter: [Double], _ mode: WaveletMode) -> Self {
        let isPeriodized = mode == .periodization
        let coefficients = isPeriodized ? (sampleCount + 1) / 2 : (sampleCount + filter.count - 1) / 2
        let padding = filter.count
        let center = padding + (isPeriodized ? filter.count / 2 : 1)
        let polyphase = PolyphaseFilter<Scalar>(response: filter, center: center, up: 1, down: 2)
        return mapRows(to: coefficients) { x, y in
            let extended = x.length + 2 * padding + 1
            withScratch(x.count * extended, Scalar.self) { scratch in
                for row in 0..<x.count { extend(x[row], x.length, by: padding, to: scratch + row * extended, extended, mode) }
                polyphase.run(Rows(base: UnsafePointer(scratch), count: x.count, length: extended), y)
            }
        }
    }

    /// The signal of `length` samples of which this is the approximation and `detail` the detail.
    fileprivate func merged(with detail: Self, _ wavelet: Wavelet, _ mode: WaveletMode, to length: Int) -> Self {
        let isPeriodized = mode == .periodization
        let taps = wavelet.length
        let count = detail.sampleCount
        require(
            sampleCount == count && detail.rowCount == rowCount && length <= (isPeriodized ? 2 * count : 2 * count - taps + 2),
            "reconstructed: \(sampleCount) approximation and \(count) detail coefficients for \(length) samples")
        let padding = isPeriodized ? taps / 2 : 0
        let center = isPeriodized ? taps / 2 - 1 + 2 * padding : taps - 2
        let filters = [wavelet.reconstructionLowPass, wavelet.reconstructionHighPass].map {
            PolyphaseFilter<Scalar>(response: $0, center: center, up: 2, down: 1)
        }
        return mapRows(to: length) { x, y in
            detail.withUnsafeSamples { detail in
                let extended = count + 2 * padding
                withScratch(x.count * extended, Scalar.self) { scratch in
                    withScratch(x.count * length, Scalar.self) { sum in
                        for (source, target, filter) in [(x.base, y.base, filters[0]), (detail, sum, filters[1])] {
                            for row in 0..<x.count {
                                extend(source + row * count, count, by: padding, to: scratch + row * extended, extended, .periodic)
                            }
                            filter.run(
                                Rows(base: UnsafePointer(scratch), count: x.count, length: extended),
                                MutableRows(base: target, count: x.count, length: length))
                        }
                        add(UnsafePointer(sum), to: y.base, x.count * length)
                    }
                }
            }
        }
    }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func add<Scalar: SignalScalar>(_ x: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>, _ count: Int) {
    for index in 0..<count { y[index] += x[index] }
}

/// Copies a row to the middle of `target`, whose first `padding` samples and all behind the row are filled as the mode says.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func extend<Scalar: SignalScalar>(
    _ row: UnsafePointer<Scalar>, _ length: Int, by padding: Int, to target: UnsafeMutablePointer<Scalar>, _ count: Int, _ mode: WaveletMode
) {
    (target + padding).update(from: row, count: length)
    for index in 0..<padding { target[index] = mode.source(index - padding, length).map { row[$0] } ?? 0 }
    for index in (padding + length)..<max(count, padding + length) {
        target[index] = mode.source(index - padding, length).map { row[$0] } ?? 0
    }
}
