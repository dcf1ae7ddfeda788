internal import CEEGKernels

/// A function of one variable with its parameters, as `ceeg_elementwise.h` lists them.
struct UnaryFunction {
    let function: ceeg_unary_function
    var parameters: (Float, Float) = (0, 0)

    init(_ function: ceeg_unary_function, _ first: Float = 0, _ second: Float = 0) {
        self.function = function
        parameters = (first, second)
    }

    /// nil for no activation.
    init?(_ activation: Activation) {
        switch activation {
        case .none: return nil
        case .relu: self.init(CEEG_RELU_Y)
        case .leakyReLU(let slope): self.init(CEEG_LEAKY_RELU, slope)
        case .elu(let alpha): self.init(CEEG_ELU_Y, alpha)
        case .silu: self.init(CEEG_SILU)
        case .gelu: self.init(CEEG_GELU)
        }
    }
}

extension UnaryFunction {
    /// Whether larger arguments never have smaller values.
    var isMonotone: Bool {
        switch function {
        case CEEG_RELU_Y, CEEG_SELU_Y, CEEG_SIGMOID_Y, CEEG_TANH_Y, CEEG_EXP_Y, CEEG_SOFTPLUS: true
        case CEEG_LEAKY_RELU, CEEG_ELU_Y: parameters.0 >= 0
        default: false
        }
    }

    func apply(to x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) {
        ceeg_unary(Int32(function.rawValue), x, y, Int64(count), parameters.0, parameters.1)
    }
}

/// One function of every element; also in place.
struct UnaryKernel: InferenceKernel {
    let function: UnaryFunction
    let x: InferencePlace
    let y: InferencePlace
    let count: Int

    func run(_ memory: InferenceMemory) {
        function.apply(to: memory[x], memory[y], count: count)
    }
}

/// One function of pairs of elements.
struct BinaryKernel: InferenceKernel {
    let function: ceeg_binary_function
    let rank: Int32
    let sizes: Broadcasting.Extents
    let aStrides: Broadcasting.Extents
    let bStrides: Broadcasting.Extents
    let a: InferencePlace
    let b: InferencePlace
    let y: InferencePlace
    /// The elements where both operands have the shape of the result; 0 where one is stretched.
    let denseCount: Int

    init(_ function: ceeg_binary_function, _ step: InferenceStepLayout, _ name: String) {
        let (a, b) = (step.operand(0), step.operand(1))
        let broadcasting = Broadcasting(a.shape, b.shape, name)
        self.function = function
        rank = Int32(broadcasting.shape.rank)
        sizes = broadcasting.shape.extents
        aStrides = broadcasting.strides(a.shape)
        bStrides = broadcasting.strides(b.shape)
        (self.a, self.b, y) = (a.place, b.place, step.results[0].place)
        denseCount = a.shape == b.shape ? a.shape.elementCount : 0
    }

    func run(_ memory: InferenceMemory) {
        let function = Int32(function.rawValue)
        if denseCount > 0 { return ceeg_binary_dense(function, memory[a], memory[b], memory[y], Int64(denseCount)) }
        withPointer(to: sizes) { sizes in
            withPointer(to: aStrides) { aStrides in
                withPointer(to: bStrides) { ceeg_binary(function, rank, sizes, aStrides, $0, memory[a], memory[b], memory[y]) }
            }
        }
    }
}

extension UnaryOperation {
    var unaryFunction: UnaryFunction { UnaryFunction(Self.function, parameters.0, parameters.1) }

    static var mayOverwriteOperand: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let x = step.operand(0)
        return UnaryKernel(function: unaryFunction, x: x.place, y: step.results[0].place, count: x.shape.elementCount)
    }
}

extension BinaryOperation {
    static var mayOverwriteOperand: Bool { true }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? { BinaryKernel(Self.function, step, Self.name) }
}
