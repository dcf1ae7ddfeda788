internal import CEEGKernels

struct Addition: BinaryOperation {
    static let name = "add"
    static var function: ceeg_binary_function { CEEG_ADD }

    func save(_ operands: TensorList, in pass: inout ForwardPass) {}

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        return TensorList(
            pass.needsGradient(0) ? stretchGradient(dy, 0, pass) : nil, pass.needsGradient(1) ? stretchGradient(dy, 1, pass) : nil)
    }
}

struct Subtraction: BinaryOperation {
    static let name = "subtract"
    static var function: ceeg_binary_function { CEEG_SUBTRACT }

    func save(_ operands: TensorList, in pass: inout ForwardPass) {}

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        return TensorList(
            pass.needsGradient(0) ? stretchGradient(dy, 0, pass) : nil,
            pass.needsGradient(1) ? stretchGradient(dy, 1, pass, scale: -1) : nil)
    }
}

struct Multiplication: NonlinearBinaryOperation {
    static let name = "multiply"
    static var function: ceeg_binary_function { CEEG_MULTIPLY }
}

struct Division: NonlinearBinaryOperation {
    static let name = "divide"
    static var function: ceeg_binary_function { CEEG_DIVIDE }
}

struct Maximum: NonlinearBinaryOperation {
    static let name = "maximum"
    static var function: ceeg_binary_function { CEEG_MAXIMUM }
}

struct Minimum: NonlinearBinaryOperation {
    static let name = "minimum"
    static var function: ceeg_binary_function { CEEG_MINIMUM }
}

struct Power: NonlinearBinaryOperation {
    static let name = "pow"
    static var function: ceeg_binary_function { CEEG_POW }
    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { outputs[0].elementCount * 50 }
}

// The operands of all of these are stretched to a common shape: sizes are compared from the last axis on, and 1 stretches to any size.
extension Tensor {
    public static func + (a: consuming Tensor, b: consuming Tensor) -> Tensor { apply(Addition(), a, b) }
    public static func - (a: consuming Tensor, b: consuming Tensor) -> Tensor { apply(Subtraction(), a, b) }
    public static func * (a: consuming Tensor, b: consuming Tensor) -> Tensor { apply(Multiplication(), a, b) }
    public static func / (a: consuming Tensor, b: consuming Tensor) -> Tensor { apply(Division(), a, b) }

    public static func + (a: consuming Tensor, b: Float) -> Tensor { apply(Addition(), a, Tensor(b)) }
    public static func - (a: consuming Tensor, b: Float) -> Tensor { apply(Subtraction(), a, Tensor(b)) }
    public static func * (a: consuming Tensor, b: Float) -> Tensor { apply(Multiplication(), a, Tensor(b)) }
    public static func / (a: consuming Tensor, b: Float) -> Tensor { apply(Division(), a, Tensor(b)) }

    public static func + (a: Float, b: consuming Tensor) -> Tensor { apply(Addition(), Tensor(a), b) }
    public static func - (a: Float, b: consuming Tensor) -> Tensor { apply(Subtraction(), Tensor(a), b) }
    public static func * (a: Float, b: consuming Tensor) -> Tensor { apply(Multiplication(), Tensor(a), b) }
    public static func / (a: Float, b: consuming Tensor) -> Tensor { apply(Division(), Tensor(a), b) }

    public static func += (a: inout Tensor, b: consuming Tensor) { a = a + b }
    public static func -= (a: inout Tensor, b: consuming Tensor) { a = a - b }
    public static func *= (a: inout Tensor, b: consuming Tensor) { a = a * b }
    public static func /= (a: inout Tensor, b: consuming Tensor) { a = a / b }
}

extension BinaryOperation {
    /// The gradient by operand `index` of a function that adds `scale` times that operand.
    fileprivate func stretchGradient(_ dy: Tensor, _ index: Int, _ pass: BackwardPass, scale: Float = 1) -> Tensor {
        let operand = pass.shape(ofInput: index)
        if operand == dy.shape { return scale < 0 ? -dy : dy }
        return Broadcasting(pass.shape(ofInput: 0), pass.shape(ofInput: 1), Self.name).reduced(dy, to: operand, scale: scale)
    }
}

/// The larger of two elements, NaN where one is NaN. The operands broadcast; a tie shares its gradient evenly.
public func maximum(_ a: consuming Tensor, _ b: consuming Tensor) -> Tensor { apply(Maximum(), a, b) }

/// The smaller of two elements, NaN where one is NaN. The operands broadcast; a tie shares its gradient evenly.
public func minimum(_ a: consuming Tensor, _ b: consuming Tensor) -> Tensor { apply(Minimum(), a, b) }

/// Each element of `x` raised to the power in `exponent`, with the special cases of C's `pow`; within 1 ulp. The operands broadcast.
public func pow(_ x: consuming Tensor, _ exponent: consuming Tensor) -> Tensor { apply(Power(), x, exponent) }
