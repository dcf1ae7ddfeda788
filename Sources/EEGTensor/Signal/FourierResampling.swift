extension TimeSeries {
    /// Resamples a signal that counts as periodic by cutting or extending its spectrum: `samples` samples over the same time.
    ///
    /// The same numbers as SciPy's `resample`.
    public func resampledFourier(to samples: Int) -> Self {
        require(sampleCount > 0 && samples > 0, "resampledFourier: from \(sampleCount) to \(samples) samples")
        return mapRows(to: samples) { x, y in
            fourierResample(x, y, window: FourierWindow(length: x.length, start: 0), resampled: samples, dropping: 0)
        }
    }

    /// Changes the sampling rate by the factor `up / down` through the spectrum, with both ends extended so that a signal need not be periodic.
    ///
    /// The same numbers as MNE-Python's `resample` with `method="fft"`: ends mirrored at the end points as far as they reach.
    ///
    /// - Returns: `samples up / down`, rounded, in each row.
    public func resampledFourier(up: Double, down: Double = 1, padding: ResamplingPadding = .automatic) -> Self {
        require(up > 0 && down > 0 && (up / down).isFinite, "resampledFourier: a factor of \(up)/\(down)")
        require(sampleCount > 0, "resampledFourier: rows without samples")
        let ratio = up / down
        func scaled(_ count: Int) -> Int { Int((ratio * Double(count)).rounded(.toNearestOrEven)) }
        let samples = scaled(sampleCount)
        require(samples > 0, "resampledFourier: no sample is left of \(sampleCount) at a factor of \(ratio)")
        let (front, back) = padding.samples(for: sampleCount)
        let length = sampleCount + front + back
        return mapRows(to: samples) { x, y in
            fourierResample(
                x, y, window: FourierWindow(length: length, start: -front), resampled: max(scaled(length), 1), dropping: scaled(front))
        }
    }
}

/// By how many samples a signal is extended at both ends for resampling.
public enum ResamplingPadding: Hashable, Sendable {
    /// To the next power of two that leaves room for an eighth of the signal, at most 100 samples, at both ends.
    case automatic
    /// This many samples at each end.
    case fixed(Int)

    func samples(for count: Int) -> (front: Int, back: Int) {
        switch self {
        case .fixed(let padding):
            require(padding >= 0, "resampledFourier: a padding of \(padding)")
            return (padding, padding)
        case .automatic:
            let least = count + 2 * min(count / 8, 100)
            var length = 1
            while length < least { length *= 2 }
            return ((length - count) / 2, length - count - (length - count) / 2)
        }
    }
}

/// The part of a row, mirrored at its ends, that a transform sees.
private struct FourierWindow {
    let length: Int
    let start: Int
}

/// Resamples `window` to `resampled` samples and writes those from `dropping` on.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func fourierResample<Scalar: SignalScalar>(
    _ x: Rows<Scalar>, _ y: MutableRows<Scalar>, window: FourierWindow, resampled: Int, dropping: Int
) {
    let forward = FourierPlan.plan(.realForward, length: window.length, Scalar.self)
    let inverse = FourierPlan.plan(.realInverse, length: resampled, Scalar.self)
    let (bins, newBins) = (window.length / 2 + 1, resampled / 2 + 1)
    let shorter = min(window.length, resampled)
    let scale = 1 / Scalar(window.length)
    /// Of the bin at half the shorter length's rate one half stands for the other, negative frequency.
    let limitScale: Scalar = shorter % 2 == 1 || window.length == resampled ? 1 : resampled < window.length ? 2 : 0.5
    parallelFor(x.count, grain: max(1, 8192 / max(window.length, resampled))) { rows in
        withScratch(max(window.length, resampled), Scalar.self) { samples in
            withScratch(2 * max(bins, newBins), Scalar.self) { spectrum in
                for row in rows {
                    copyMirrored(x[row], x.length, from: window.start, to: samples, count: window.length)
                    forward.run(samples, spectrum)
                    let kept = 2 * (shorter / 2 + 1)
                    for index in 0..<kept { spectrum[index] *= scale }
                    spectrum[kept - 2] *= limitScale
                    spectrum[kept - 1] *= limitScale
                    for index in kept..<max(kept, 2 * newBins) { spectrum[index] = 0 }
                    inverse.run(spectrum, samples)
                    y[row].update(from: samples + dropping, count: y.length)
                }
            }
        }
    }
}
