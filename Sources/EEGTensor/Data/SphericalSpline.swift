/// Interpolation between electrodes by spherical splines of order 4.
///
/// Source: Perrin, Pernier, Bertrand and Echallier, "Spherical splines for scalp potential and current density mapping",
/// Electroencephalogr. Clin. Neurophysiol. 72, 1989; series of 50 Legendre polynomials, constant added to the diagonal, as MNE-Python does.
public struct SphericalSpline: Sendable {
    /// Where the known values are, on the unit sphere.
    public let sources: [ElectrodePositions.Position]
    /// Coefficients of the spline for each known value, the constant term last: `[source + 1, source]`.
    private let solution: Matrix

    /// The spline through values at some positions, of which only the direction from the centre of the head counts.
    ///
    /// - Parameter regularization: added to the diagonal of the system; 0 for a spline that meets all values.
    /// - Precondition: at least one position, none at the centre of the head.
    /// - Throws: where the system cannot be solved, as with positions that are not finite.
    public init(from positions: [ElectrodePositions.Position], regularization: Double = 1e-5) throws(LinearAlgebraError) {
        require(!positions.isEmpty, "SphericalSpline: no positions")
        sources = positions.map(onUnitSphere)
        let count = sources.count
        var system = Matrix(zeros: count + 1, count + 1)
        let kernel = splineKernel(sources, sources)
        for row in 0..<count {
            for column in 0..<count { system[row, column] = kernel[row, column] }
            system[row, row] += regularization
            system[row, count] = 1
            system[count, row] = 1
        }
        let inverse = try system.pseudoinverse()
        solution = Matrix((0...count).map { row in (0..<count).map { inverse[row, $0] } })
    }

    /// How much each known value counts for the value at each target: `[target, source]`.
    ///
    /// - Precondition: no target at the centre of the head.
    public func weights(at targets: [ElectrodePositions.Position]) -> Matrix {
        let kernel = splineKernel(targets.map(onUnitSphere), sources)
        var rows = Matrix(zeros: targets.count, sources.count + 1)
        for target in targets.indices {
            for source in sources.indices { rows[target, source] = kernel[target, source] }
            rows[target, sources.count] = 1
        }
        return rows * solution
    }
}

private func onUnitSphere(_ position: ElectrodePositions.Position) -> ElectrodePositions.Position {
    let length = (position.x * position.x + position.y * position.y + position.z * position.z).squareRoot()
    require(length > 0, "SphericalSpline: an electrode at the centre of the head")
    return ElectrodePositions.Position(x: position.x / length, y: position.y / length, z: position.z / length)
}

/// g of the cosine of the angle between all targets and all sources.
private func splineKernel(_ targets: [ElectrodePositions.Position], _ sources: [ElectrodePositions.Position]) -> Matrix {
    var result = Matrix(zeros: targets.count, sources.count)
    let count = result.elements.count
    result.elements.withUnsafeMutableBufferPointer { elements in
        var index = 0
        for a in targets {
            for b in sources {
                elements[index] = max(-1, min(1, a.x * b.x + a.y * b.y + a.z * b.z))
                index += 1
            }
        }
        for start in stride(from: 0, to: count, by: 8) {
            let end = min(start + 8, count)
            var cosines = SIMD8<Double>()
            for index in start..<end { cosines[index - start] = elements[index] }
            let values = legendreSeries(cosines)
            for index in start..<end { elements[index] = values[index - start] }
        }
    }
    return result
}

/// Σ (2n + 1) / (4π n⁴ (n + 1)⁴) Pₙ(x) over n = 1 … 50, by Clenshaw's recurrence.
private func legendreSeries(_ x: SIMD8<Double>) -> SIMD8<Double> {
    var next = SIMD8<Double>(), afterNext = SIMD8<Double>()
    for term in legendreTerms {
        let current = term.coefficient + term.up * x * next - term.down * afterNext
        (next, afterNext) = (current, next)
    }
    return x * next - 0.5 * afterNext
}

/// The terms n = 50 … 1: the coefficient of Pₙ and the factors of the recurrence (n + 1) Pₙ₊₁ = (2n + 1) x Pₙ - n Pₙ₋₁ there.
private let legendreTerms: [(coefficient: Double, up: Double, down: Double)] = (1...50).reversed().map { n in
    let n = Double(n)
    let factor = n * (n + 1)
    return ((2 * n + 1) / (4 * .pi * factor * factor * factor * factor), (2 * n + 1) / (n + 1), (n + 1) / (n + 2))
}
