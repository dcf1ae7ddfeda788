extension TimeSeries {
    /// Changes the sampling rate by the factor `up / down` with a linear-phase low-pass filter, computing only the samples that are kept.
    ///
    /// The filter is a windowed sinc (Kaiser, beta 5) of 20 max(up, down) + 1 taps at the lower of both rates' limits; the signal counts as zero
    /// outside of its samples. The same numbers as SciPy's `resample_poly`.
    ///
    /// - Returns: ceil(samples up / down) samples a row.
    public func resampledPolyphase(up: Int, down: Int) -> Self {
        require(up > 0 && down > 0, "resampledPolyphase: a factor of \(up)/\(down)")
        let divisor = greatestCommonDivisor(up, down)
        let (up, down) = (up / divisor, down / divisor)
        if up == down { return self }
        let filter = PolyphaseFilter<Scalar>(resamplingUp: up, down: down)
        return mapRows(to: (sampleCount * up + down - 1) / down) { x, y in filter.run(x, y) }
    }
}

/// A filter that reads at one rate and writes at another: output q up + r is the sum of `coefficients[r][j] x[q down + offsets[r] + j]`.
struct PolyphaseFilter<Scalar: SignalScalar> {
    let up: Int
    let down: Int
    /// The coefficients of each of the `up` phases, `taps` of them.
    private let coefficients: [Scalar]
    private let offsets: [Int64]
    private let taps: Int

    /// Output m is the sum over k of `response[center + m down - k up] x[k]`.
    init(response: [Double], center: Int, up: Int, down: Int) {
        let phases = (0..<up).map { phase -> (offset: Int, values: [Double]) in
            let last = center + phase * down
            let first = floorDivide(last - response.count, up) + 1
            let values = (first...max(first, floorDivide(last, up))).map { k in
                response.indices.contains(last - k * up) ? response[last - k * up] : 0
            }
            return (first, values)
        }
        let taps = phases.reduce(1) { max($0, $1.values.count) }
        self.up = up
        self.down = down
        self.taps = taps
        offsets = phases.map { Int64($0.offset) }
        coefficients = phases.flatMap { phase in
            phase.values.map { Scalar($0) } + [Scalar](repeating: 0, count: taps - phase.values.count)
        }
    }

    /// The resampling filter, with the taps that are zero but for rounding set to zero.
    init(resamplingUp up: Int, down: Int) {
        let rate = max(up, down)
        let response = WindowFunction.kaiser(beta: 5).lowPass(taps: 20 * rate + 1, cutoff: 1 / Double(rate)).enumerated().map {
            index, value in
            index % rate == 0 && index != 10 * rate ? 0 : value * Double(up)
        }
        self.init(response: response, center: 10 * rate, up: up, down: down)
    }

    func run(_ x: Rows<Scalar>, _ y: MutableRows<Scalar>) {
        guard y.length > 0 else { return }
        Scalar.signalKernels.polyphase(x.base, y.base, x.count, x.length, y.length, up, down, coefficients, offsets, taps)
    }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

private func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : -((b - 1 - a) / b) }
