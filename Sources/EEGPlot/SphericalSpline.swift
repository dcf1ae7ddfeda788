import Foundation

/// Interpolation between places on a sphere: the smoothest surface through the values.
///
/// Source: F. Perrin, J. Pernier, O. Bertrand and J. F. Echallier, "Spherical splines for scalp potential and current density mapping",
/// Electroencephalogr. Clin. Neurophysiol. 72 (1989) 184–187, with m = 2: less smooth surfaces swing out less beyond the outermost
/// places.
struct SphericalSpline {
    private let places: [SIMD3<Double>]
    /// For each surface the weights of the places and, last, a constant.
    private let coefficients: [[Double]]

    /// Several surfaces over the same places.
    ///
    /// - Parameters:
    ///   - surfaces: for each surface one finite value a place.
    ///   - places: points of the unit sphere, at least one. Of two at the same point, one counts.
    init(through surfaces: [[Double]], at places: [SIMD3<Double>]) {
        self.places = places
        let size = places.count + 1
        var rows = places.enumerated().map { index, place in
            places.map { Self.kernel((place * $0).sum()) } + [1] + surfaces.map { $0[index] }
        }
        rows.append(Array(repeating: 1, count: places.count) + Array(repeating: 0, count: 1 + surfaces.count))
        let solution = Self.solve(&rows)
        coefficients = surfaces.indices.map { surface in (0..<size).map { solution[$0][surface] } }
    }

    /// The value of each surface at a point of the unit sphere.
    func values(at point: SIMD3<Double>) -> [Double] {
        let basis = places.map { Self.kernel((point * $0).sum()) }
        return coefficients.map { weights in zip(basis, weights).reduce(weights[basis.count]) { $0 + $1.0 * $1.1 } }
    }

    /// How the value at one place spreads over the sphere: 1 / 4π Σ (2n + 1) / (n (n + 1))² Pₙ(cosine).
    private static func kernel(_ cosine: Double) -> Double {
        var (previous, legendre, sum) = (1.0, cosine, 0.0)
        for (index, weight) in weights.enumerated() {
            sum += weight * legendre
            let n = Double(index + 1)
            let following: Double = ((2 * n + 1) * cosine * legendre - n * previous) / (n + 1)
            (previous, legendre) = (legendre, following)
        }
        return sum
    }

    private static let weights: [Double] = (1...50).map { degree in
        let n = Double(degree)
        let falloff: Double = pow(n * (n + 1), 2)
        return (2 * n + 1) / (4 * Double.pi * falloff)
    }

    /// Gauss–Jordan elimination of `rows`, each a row of a square matrix followed by right-hand sides; gives the solutions, row by row.
    /// An unknown that the equations leave open, as where two places coincide, is 0.
    private static func solve(_ rows: inout [[Double]]) -> [[Double]] {
        let size = rows.count
        var unknownOfRow: [Int] = []
        for column in 0..<size {
            let top = unknownOfRow.count
            guard let pivot = (top..<size).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }), abs(rows[pivot][column]) > 1e-14
            else { continue }
            rows.swapAt(top, pivot)
            let leading = rows[top]
            for row in 0..<size where row != top && rows[row][column] != 0 {
                let factor = rows[row][column] / leading[column]
                for index in column..<leading.count { rows[row][index] -= factor * leading[index] }
            }
            unknownOfRow.append(column)
        }
        var solution = Array(repeating: Array(repeating: 0.0, count: rows[0].count - size), count: size)
        for (row, unknown) in unknownOfRow.enumerated() { solution[unknown] = rows[row][size...].map { $0 / rows[row][unknown] } }
        return solution
    }
}
