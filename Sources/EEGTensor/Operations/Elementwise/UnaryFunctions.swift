internal import CEEGKernels

struct AbsoluteValue: UnaryOperation {
    static let name = "abs"
    static var function: ceeg_unary_function { CEEG_ABS }
}

struct Negation: UnaryOperation {
    static let name = "negate"
    static var function: ceeg_unary_function { CEEG_NEGATE }
}

struct Exponential: UnaryOperation {
    static let name = "exp"
    static var function: ceeg_unary_function { CEEG_EXP_Y }
    static let pullbackReadsResult = true
    static let floatingPointOperationsPerElement = 16
}

struct Logarithm: UnaryOperation {
    static let name = "log"
    static var function: ceeg_unary_function { CEEG_LOG }
    static let floatingPointOperationsPerElement = 24
}

struct LogarithmOfOnePlus: UnaryOperation {
    static let name = "log1p"
    static var function: ceeg_unary_function { CEEG_LOG1P }
    static let floatingPointOperationsPerElement = 30
}

struct SquareRoot: UnaryOperation {
    static let name = "sqrt"
    static var function: ceeg_unary_function { CEEG_SQRT_Y }
    static let pullbackReadsResult = true
}

struct ReciprocalSquareRoot: UnaryOperation {
    static let name = "rsqrt"
    static var function: ceeg_unary_function { CEEG_RSQRT_Y }
    static let pullbackReadsResult = true
    static let floatingPointOperationsPerElement = 2
}

struct Reciprocal: UnaryOperation {
    static let name = "reciprocal"
    static var function: ceeg_unary_function { CEEG_RECIPROCAL_Y }
    static let pullbackReadsResult = true
}

struct Square: UnaryOperation {
    static let name = "square"
    static var function: ceeg_unary_function { CEEG_SQUARE }
}

struct PowerWithConstantExponent: UnaryOperation {
    static let name = "pow"
    static var function: ceeg_unary_function { CEEG_POWER }
    static let floatingPointOperationsPerElement = 50
    let exponent: Float
    var parameters: (Float, Float) { (exponent, 0) }
}

struct Sine: UnaryOperation {
    static let name = "sin"
    static var function: ceeg_unary_function { CEEG_SIN }
    static let floatingPointOperationsPerElement = 24
}

struct Cosine: UnaryOperation {
    static let name = "cos"
    static var function: ceeg_unary_function { CEEG_COS }
    static let floatingPointOperationsPerElement = 24
}

struct ErrorFunction: UnaryOperation {
    static let name = "erf"
    static var function: ceeg_unary_function { CEEG_ERF }
    static let floatingPointOperationsPerElement = 40
}

struct Clamp: UnaryOperation {
    static let name = "clamp"
    static var function: ceeg_unary_function { CEEG_CLIP }
    static let floatingPointOperationsPerElement = 2
    let lowest: Float
    let highest: Float
    var parameters: (Float, Float) { (lowest, highest) }
}

struct SoftThreshold: UnaryOperation {
    static let name = "softThreshold"
    static var function: ceeg_unary_function { CEEG_SOFT_THRESHOLD }
    static let floatingPointOperationsPerElement = 3
    let below: Float
    let above: Float
    var parameters: (Float, Float) { (below, above) }
}

/// The magnitude of every element. The gradient at 0 is 0.
public func abs(_ x: consuming Tensor) -> Tensor { apply(AbsoluteValue(), x) }

/// e to the power of every element; within 1 ulp.
public func exp(_ x: consuming Tensor) -> Tensor { apply(Exponential(), x) }

/// The natural logarithm of every element: NaN below 0, minus infinity at 0; within 1 ulp.
public func log(_ x: consuming Tensor) -> Tensor { apply(Logarithm(), x) }

/// log(1 + x) for every element, accurate near 0; within 2 ulp.
public func log1p(_ x: consuming Tensor) -> Tensor { apply(LogarithmOfOnePlus(), x) }

/// The square root of every element: NaN below 0.
public func sqrt(_ x: consuming Tensor) -> Tensor { apply(SquareRoot(), x) }

/// 1 / sqrt(x) for every element.
public func rsqrt(_ x: consuming Tensor) -> Tensor { apply(ReciprocalSquareRoot(), x) }

/// The sine of every element, in radians; within 2 ulp up to magnitude 10⁶.
public func sin(_ x: consuming Tensor) -> Tensor { apply(Sine(), x) }

/// The cosine of every element, in radians; within 2 ulp up to magnitude 10⁶.
public func cos(_ x: consuming Tensor) -> Tensor { apply(Cosine(), x) }

/// The error function of every element; within 2 ulp.
public func erf(_ x: consuming Tensor) -> Tensor { apply(ErrorFunction(), x) }

/// Every element raised to a constant power, with the special cases of C's `pow`; within 1 ulp.
public func pow(_ x: consuming Tensor, _ exponent: Float) -> Tensor {
    exponent == 2 ? apply(Square(), x) : apply(PowerWithConstantExponent(exponent: exponent), x)
}

extension Tensor {
    /// Every element multiplied by itself.
    public consuming func squared() -> Tensor { apply(Square(), self) }

    /// 1 / x for every element.
    public consuming func reciprocal() -> Tensor { apply(Reciprocal(), self) }

    /// Every element moved to the nearest value inside `limits`. The gradient is 0 for elements outside them.
    public consuming func clamped(to limits: ClosedRange<Float>) -> Tensor {
        apply(Clamp(lowest: limits.lowerBound, highest: limits.upperBound), self)
    }

    /// Every element moved towards 0 by a threshold: 0 between `-below` and `above`.
    ///
    /// - Parameters:
    ///   - above: what positive elements lose, at least 0.
    ///   - below: what negative elements lose in magnitude, at least 0; the same as `above` by default.
    public consuming func softThresholded(by above: Float, below: Float? = nil) -> Tensor {
        let below = below ?? above
        require(above >= 0 && below >= 0, "softThresholded: thresholds \(below) and \(above) must not be negative")
        return apply(SoftThreshold(below: below, above: above), self)
    }

    /// Every element with its sign turned.
    public static prefix func - (x: consuming Tensor) -> Tensor { apply(Negation(), x) }
}
