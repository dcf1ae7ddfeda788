internal import Foundation

extension TimeSeries {
    /// Filters without a shift in time: the impulse response is centred on each sample.
    ///
    /// Before its first and behind its last sample the signal is mirrored at its end points as far as it reaches, and zero beyond
    /// (`reflect_limited` of MNE-Python). Computed by fast convolution in blocks (overlap-save).
    public func filteredZeroPhase(by filter: FIRFilter) -> Self {
        mapRows(to: sampleCount) { x, y in fastConvolution(x, y, filter.coefficients) }
    }
}

/// The size of a block of fast convolution with `taps` coefficients: the least work for a sample, as transforms of growing size make better use
/// of their overlap but leave the cache.
private func blockLength(taps: Int, samples: Int) -> Int {
    func work(_ length: Int) -> Double {
        let blocks = ((samples + length - taps) / (length - taps + 1))
        let transform = Double(length) * (log2(Double(length)) + 3)
        return Double(blocks) * transform * (length > 8192 ? 1.5 : 1)
    }
    var best = 64
    while best < 2 * taps { best *= 2 }
    var length = best
    while length < 2 * (samples + taps) {
        length *= 2
        if work(length) < work(best) { best = length }
    }
    return best
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func fastConvolution<Scalar: SignalScalar>(_ x: Rows<Scalar>, _ y: MutableRows<Scalar>, _ coefficients: [Double]) {
    guard x.length > 0 else { return }
    let taps = coefficients.count
    let half = taps / 2
    let length = blockLength(taps: taps, samples: x.length)
    let bins = length / 2 + 1
    let forward = FourierPlan.plan(.realForward, length: length, Scalar.self)
    let inverse = FourierPlan.plan(.realInverse, length: length, Scalar.self)
    let response = centredResponse(coefficients, length: length)
    /// Each block reads `length` samples from `half` in front of its first output, of which `step` outputs are free of wrap-around.
    let step = length - taps + 1
    let blocks = (x.length + step - 1) / step
    response.withUnsafeBufferPointer { response in
        withScratch(2 * bins, Scalar.self) { gains in
            for index in 0..<(2 * bins) { gains[index] = Scalar(response[index / 2]) / Scalar(length) }
            let gains = UnsafePointer(gains)
            parallelFor(x.count * blocks, grain: max(1, 8192 / length)) { range in
                withScratch(length, Scalar.self) { segment in
                    withScratch(2 * bins, Scalar.self) { spectrum in
                        for index in range {
                            let (row, begin) = (index / blocks, index % blocks * step)
                            copyMirrored(x[row], x.length, from: begin - half, to: segment, count: length)
                            forward.run(segment, spectrum)
                            Scalar.signalKernels.scaleBy(spectrum, gains, 2 * bins)
                            inverse.run(spectrum, segment)
                            (y[row] + begin).update(from: segment + half, count: min(step, x.length - begin))
                        }
                    }
                }
            }
        }
    }
}

/// The spectrum of a symmetric impulse response centred on sample 0: real numbers.
private func centredResponse(_ coefficients: [Double], length: Int) -> [Double] {
    let (half, bins) = (coefficients.count / 2, length / 2 + 1)
    return withScratch(length, Double.self) { centred in
        withScratch(2 * bins, Double.self) { spectrum in
            centred.initialize(repeating: 0, count: length)
            for (index, value) in coefficients.enumerated() { centred[(index - half + length) % length] = value }
            FourierPlan.plan(.realForward, length: length, Double.self).run(centred, spectrum)
            return (0..<bins).map { spectrum[2 * $0] }
        }
    }
}

/// Copies samples `start..<start + count` of a row, mirrored at its end points where they lie outside of it, and zero where they lie so far
/// outside that the mirror does not reach.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func copyMirrored<Scalar: SignalScalar>(
    _ row: UnsafePointer<Scalar>, _ length: Int, from start: Int, to target: UnsafeMutablePointer<Scalar>, count: Int
) {
    let inside = max(0, -start)..<max(max(0, -start), min(count, length - start))
    for index in 0..<min(inside.lowerBound, count) {
        let source = -(start + index)
        target[index] = source < length ? 2 * row[0] - row[source] : 0
    }
    if !inside.isEmpty { (target + inside.lowerBound).update(from: row + start + inside.lowerBound, count: inside.count) }
    for index in inside.upperBound..<max(inside.upperBound, count) {
        let source = 2 * (length - 1) - (start + index)
        target[index] = source >= 0 ? 2 * row[length - 1] - row[source] : 0
    }
}
