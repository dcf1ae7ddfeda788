/// What one step of a plan computes, with everything settled but where the plan's memory lies.
///
/// A plain value without references: plans run their steps without counting any.
protocol InferenceKernel: Sendable {
    func run(_ memory: InferenceMemory)
}

/// An operation that can compute into memory that it is given. Others are compiled too, by way of `forward`.
protocol InferenceOperation: Operation {
    /// Whether result 0 may lie where an operand of its shape lies that nobody needs any more.
    static var mayOverwriteOperand: Bool { get }

    /// Whether the kernel can apply a function of one variable to its result.
    static var appliesFunction: Bool { get }

    /// The floats of working memory that the kernel needs.
    func scratchCount(_ operands: [Shape?], _ results: [Shape]) -> Int

    /// The kernel for a step; nil where `forward` has to do.
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)?
}

extension InferenceOperation {
    static var mayOverwriteOperand: Bool { false }
    static var appliesFunction: Bool { false }
    func scratchCount(_ operands: [Shape?], _ results: [Shape]) -> Int { 0 }
}

/// An operation whose result is a run of its operand's elements, in place: a plan spends nothing on it.
protocol InferenceView: Operation {
    /// Where the elements of the result begin among those of the operand; nil where they must be copied.
    func viewOffset(_ operand: Shape, _ result: Shape) -> Int?
}

/// A place in one of the memories of a plan.
struct InferencePlace {
    enum Base: Int {
        case arena, input, output, constants
    }

    let base: Base
    /// In floats.
    let offset: Int

    func advanced(by count: Int) -> InferencePlace { InferencePlace(base: base, offset: offset + count) }
}

/// The memories of a running plan.
struct InferenceMemory {
    private let bases: InlineArray<4, UnsafeMutablePointer<Float>>

    init(
        arena: UnsafeMutablePointer<Float>, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, constants: UnsafePointer<Float>
    ) {
        // Steps write to the arena and the output alone.
        bases = [arena, UnsafeMutablePointer(mutating: input), output, UnsafeMutablePointer(mutating: constants)]
    }

    @inline(__always)
    subscript(place: InferencePlace) -> UnsafeMutablePointer<Float> { bases[place.base.rawValue] + place.offset }

    @inline(__always)
    subscript(optional place: InferencePlace?) -> UnsafeMutablePointer<Float>? { place.map { self[$0] } }
}

/// Where the operands and results of one step lie.
struct InferenceStepLayout {
    struct Value {
        let shape: Shape
        let place: InferencePlace
    }

    enum Operand {
        case absent
        case constant(Tensor)
        case value(Value)
    }

    let operands: [Operand]
    let results: [Value]
    /// What is to be applied to the first result.
    let function: UnaryFunction?
    /// The working memory that was asked for.
    let scratch: InferencePlace
    /// Takes what kernels need of constants, as they are or in another form.
    let constants: ConstantPool

    /// The value of a constant operand.
    func constant(_ index: Int) -> Tensor? {
        if index < operands.count, case .constant(let tensor) = operands[index] { return tensor }
        return nil
    }

    /// The shape of an operand; nil where it is absent.
    func shape(_ index: Int) -> Shape? {
        guard index < operands.count else { return nil }
        switch operands[index] {
        case .absent: return nil
        case .constant(let tensor): return tensor.shape
        case .value(let value): return value.shape
        }
    }

    func optional(_ index: Int) -> Value? {
        guard index < operands.count else { return nil }
        switch operands[index] {
        case .absent: return nil
        case .constant(let tensor): return Value(shape: tensor.shape, place: constants.add(tensor))
        case .value(let value): return value
        }
    }

    func operand(_ index: Int) -> Value {
        guard let value = optional(index) else {
            requirementFailed("InferenceStepLayout: operand \(index) is absent", file: #fileID, line: #line)
        }
        return value
    }
}

/// A step of a plan.
class InferenceStep: @unchecked Sendable {
    func run(_ memory: InferenceMemory) { requirementFailed("InferenceStep: abstract", file: #fileID, line: #line) }
}

/// A step that runs a kernel.
final class KernelStep<Kernel: InferenceKernel>: InferenceStep, @unchecked Sendable {
    private let kernel: Kernel

    init(_ kernel: Kernel) { self.kernel = kernel }

    override func run(_ memory: InferenceMemory) { kernel.run(memory) }
}

/// A step that calls `forward` of its operation, whatever that does, and copies the results.
final class ForwardStep: InferenceStep, @unchecked Sendable {
    private let operation: any Operation
    private let operands: [InferenceStepLayout.Operand]
    private let results: [InferenceStepLayout.Value]

    init(_ operation: any Operation, _ layout: InferenceStepLayout) {
        self.operation = operation
        operands = layout.operands
        results = layout.results
    }

    override func run(_ memory: InferenceMemory) {
        var inputs = TensorList()
        for operand in operands {
            switch operand {
            case .absent: inputs.append(nil)
            case .constant(let tensor): inputs.append(tensor)
            case .value(let value): inputs.append(Tensor(borrowing: memory[value.place], shape: value.shape))
            }
        }
        var pass = ForwardPass(node: nil, overwritable: 0)
        let computed = operation.forward(inputs, &pass)
        for (index, result) in results.enumerated() {
            guard let tensor = computed.optional(index) else { continue }
            require(tensor.shape == result.shape, "compiled plan: a result has shape \(tensor.shape), \(result.shape) when it was recorded")
            memory[result.place].update(from: tensor.pointer, count: tensor.count)
            withExtendedLifetime(tensor) {}
        }
        withExtendedLifetime(inputs) {}
    }
}
