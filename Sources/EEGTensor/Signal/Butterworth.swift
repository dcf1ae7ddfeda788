internal import Foundation

extension SecondOrderSections {
    /// A Butterworth filter: as flat as can be in the pass band, -3 dB at the cut-offs.
    ///
    /// Poles of the analogue prototype, moved to the band and mapped to the digital plane by the bilinear transform with pre-warped
    /// cut-offs (Oppenheim and Schafer, Discrete-Time Signal Processing, chapter 7).
    ///
    /// - Parameters:
    ///   - order: of the prototype, at least 1; band-pass and band-stop filters have twice as many poles.
    ///   - samplingRate: in Hz.
    public static func butterworth(
        order: Int, _ band: FilterBand, samplingRate: Double
    ) throws(FilterDesignError) -> SecondOrderSections {
        try FilterDesignError.check(order >= 1 && order <= 100, "order", order, "1 to 100")
        try band.validate(samplingRate: samplingRate)
        let prototype = (0..<order).map { -Complex(angle: Double.pi * Double(2 * $0 + 1 - order) / Double(2 * order)) }
        let analog = PolesAndZeros(zeros: [], poles: prototype, gain: 1).moved(to: band, samplingRate: samplingRate)
        return SecondOrderSections(pairing: analog.bilinear())
    }

    /// Makes sections: poles nearest to the unit circle go into the last ones, each pair with the zeros nearest to it, so that no section
    /// amplifies much. The gain goes into the first section.
    init(pairing filter: PolesAndZeros) {
        var poles = ConjugatePairs(filter.poles)
        var zeros = ConjugatePairs(filter.zeros)
        var sections: [Section] = []
        while let (first, second) = poles.takeNearestToUnitCircle() {
            let numerator = zeros.take(second == nil ? 1 : 2, nearestTo: first)
            let (b1, b2) = numerator
            let a1 = -(first.real + (second?.real ?? 0))
            let a2 = second.map { (first * $0).real } ?? 0
            sections.append(Section(b0: 1, b1: b1, b2: b2, a1: a1, a2: a2))
        }
        sections.reverse()
        sections[0].b0 *= filter.gain
        sections[0].b1 *= filter.gain
        sections[0].b2 *= filter.gain
        self.init(sections)
    }
}

/// A filter as the zeros, the poles and the gain of its transfer function.
struct PolesAndZeros {
    var zeros: [Complex]
    var poles: [Complex]
    var gain: Double

    /// This low-pass prototype with cut-off 1 rad/s as an analogue filter of the band, pre-warped for the bilinear transform at rate 2.
    func moved(to band: FilterBand, samplingRate: Double) -> PolesAndZeros {
        func warp(_ frequency: Double) -> Double { 4 * tan(Double.pi * frequency / samplingRate) }
        let degree = poles.count - zeros.count
        /// Each root of the prototype becomes the two roots of s^2 - 2 m s + center^2.
        func split(_ m: Complex, _ center: Double) -> [Complex] {
            let d = (m * m - Complex(center * center)).squareRoot
            return [m + d, m - d]
        }
        switch band {
        case .lowPass(let edge):
            let w = warp(edge)
            return PolesAndZeros(zeros: zeros.map { w * $0 }, poles: poles.map { w * $0 }, gain: gain * pow(w, Double(degree)))
        case .highPass(let edge):
            let w = Complex(warp(edge))
            let scale = (zeros.map { -$0 }.product / poles.map { -$0 }.product).real
            return PolesAndZeros(
                zeros: zeros.map { w / $0 } + Array(repeating: Complex(0), count: degree), poles: poles.map { w / $0 }, gain: gain * scale)
        case .bandPass(let range):
            let (low, high) = (warp(range.lowerBound), warp(range.upperBound))
            let (half, center) = ((high - low) / 2, (low * high).squareRoot())
            return PolesAndZeros(
                zeros: zeros.flatMap { split(half * $0, center) } + Array(repeating: Complex(0), count: degree),
                poles: poles.flatMap { split(half * $0, center) }, gain: gain * pow(high - low, Double(degree)))
        case .bandStop(let range):
            let (low, high) = (warp(range.lowerBound), warp(range.upperBound))
            let (half, center) = (Complex((high - low) / 2), (low * high).squareRoot())
            let scale = (zeros.map { -$0 }.product / poles.map { -$0 }.product).real
            let notch = [Complex(0, center), Complex(0, -center)]
            return PolesAndZeros(
                zeros: zeros.flatMap { split(half / $0, center) } + (0..<degree).flatMap { _ in notch },
                poles: poles.flatMap { split(half / $0, center) }, gain: gain * scale)
        }
    }

    /// The digital filter of this analogue one at a sampling rate of 2: z = (4 + s) / (4 - s).
    func bilinear() -> PolesAndZeros {
        let four = Complex(4)
        let scale = (zeros.map { four - $0 }.product / poles.map { four - $0 }.product).real
        return PolesAndZeros(
            zeros: zeros.map { (four + $0) / (four - $0) } + Array(repeating: Complex(-1), count: poles.count - zeros.count),
            poles: poles.map { (four + $0) / (four - $0) }, gain: gain * scale)
    }
}

extension [Complex] {
    fileprivate var product: Complex { reduce(Complex(1), *) }
}

/// Roots of a real polynomial: real ones, and one of each conjugate pair.
private struct ConjugatePairs {
    private var roots: [Complex]

    init(_ all: [Complex]) {
        let tolerance = 1e-10
        roots = all.filter { $0.imaginary > tolerance * $0.magnitude }
        roots += all.filter { abs($0.imaginary) <= tolerance * $0.magnitude }.map { Complex($0.real) }
    }

    private static func isReal(_ root: Complex) -> Bool { root.imaginary == 0 }

    /// Removes the root nearest to the unit circle together with its conjugate, or with the next real root where there is one.
    mutating func takeNearestToUnitCircle() -> (Complex, Complex?)? {
        func distance(_ root: Complex) -> Double { abs(1 - root.magnitude) }
        guard let index = roots.indices.min(by: { distance(roots[$0]) < distance(roots[$1]) }) else { return nil }
        let root = roots.remove(at: index)
        if !Self.isReal(root) { return (root, root.conjugate) }
        let others = roots.indices.filter { Self.isReal(roots[$0]) }
        guard let other = others.min(by: { distance(roots[$0]) < distance(roots[$1]) }) else { return (root, nil) }
        return (root, roots.remove(at: other))
    }

    /// Removes up to `count` roots near `target` and returns b1 and b2 of the polynomial 1 + b1/z + b2/z^2 that has them.
    ///
    /// A single root must be real; two are a conjugate pair, or two real ones.
    mutating func take(_ count: Int, nearestTo target: Complex) -> (Double, Double) {
        func nearest(_ condition: (Complex) -> Bool) -> Complex? {
            let candidates = roots.indices.filter { condition(roots[$0]) }
            guard let index = candidates.min(by: { (roots[$0] - target).magnitude < (roots[$1] - target).magnitude }) else { return nil }
            return roots.remove(at: index)
        }
        if count == 1 { return (-(nearest(Self.isReal)?.real ?? 0), 0) }
        // A lone real zero waits for the lone real pole.
        let realCount = roots.count { Self.isReal($0) }
        guard let first = nearest({ realCount != 1 || !Self.isReal($0) }) else { return (0, 0) }
        if !Self.isReal(first) { return (-2 * first.real, first.real * first.real + first.imaginary * first.imaginary) }
        let second = nearest(Self.isReal)?.real ?? 0
        return (-(first.real + second), first.real * second)
    }
}
