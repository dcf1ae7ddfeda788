internal import EEGTensor
internal import Foundation

/// The search for a threshold of the programs that the authors published: 40 evenly spaced ranks and the last, then ten steps where a
/// Gaussian process expects the least.
///
/// Its kernel has a length of 1 and a variance of 1 in whatever unit the signals are, so that what it finds depends on the unit.
struct ExpectedImprovementSearch {
    /// In ascending order.
    let thresholds: [Double]
    let costs: [Double]

    /// The rank of the best threshold seen.
    var best: Int {
        let count = thresholds.count
        var seen = (0..<40).map { $0 * count / 40 } + [count - 1]
        seen = seen.enumerated().filter { $0.offset == 0 || $0.element != seen[$0.offset - 1] }.map(\.element)
        var best = seen[indexOfLeast(seen.map { costs[$0] })]
        for _ in 0..<10 {
            guard let next = leastExpectedImprovement(seen: seen, best: costs[best]) else { break }
            seen.append(next)
            if costs[next] < costs[best] { best = next }
        }
        return best
    }

    /// Where the published acquisition function is least; nil where the process cannot be fitted.
    private func leastExpectedImprovement(seen: [Int], best: Double) -> Int? {
        let places = seen.map { thresholds[$0] }
        func kernel(_ a: Double, _ b: Double) -> Double { exp(-(a - b) * (a - b) / 2) }
        var covariance = Matrix(places.map { a in places.map { kernel(a, $0) } })
        for index in places.indices { covariance[index, index] += 1e-10 }
        let across = Matrix(places.map { a in thresholds.map { kernel(a, $0) } })
        guard (try? covariance.cholesky()) != nil, let solved = try? covariance.solve(across) else { return nil }
        let means = (solved.transposed * seen.map { costs[$0] })
        let values = thresholds.indices.map { rank in
            let explained = places.indices.reduce(0) { $0 + across[$1, rank] * solved[$1, rank] }
            let deviation = max(0, 1 - explained).squareRoot()
            let difference = means[rank] - best
            let z = difference / (deviation + 1e-12)
            return difference * erfc(-z / 2.squareRoot()) / 2 + deviation * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        }
        return indexOfLeast(values)
    }
}
