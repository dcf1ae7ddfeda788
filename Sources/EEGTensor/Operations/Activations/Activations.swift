internal import CEEGKernels

struct ReLU: UnaryOperation {
    static let name = "relu"
    static var function: ceeg_unary_function { CEEG_RELU_Y }
    static let pullbackReadsResult = true
}

struct LeakyReLU: UnaryOperation {
    static let name = "leakyReLU"
    static var function: ceeg_unary_function { CEEG_LEAKY_RELU }
    static let floatingPointOperationsPerElement = 2
    let slope: Float
    var parameters: (Float, Float) { (slope, 0) }
}

struct ELU: UnaryOperation {
    static let name = "elu"
    static var function: ceeg_unary_function { CEEG_ELU_Y }
    static let pullbackReadsResult = true
    static let floatingPointOperationsPerElement = 20
    let alpha: Float
    var parameters: (Float, Float) { (alpha, 0) }
}

struct SELU: UnaryOperation {
    static let name = "selu"
    static var function: ceeg_unary_function { CEEG_SELU_Y }
    static let pullbackReadsResult = true
    static let floatingPointOperationsPerElement = 21
}

struct GELU: UnaryOperation {
    static let name = "gelu"
    static var function: ceeg_unary_function { CEEG_GELU }
    static let floatingPointOperationsPerElement = 44
}

struct GELUTanh: UnaryOperation {
    static let name = "geluTanh"
    static var function: ceeg_unary_function { CEEG_GELU_TANH }
    static let floatingPointOperationsPerElement = 24
}

struct SiLU: UnaryOperation {
    static let name = "silu"
    static var function: ceeg_unary_function { CEEG_SILU }
    static let floatingPointOperationsPerElement = 20
}

struct Sigmoid: UnaryOperation {
    static let name = "sigmoid"
    static var function: ceeg_unary_function { CEEG_SIGMOID_Y }
    static let pullbackReadsResult = true
    static let floatingPointOperationsPerElement = 19
}

struct Tanh: UnaryOperation {
    static let name = "tanh"
    static var function: ceeg_unary_function { CEEG_TANH_Y }
    static let pullbackReadsResult = true
    static let floatingPointOperationsPerElement = 22
}

struct Softplus: UnaryOperation {
    static let name = "softplus"
    static var function: ceeg_unary_function { CEEG_SOFTPLUS }
    static let floatingPointOperationsPerElement = 50
    let beta: Float
    let threshold: Float
    var parameters: (Float, Float) { (beta, threshold) }
}

struct HardSigmoid: UnaryOperation {
    static let name = "hardSigmoid"
    static var function: ceeg_unary_function { CEEG_HARD_SIGMOID }
    static let floatingPointOperationsPerElement = 4
}

struct HardSwish: UnaryOperation {
    static let name = "hardSwish"
    static var function: ceeg_unary_function { CEEG_HARD_SWISH }
    static let floatingPointOperationsPerElement = 5
}

struct Mish: UnaryOperation {
    static let name = "mish"
    static var function: ceeg_unary_function { CEEG_MISH }
    static let floatingPointOperationsPerElement = 22
}

/// max(x, 0) for every element.
public func relu(_ x: consuming Tensor) -> Tensor { apply(ReLU(), x) }

/// x for positive elements, `slope` times x for the others.
public func leakyReLU(_ x: consuming Tensor, slope: Float = 0.01) -> Tensor { apply(LeakyReLU(slope: slope), x) }

/// x for positive elements, `alpha` (exp(x) - 1) for the others (Clevert et al. 2016).
///
/// - Precondition: `alpha` is positive.
public func elu(_ x: consuming Tensor, alpha: Float = 1) -> Tensor {
    require(alpha > 0, "elu: alpha must be positive, it is \(alpha)")
    return apply(ELU(alpha: alpha), x)
}

/// The self-normalising ELU: scaled so that mean 0 and variance 1 are kept (Klambauer et al. 2017).
public func selu(_ x: consuming Tensor) -> Tensor { apply(SELU(), x) }

/// x times the normal distribution's cumulative function at x (Hendrycks & Gimpel 2016).
public func gelu(_ x: consuming Tensor) -> Tensor { apply(GELU(), x) }

/// The approximation of GELU by a tanh (Hendrycks & Gimpel 2016).
public func geluTanh(_ x: consuming Tensor) -> Tensor { apply(GELUTanh(), x) }

/// x times sigmoid(x), also called swish.
public func silu(_ x: consuming Tensor) -> Tensor { apply(SiLU(), x) }

/// 1 / (1 + exp(-x)) for every element; within 3 ulp.
public func sigmoid(_ x: consuming Tensor) -> Tensor { apply(Sigmoid(), x) }

/// The hyperbolic tangent of every element; within 3 ulp.
public func tanh(_ x: consuming Tensor) -> Tensor { apply(Tanh(), x) }

/// log(1 + exp(`beta` x)) / `beta`, and x itself where `beta` x exceeds `threshold`.
public func softplus(_ x: consuming Tensor, beta: Float = 1, threshold: Float = 20) -> Tensor {
    require(beta > 0, "softplus: beta is \(beta)")
    return apply(Softplus(beta: beta, threshold: threshold), x)
}

/// x / 6 + 1/2, kept between 0 and 1.
public func hardSigmoid(_ x: consuming Tensor) -> Tensor { apply(HardSigmoid(), x) }

/// x times hardSigmoid(x) (Howard et al. 2019).
public func hardSwish(_ x: consuming Tensor) -> Tensor { apply(HardSwish(), x) }

/// x times tanh(softplus(x)) (Misra 2019).
public func mish(_ x: consuming Tensor) -> Tensor { apply(Mish(), x) }
