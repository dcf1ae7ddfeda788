internal import Foundation

/// An orthogonal wavelet: the two filters that split a signal into approximation and detail.
public struct Wavelet: Hashable, Sendable {
    /// The usual short name, such as `db4`.
    public let name: String
    /// The low-pass filter of the reconstruction; the other three follow from it.
    public let reconstructionLowPass: [Double]

    /// The number of taps.
    public var length: Int { reconstructionLowPass.count }
    public var reconstructionHighPass: [Double] {
        decompositionLowPass.enumerated().map { $0.offset % 2 == 0 ? $0.element : -$0.element }
    }
    public var decompositionLowPass: [Double] { reconstructionLowPass.reversed() }
    public var decompositionHighPass: [Double] { reconstructionHighPass.reversed() }

    /// The wavelet of Daubechies with `moments` vanishing moments and twice as many taps, of extremal phase.
    ///
    /// - Parameter moments: 1 (Haar) to 8.
    public static func daubechies(_ moments: Int) -> Wavelet {
        require((1...8).contains(moments), "Wavelet: db\(moments); expected db1 to db8")
        return Wavelet(name: "db\(moments)", reconstructionLowPass: factored(moments: moments, outside: []))
    }

    /// The least asymmetric wavelet of Daubechies with `moments` vanishing moments.
    ///
    /// - Parameter moments: 2 to 8.
    public static func symlet(_ moments: Int) -> Wavelet {
        require((2...8).contains(moments), "Wavelet: sym\(moments); expected sym2 to sym8")
        let outside: [Set<Int>] = [[], [], [1], [0], [0, 2], [0], [1, 3]]
        return Wavelet(name: "sym\(moments)", reconstructionLowPass: factored(moments: moments, outside: outside[moments - 2]))
    }

    /// The coiflet with 2 `order` vanishing moments and 6 `order` taps.
    ///
    /// - Parameter order: 1 to 3.
    public static func coiflet(_ order: Int) -> Wavelet {
        require((1...3).contains(order), "Wavelet: coif\(order); expected coif1 to coif3")
        return Wavelet(name: "coif\(order)", reconstructionLowPass: coiflets[order - 1])
    }

    public static let db1 = daubechies(1)
    public static let db2 = daubechies(2)
    public static let db3 = daubechies(3)
    public static let db4 = daubechies(4)
    public static let db5 = daubechies(5)
    public static let db6 = daubechies(6)
    public static let db7 = daubechies(7)
    public static let db8 = daubechies(8)
    public static let sym2 = symlet(2)
    public static let sym3 = symlet(3)
    public static let sym4 = symlet(4)
    public static let sym5 = symlet(5)
    public static let sym6 = symlet(6)
    public static let sym7 = symlet(7)
    public static let sym8 = symlet(8)
    public static let coif1 = coiflet(1)
    public static let coif2 = coiflet(2)
    public static let coif3 = coiflet(3)

    /// All wavelets, by name.
    public static let all: [Wavelet] = (1...8).map(daubechies) + (2...8).map(symlet) + (1...3).map(coiflet)

    /// The filter with the most vanishing moments by spectral factorisation (Daubechies 1988; Ten Lectures on Wavelets, chapter 6).
    ///
    /// Its squared response is cos^2N(w / 2) P(sin^2(w / 2)) with P(y) = sum over k < N of C(N - 1 + k, k) y^k. Each root of P gives a pair
    /// z, 1/z, of which the filter takes one.
    ///
    /// - Parameter outside: which roots, in ascending order of their real parts, take the one outside of the unit circle.
    private static func factored(moments: Int, outside: Set<Int>) -> [Double] {
        var binomial = 1.0
        let polynomial = (0..<moments).map { k -> Double in
            if k > 0 { binomial *= Double(moments - 1 + k) / Double(k) }
            return binomial
        }
        let roots = polynomialRoots(polynomial).filter { $0.imaginary > -1e-9 }.sorted { $0.real < $1.real }
        var filter = [1.0]
        for _ in 0..<moments { filter = convolve(filter, [1, 1]) }
        for (index, root) in roots.enumerated() {
            // z + 1/z = 2 - 4 y
            let half = Complex(1) - 2 * root
            let offset = (half * half - Complex(1)).squareRoot
            let candidates = [half + offset, half - offset].sorted { $0.magnitude < $1.magnitude }
            let z = candidates[outside.contains(index) ? 1 : 0]
            let isReal = abs(root.imaginary) < 1e-9
            filter = convolve(filter, isReal ? [1, -z.real] : [1, -2 * z.real, z.real * z.real + z.imaginary * z.imaginary])
        }
        let scale = 2.0.squareRoot() / filter.reduce(0, +)
        return filter.map { $0 * scale }
    }

    private static func convolve(_ a: [Double], _ b: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: a.count + b.count - 1)
        for (i, x) in a.enumerated() { for (j, y) in b.enumerated() { result[i + j] += x * y } }
        return result
    }

    /// The roots of a polynomial, whose coefficients begin with the constant one, all at once (Durand and Kerner).
    private static func polynomialRoots(_ coefficients: [Double]) -> [Complex] {
        let degree = coefficients.count - 1
        guard degree > 0 else { return [] }
        let monic = coefficients.map { $0 / coefficients[degree] }
        var roots = (0..<degree).map { 0.5 * Complex(angle: 2 * Double.pi * Double($0) / Double(degree) + 0.4) }
        for _ in 0..<200 {
            for index in roots.indices {
                let value = monic.reversed().reduce(Complex(0)) { $0 * roots[index] + Complex($1) }
                let others = roots.indices.reduce(Complex(1)) { $1 == index ? $0 : $0 * (roots[index] - roots[$1]) }
                roots[index] = roots[index] - value / others
            }
        }
        return roots
    }

    /// Solutions of the coiflet equations (Daubechies, Ten Lectures on Wavelets, table 8.1).
    private static let coiflets: [[Double]] = [
        [
            -0.07273261951252645, 0.3378976624574818, 0.8525720202116004, 0.3848648468648578, -0.07273261951252645, -0.015655728135791993,
        ],
        [
            0.01638733646320364, -0.04146493678687178, -0.0673725547237256, 0.3861100668227629, 0.8127236354494135, 0.4170051844232391,
            -0.07648859907828076, -0.05943441864643109, 0.02368017194684777, 0.005611434819368834, -0.0018232088709110323,
            -0.000720549445520347,
        ],
        [
            -0.003793512864380802, 0.007782596425672746, 0.023452696142077168, -0.06577191128146936, -0.06112339000297255,
            0.40517690240911824, 0.7937772226260872, 0.42848347637737, -0.07179982161915484, -0.08230192710629983, 0.03455502757329774,
            0.015880544863669452, -0.009007976136730624, -0.0025745176881367972, 0.0011175187708306303, 0.0004662169598204029,
            -7.0983302506379e-05, -3.459977319727278e-05,
        ],
    ]
}

/// How a signal goes on beyond its ends.
public enum WaveletMode: Hashable, Sendable, CaseIterable {
    /// Mirrored, the end sample repeated.
    case symmetric
    /// Mirrored at the end sample.
    case reflect
    case zero
    /// The end sample for ever.
    case constant
    case periodic
    /// Periodic, with half as many coefficients as samples; a row of odd length gets its last sample twice.
    case periodization

    /// The sample of a row of `count` that stands at `index`, which may lie outside of it; nil for zero.
    func source(_ index: Int, _ count: Int) -> Int? {
        if index >= 0 && index < count { return index }
        func wrap(_ period: Int) -> Int { ((index % period) + period) % period }
        switch self {
        case .zero: return nil
        case .constant: return index < 0 ? 0 : count - 1
        case .periodic: return wrap(count)
        case .symmetric:
            let place = wrap(2 * count)
            return place < count ? place : 2 * count - 1 - place
        case .reflect:
            guard count > 1 else { return 0 }
            let place = wrap(2 * count - 2)
            return place < count ? place : 2 * count - 2 - place
        case .periodization: return min(wrap(count + count % 2), count - 1)
        }
    }
}
