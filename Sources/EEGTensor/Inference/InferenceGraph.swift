/// A computation as a list of operations on numbered values, each computed once.
struct InferenceGraph {
    enum Operand {
        case absent
        case constant(Tensor)
        case value(Int)
    }

    struct Step {
        var operation: any Operation
        var operands: [Operand]
        var results: [Int]
        /// What the operation applies to every element of its result in the same pass.
        var function: UnaryFunction?
    }

    /// The number of the value that the computation begins with.
    static let input = 0

    private(set) var shapes: [Shape]
    var steps: [Step] = []
    var output = Operand.value(Self.input)

    init(inputShape: Shape) { shapes = [inputShape] }

    /// The number of a new value.
    mutating func addValue(_ shape: Shape) -> Int {
        shapes.append(shape)
        return shapes.count - 1
    }

    func shape(of operand: Operand) -> Shape? {
        switch operand {
        case .absent: nil
        case .constant(let tensor): tensor.shape
        case .value(let value): shapes[value]
        }
    }

    /// How often each value is used, the output counted.
    var useCounts: [Int] {
        var counts = Array(repeating: 0, count: shapes.count)
        for operand in steps.flatMap(\.operands) + [output] {
            if case .value(let value) = operand { counts[value] += 1 }
        }
        return counts
    }

    /// Leaves out what does not lead to the output.
    mutating func removeUnusedSteps() {
        var needed = Set<Int>()
        if case .value(let value) = output { needed.insert(value) }
        for index in steps.indices.reversed() {
            guard steps[index].results.contains(where: needed.contains) else {
                steps.remove(at: index)
                continue
            }
            for case .value(let value) in steps[index].operands { needed.insert(value) }
        }
    }

    /// The floating-point operations of one run.
    var floatingPointOperations: Int {
        steps.reduce(0) { sum, step in
            sum + step.operation.floatingPointOperations(inputs: step.operands.compactMap(shape), outputs: step.results.map { shapes[$0] })
        }
    }
}
