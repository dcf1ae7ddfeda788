internal import Foundation

/// A complex number, for the design of filters.
struct Complex: Equatable {
    var real: Double
    var imaginary: Double

    init(_ real: Double, _ imaginary: Double = 0) {
        self.real = real
        self.imaginary = imaginary
    }

    /// The point of the unit circle at `angle` radians.
    init(angle: Double) { self.init(cos(angle), sin(angle)) }

    var magnitude: Double { hypot(real, imaginary) }
    var conjugate: Complex { Complex(real, -imaginary) }

    /// The root in the right half plane.
    var squareRoot: Complex {
        let r = magnitude
        let a = ((r + abs(real)) / 2).squareRoot()
        guard a > 0 else { return Complex(0) }
        let b = imaginary / (2 * a)
        if real >= 0 { return Complex(a, b) }
        return imaginary >= 0 ? Complex(b, a) : Complex(-b, -a)
    }

    static prefix func - (a: Complex) -> Complex { Complex(-a.real, -a.imaginary) }
    static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }
    static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }
    static func * (a: Complex, b: Complex) -> Complex {
        Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }
    static func / (a: Complex, b: Complex) -> Complex {
        let n = b.real * b.real + b.imaginary * b.imaginary
        return Complex((a.real * b.real + a.imaginary * b.imaginary) / n, (a.imaginary * b.real - a.real * b.imaginary) / n)
    }
    static func * (a: Double, b: Complex) -> Complex { Complex(a * b.real, a * b.imaginary) }
}
