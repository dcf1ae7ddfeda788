internal import Foundation

/// A function of one number that is applied to the eigenvalues of symmetric matrices.
enum ScalarFunction: Sendable, Equatable {
    case logarithm
    case exponential
    case squareRoot
    case inverseSquareRoot
    case power(Double)

    func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .logarithm: log(x)
        case .exponential: exp(x)
        case .squareRoot: x.squareRoot()
        case .inverseSquareRoot: 1 / x.squareRoot()
        case .power(let exponent): pow(x, exponent)
        }
    }

    /// (f(a) - f(b)) / (a - b), and f'(a) where both are equal, without cancellation where they are close.
    func dividedDifference(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .logarithm: Self.log1pQuotient((a - b) / b) / b
        case .exponential: exp(b) * Self.expm1Quotient(a - b)
        case .squareRoot: 1 / (a.squareRoot() + b.squareRoot())
        case .inverseSquareRoot: -1 / (a.squareRoot() * b.squareRoot() * (a.squareRoot() + b.squareRoot()))
        case .power(let exponent):
            // (a^p - b^p) / (a - b) = b^(p - 1) (exp(p log(1 + t)) - 1) / t with t = (a - b) / b.
            pow(b, exponent - 1) * exponent * Self.expm1Quotient(exponent * log1p((a - b) / b)) * Self.log1pQuotient((a - b) / b)
        }
    }

    /// log(1 + t) / t.
    private static func log1pQuotient(_ t: Double) -> Double { t == 0 ? 1 : log1p(t) / t }

    /// (exp(t) - 1) / t.
    private static func expm1Quotient(_ t: Double) -> Double { t == 0 ? 1 : expm1(t) / t }
}
