/// Power over frequency, one spectrum a row.
public struct PowerSpectrum<Series: TimeSeries>: Sendable {
    /// The frequencies in Hz, from 0 to half the sampling rate.
    public let frequencies: [Double]
    /// The power at each frequency, in squared units of the signal (a spectrum) or per Hz (a density).
    public let power: Series
}

/// What the power in a bin stands for.
public enum SpectrumScaling: Hashable, Sendable {
    /// Power per Hz.
    case density
    /// The power of an oscillation at this frequency.
    case spectrum
}

extension TimeSeries {
    /// The power spectrum by Welch's method: the mean over windowed segments that overlap (Welch 1967), one-sided.
    ///
    /// The same numbers as SciPy's `welch`.
    ///
    /// - Parameters:
    ///   - samplingRate: in Hz.
    ///   - segment: samples in a segment; a shorter signal is one segment.
    ///   - overlap: samples that a segment shares with the next; nil: half of it.
    ///   - transformLength: segments are filled up with zeros to this length; nil: not at all.
    ///   - detrending: taken out of each segment.
    public func welchSpectrum(
        samplingRate: Double, segment: Int = 256, overlap: Int? = nil, transformLength: Int? = nil, window: WindowFunction = .hann,
        detrending: Detrending = .constant, scaling: SpectrumScaling = .density
    ) -> PowerSpectrum<Self> {
        let segment = min(segment, sampleCount)
        let overlap = overlap ?? segment / 2
        let length = transformLength ?? segment
        require(samplingRate > 0, "welchSpectrum: a sampling rate of \(samplingRate) Hz")
        require(
            segment > 0 && overlap >= 0 && overlap < segment && length >= segment,
            "welchSpectrum: segments of \(segment) samples overlapping by \(overlap) in transforms of \(length)")
        let weights = window.samples(segment, periodic: true)
        let energy = scaling == .density ? samplingRate * weights.reduce(0) { $0 + $1 * $1 } : weights.reduce(0, +) * weights.reduce(0, +)
        let segments = (sampleCount - overlap) / (segment - overlap)
        let welch = WelchMethod(
            weights: weights.map { Scalar($0) }, step: segment - overlap, segments: segments, length: length, detrending: detrending,
            scale: 1 / (energy * Double(segments)))
        return PowerSpectrum(
            frequencies: (0...length / 2).map { Double($0) * samplingRate / Double(length) },
            power: mapRows(to: length / 2 + 1) { x, y in welch.run(x, y) })
    }
}

private struct WelchMethod<Scalar: SignalScalar>: Sendable {
    let weights: [Scalar]
    let step: Int
    let segments: Int
    let length: Int
    let detrending: Detrending
    let scale: Double

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func run(_ x: Rows<Scalar>, _ y: MutableRows<Scalar>) {
        let plan = FourierPlan.plan(.realForward, length: length, Scalar.self)
        let bins = length / 2 + 1
        parallelFor(x.count, grain: max(1, 8192 / (length * segments))) { rows in
            withScratch(length, Scalar.self) { samples in
                withScratch(2 * bins, Scalar.self) { spectrum in
                    for row in rows {
                        y[row].initialize(repeating: 0, count: bins)
                        for index in 0..<segments { addPower(of: x[row] + index * step, to: y[row], samples, spectrum, plan) }
                        for bin in 0..<bins {
                            let isOneSided = bin > 0 && 2 * bin < length
                            y[row][bin] *= Scalar(isOneSided ? 2 * scale : scale)
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private func addPower(
        of segment: UnsafePointer<Scalar>, to power: UnsafeMutablePointer<Scalar>, _ samples: UnsafeMutablePointer<Scalar>,
        _ spectrum: UnsafeMutablePointer<Scalar>, _ plan: FourierPlan
    ) {
        removeTrend(detrending, segment, samples, weights.count)
        for index in weights.indices { samples[index] *= weights[index] }
        (samples + weights.count).initialize(repeating: 0, count: length - weights.count)
        plan.run(samples, spectrum)
        for bin in 0...(length / 2) {
            let (real, imaginary) = (spectrum[2 * bin], spectrum[2 * bin + 1])
            power[bin] += real * real + imaginary * imaginary
        }
    }
}
