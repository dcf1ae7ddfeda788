/// What is taken out of a signal before its spectrum is looked at.
public enum Detrending: Hashable, Sendable {
    case none
    /// The mean.
    case constant
    /// The straight line of least squares.
    case linear
}

extension TimeSeries {
    /// The rows without their mean or their linear trend.
    public func detrended(_ trend: Detrending) -> Self {
        mapRows(to: sampleCount) { x, y in
            parallelFor(x.count, grain: max(1, 32768 / max(x.length, 1))) { rows in
                for row in rows { removeTrend(trend, x[row], y[row], x.length) }
            }
        }
    }
}

/// Writes `x` without its trend to `y`, which may be `x`. Sums are taken in double precision.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func removeTrend<Scalar: SignalScalar>(_ trend: Detrending, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, _ count: Int) {
    switch trend {
    case .none:
        if UnsafePointer(y) != x { y.update(from: x, count: count) }
    case .constant:
        var sum = 0.0
        for index in 0..<count { sum += Double(x[index]) }
        let mean = sum / Double(count)
        for index in 0..<count { y[index] = Scalar(Double(x[index]) - mean) }
    case .linear:
        let center = Double(count - 1) / 2
        var (sum, moment) = (0.0, 0.0)
        for index in 0..<count {
            sum += Double(x[index])
            moment += (Double(index) - center) * Double(x[index])
        }
        let mean = sum / Double(count)
        let slope = count > 1 ? moment * 12 / (Double(count) * (Double(count) * Double(count) - 1)) : 0
        for index in 0..<count { y[index] = Scalar(Double(x[index]) - mean - slope * (Double(index) - center)) }
    }
}
