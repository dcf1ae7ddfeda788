extension TimeSeries {
    /// The signal, as the real part, together with its Hilbert transform, as the imaginary part: the signal without negative frequencies.
    ///
    /// By the spectrum of the whole row, which counts as periodic.
    public func analyticSignal() -> ComplexSeries<Self> {
        ComplexSeries(real: self, imaginary: mapRows(to: sampleCount) { x, y in hilbert(x, y) { $1 } })
    }

    /// The instantaneous amplitude: the magnitude of the analytic signal.
    public func envelope() -> Self {
        mapRows(to: sampleCount) { x, y in hilbert(x, y) { ($0 * $0 + $1 * $1).squareRoot() } }
    }
}

/// Writes a function of the signal and its Hilbert transform.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func hilbert<Scalar: SignalScalar>(
    _ x: Rows<Scalar>, _ y: MutableRows<Scalar>, _ result: (_ real: Scalar, _ imaginary: Scalar) -> Scalar
) {
    let length = x.length
    guard length > 0 else { return }
    let bins = length / 2 + 1
    let forward = FourierPlan.plan(.realForward, length: length, Scalar.self)
    let inverse = FourierPlan.plan(.realInverse, length: length, Scalar.self)
    parallelFor(x.count, grain: max(1, 8192 / length)) { rows in
        withScratch(length, Scalar.self) { samples in
            withScratch(2 * bins, Scalar.self) { spectrum in
                for row in rows {
                    samples.update(from: x[row], count: length)
                    forward.run(samples, spectrum)
                    // The transform turns positive frequencies by -90 degrees; a mean and the bin at half the rate have none.
                    let scale = 1 / Scalar(length)
                    for bin in 0..<bins {
                        let (real, imaginary) = (spectrum[2 * bin] * scale, spectrum[2 * bin + 1] * scale)
                        let isKept = bin > 0 && 2 * bin < length
                        spectrum[2 * bin] = isKept ? imaginary : 0
                        spectrum[2 * bin + 1] = isKept ? -real : 0
                    }
                    inverse.run(spectrum, samples)
                    for index in 0..<length { y[row][index] = result(x[row][index], samples[index]) }
                }
            }
        }
    }
}
