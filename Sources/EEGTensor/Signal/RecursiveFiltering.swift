extension TimeSeries {
    /// Filters forwards in time, starting from rest: what a filter running on live data gives.
    ///
    /// Computed in double precision whatever the precision of the samples. See `StreamingFilter` for data that arrives in parts.
    public func filtered(by filter: SecondOrderSections) -> Self {
        var stream = StreamingFilter(filter)
        return stream.process(self)
    }

    /// Filters forwards, then backwards: no shift in time, and the squared gain.
    ///
    /// Both ends are extended by mirroring the signal at its end points, and each pass starts in the steady state of its first sample
    /// (Gustafsson 1996), so that an offset makes no transient. The extension has three times as many samples as the filter has
    /// coefficients, or one fewer than the signal where that is shorter.
    public func filteredZeroPhase(by filter: SecondOrderSections) -> Self {
        mapRows(to: sampleCount) { x, y in zeroPhase(x, y, filter) }
    }
}

/// A causal filter that keeps its state between calls: filtering a recording part by part gives the same bits as all at once.
///
/// ```swift
/// var stream = StreamingFilter(try .butterworth(order: 4, .bandPass(1...40), samplingRate: 250))
/// for chunk in chunks { consume(stream.process(chunk)) }
/// ```
public struct StreamingFilter: Sendable {
    public let filter: SecondOrderSections
    /// Two numbers for each row and section; empty before the first part.
    private var state: [Double] = []

    public init(_ filter: SecondOrderSections) { self.filter = filter }

    /// Filters the next part.
    ///
    /// - Precondition: it has as many rows as the parts before it.
    public mutating func process<Series: TimeSeries>(_ chunk: Series) -> Series {
        let expected = 2 * filter.sections.count * chunk.rowCount
        if state.isEmpty { state = [Double](repeating: 0, count: expected) }
        require(
            state.count == expected,
            "StreamingFilter: \(chunk.rowCount) rows after \(state.count / max(2 * filter.sections.count, 1)) in the parts before")
        let coefficients = filter.coefficients
        return chunk.mapRows(to: chunk.sampleCount) { x, y in
            state.withUnsafeMutableBufferPointer { state in
                guard let state = state.baseAddress else {
                    y.base.update(from: x.base, count: x.count * x.length)
                    return
                }
                Series.Scalar.signalKernels.filterSections(
                    x.base, y.base, x.count, x.length, coefficients, filter.sections.count, state, false)
            }
        }
    }
}

private func zeroPhase<Scalar: SignalScalar>(_ x: Rows<Scalar>, _ y: MutableRows<Scalar>, _ filter: SecondOrderSections) {
    let count = filter.sections.count
    guard x.length > 0, count > 0 else {
        y.base.update(from: x.base, count: x.count * x.length)
        return
    }
    let trivial = min(filter.sections.count { $0.b2 == 0 }, filter.sections.count { $0.a2 == 0 })
    let edge = min(3 * (2 * count + 1 - trivial), x.length - 1)
    let run = Scalar.signalKernels.filterSections
    let coefficients = filter.coefficients
    let steady = filter.steadyState
    withScratch(x.count * (edge + 1), Scalar.self) { edges in
        withScratch(x.count * steady.count, Double.self) { state in
            func start(at row: Int, level: Scalar) {
                for index in steady.indices { state[row * steady.count + index] = steady[index] * Double(level) }
            }
            // The mirrored beginning, of which only the state behind it is kept.
            for row in 0..<x.count {
                let (source, target) = (x[row], edges + row * edge)
                for index in 0..<edge { target[index] = 2 * source[0] - source[edge - index] }
                start(at: row, level: edge > 0 ? target[0] : source[0])
            }
            run(UnsafePointer(edges), edges, x.count, edge, coefficients, count, state, false)
            run(x.base, y.base, x.count, x.length, coefficients, count, state, false)
            // The mirrored end, forwards and then backwards.
            for row in 0..<x.count {
                let (last, target) = (x[row] + x.length - 1, edges + row * edge)
                for index in 0..<edge { target[index] = 2 * last[0] - last[-1 - index] }
            }
            run(UnsafePointer(edges), edges, x.count, edge, coefficients, count, state, false)
            for row in 0..<x.count {
                start(at: row, level: edge > 0 ? edges[row * edge + edge - 1] : y[row][x.length - 1])
            }
            run(UnsafePointer(edges), edges, x.count, edge, coefficients, count, state, true)
            run(UnsafePointer(y.base), y.base, x.count, x.length, coefficients, count, state, true)
        }
    }
}
