/// The least value of a smooth function, by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno.
///
/// Source: J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd edition (2006), algorithms 7.4 and 7.5; steps are halved or doubled
/// until they meet the conditions of Wolfe, weak ones.
struct LBFGS {
    struct Minimum {
        var point: [Double]
        var value: Double
        /// Whether no derivative is greater than the tolerance.
        var hasConverged: Bool
    }

    /// The steps whose curvature is kept.
    private static let memory = 10

    let maximumIterations: Int
    let tolerance: Double

    func minimize(from start: [Double], _ function: ([Double]) -> (value: Double, gradient: [Double])) -> Minimum {
        var point = start
        var (value, gradient) = function(point)
        var history = CurvatureHistory(limit: Self.memory)
        for _ in 0..<maximumIterations {
            if isSmall(gradient) { return Minimum(point: point, value: value, hasConverged: true) }
            let direction = history.direction(against: gradient)
            guard let step = wolfeStep(function, from: point, value, gradient, along: direction) else { break }
            history.add(step: difference(step.point, point), change: difference(step.gradient, gradient))
            (point, value, gradient) = step
        }
        return Minimum(point: point, value: value, hasConverged: isSmall(gradient))
    }

    private func isSmall(_ gradient: [Double]) -> Bool { gradient.allSatisfy { abs($0) <= tolerance } }

    /// A point along a direction that is low enough and no longer as steep; nil where rounding leaves none.
    private func wolfeStep(
        _ function: ([Double]) -> (value: Double, gradient: [Double]), from point: [Double], _ value: Double, _ gradient: [Double],
        along direction: [Double]
    ) -> (point: [Double], value: Double, gradient: [Double])? {
        let slope = dot(gradient, direction)
        guard slope < 0 else { return nil }
        var (low, high) = (0.0, Double.infinity)
        var length = 1.0
        var best: (point: [Double], value: Double, gradient: [Double])?
        for _ in 0..<40 {
            let next = zip(point, direction).map { $0 + length * $1 }
            let found = function(next)
            if !(found.value <= value + 1e-4 * length * slope) {
                high = length
            } else {
                best = (next, found.value, found.gradient)
                if dot(found.gradient, direction) >= 0.9 * slope { return best }
                low = length
            }
            length = high.isFinite ? (low + high) / 2 : 2 * length
        }
        return best
    }
}

/// Steps and how the gradient changed over them, from which the product with the inverse of the Hessian is estimated.
private struct CurvatureHistory {
    let limit: Int
    private var pairs: [(step: [Double], change: [Double], curvature: Double)] = []

    init(limit: Int) { self.limit = limit }

    mutating func add(step: [Double], change: [Double]) {
        let curvature = dot(step, change)
        guard curvature > 1e-300 else { return }
        if pairs.count == limit { pairs.removeFirst() }
        pairs.append((step, change, curvature))
    }

    /// The direction of descent.
    func direction(against gradient: [Double]) -> [Double] {
        var direction = gradient.map { -$0 }
        var shares: [Double] = []
        for pair in pairs.reversed() {
            let share = dot(pair.step, direction) / pair.curvature
            for index in direction.indices { direction[index] -= share * pair.change[index] }
            shares.append(share)
        }
        let scale = pairs.last.map { $0.curvature / dot($0.change, $0.change) } ?? 1 / max(1, dot(gradient, gradient).squareRoot())
        for index in direction.indices { direction[index] *= scale }
        for (pair, share) in zip(pairs, shares.reversed()) {
            let back = share - dot(pair.change, direction) / pair.curvature
            for index in direction.indices { direction[index] += back * pair.step[index] }
        }
        return direction
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

private func difference(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 - $1 } }
