/// A graph whose steps are ready to run, with places for all values. Immutable, so that threads can share it.
final class CompiledGraph: Sendable {
    /// The floats of working memory that one run needs.
    let arenaCount: Int
    /// The steps that go through `forward` and allocate memory.
    let forwardSteps: [String]
    private let constants: Tensor
    private let steps: [InferenceStep]
    /// The same steps, to be called without counting references.
    private nonisolated(unsafe) let calls: UnsafeMutableBufferPointer<Unmanaged<InferenceStep>>

    init(_ graph: InferenceGraph) {
        var builder = PlanBuilder(graph)
        steps = builder.buildSteps()
        arenaCount = builder.arenaCount
        forwardSteps = builder.forwardSteps
        constants = builder.constants.joined()
        calls = .allocate(capacity: steps.count)
        _ = calls.initialize(from: steps.map(Unmanaged.passUnretained))
    }

    deinit { calls.deallocate() }

    /// Computes the result for one input.
    func run(arena: UnsafeMutablePointer<Float>, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>) {
        let memory = InferenceMemory(arena: arena, input: input, output: output, constants: constants.pointer)
        for call in calls { call._withUnsafeGuaranteedRef { $0.run(memory) } }
    }
}

/// The constants of a plan, side by side.
final class ConstantPool {
    private var tensors: [Tensor] = []
    private var count = 0

    func add(_ tensor: Tensor) -> InferencePlace {
        defer { count += ArenaLayout.roundedUp(tensor.count) }
        tensors.append(tensor)
        return InferencePlace(base: .constants, offset: count)
    }

    func joined() -> Tensor {
        let all = Tensor(uninitialized: [max(count, 1)])
        var offset = 0
        for tensor in tensors {
            (all.mutablePointer + offset).update(from: tensor.pointer, count: tensor.count)
            offset += ArenaLayout.roundedUp(tensor.count)
        }
        return withExtendedLifetime(tensors) { all }
    }
}

/// Finds places for the values of a graph and makes its steps.
struct PlanBuilder {
    private let graph: InferenceGraph
    let constants = ConstantPool()
    private(set) var forwardSteps: [String] = []
    private(set) var arenaCount = 0

    /// For each value, the value in whose memory it lies, and how far behind its beginning.
    private var roots: [(value: Int, offset: Int)]
    private var places: [InferencePlace?]
    private var scratchPlaces: [InferencePlace] = []

    init(_ graph: InferenceGraph) {
        self.graph = graph
        roots = graph.shapes.indices.map { ($0, 0) }
        places = Array(repeating: nil, count: graph.shapes.count)
        findViews()
        placeValues()
    }

    /// Views, and results that take over the memory of an operand, get the root of that operand.
    private mutating func findViews() {
        var lastUses = self.lastUses
        for (index, step) in graph.steps.enumerated() {
            guard case .value(let operand)? = step.operands.first, let result = step.results.first else { continue }
            if let view = step.operation as? any InferenceView,
                let offset = view.viewOffset(graph.shapes[operand], graph.shapes[result])
            {
                roots[result] = (roots[operand].value, roots[operand].offset + offset)
            } else if let operation = step.operation as? any InferenceOperation, type(of: operation).mayOverwriteOperand {
                let candidates = step.operands.compactMap { operand -> Int? in
                    guard case .value(let value) = operand, graph.shapes[value] == graph.shapes[result] else { return nil }
                    let root = roots[value]
                    let isWhole = root.offset == 0 && graph.shapes[root.value].elementCount == graph.shapes[value].elementCount
                    return isWhole && isRead(root.value, once: step) && lastUses[root.value] == index ? value : nil
                }
                if let value = candidates.first { roots[result] = roots[value] }
            }
            lastUses = self.lastUses
        }
    }

    /// Whether only one operand of a step, which may appear twice, lies in the memory of `root`, and that is the plan's own.
    private func isRead(_ root: Int, once step: InferenceGraph.Step) -> Bool {
        var readers = Set<Int>()
        for case .value(let value) in step.operands where roots[value].value == root { readers.insert(value) }
        return readers.count == 1 && root != InferenceGraph.input
    }

    /// For each root, the last step that reads it; the number of steps for the output.
    private var lastUses: [Int] {
        var uses = Array(repeating: -1, count: graph.shapes.count)
        for (index, step) in graph.steps.enumerated() {
            for result in step.results { uses[roots[result].value] = max(uses[roots[result].value], index) }
            for case .value(let value) in step.operands { uses[roots[value].value] = max(uses[roots[value].value], index) }
        }
        if case .value(let value) = graph.output { uses[roots[value].value] = graph.steps.count }
        return uses
    }

    private mutating func placeValues() {
        let uses = lastUses
        places[InferenceGraph.input] = InferencePlace(base: .input, offset: 0)
        if case .value(let value) = graph.output, outputIsWholeValue { places[roots[value].value] = InferencePlace(base: .output, offset: 0) }
        var blocks: [ArenaLayout.Block] = []
        var owners: [Int] = []
        for (index, step) in graph.steps.enumerated() {
            for result in step.results where roots[result].value == result && places[result] == nil {
                blocks.append(ArenaLayout.Block(count: graph.shapes[result].elementCount, lifetime: index...max(index, uses[result])))
                owners.append(result)
            }
        }
        for (index, step) in graph.steps.enumerated() {
            let operation = step.operation as? any InferenceOperation
            let count = operation?.scratchCount(step.operands.map(graph.shape), step.results.map { graph.shapes[$0] }) ?? 0
            blocks.append(ArenaLayout.Block(count: count, lifetime: index...index))
        }
        let layout = ArenaLayout(blocks)
        arenaCount = layout.count
        for (owner, offset) in zip(owners, layout.offsets) { places[owner] = InferencePlace(base: .arena, offset: offset) }
        scratchPlaces = layout.offsets.dropFirst(owners.count).map { InferencePlace(base: .arena, offset: $0) }
    }

    /// Whether the output fills the memory of its root, which can then lie in the caller's memory.
    private var outputIsWholeValue: Bool {
        guard case .value(let value) = graph.output else { return false }
        let root = roots[value]
        return root.value != InferenceGraph.input && root.offset == 0
            && graph.shapes[root.value].elementCount == graph.shapes[value].elementCount
    }

    private func place(of value: Int) -> InferencePlace {
        guard let place = places[roots[value].value] else {
            requirementFailed("PlanBuilder: value \(value) has no place", file: #fileID, line: #line)
        }
        return place.advanced(by: roots[value].offset)
    }

    private func layout(of value: Int) -> InferenceStepLayout.Value {
        InferenceStepLayout.Value(shape: graph.shapes[value], place: place(of: value))
    }

    mutating func buildSteps() -> [InferenceStep] {
        var steps: [InferenceStep] = []
        for (index, step) in graph.steps.enumerated() where !isView(step) {
            let layout = stepLayout(step, scratch: scratchPlaces[index])
            if let kernel = (step.operation as? any InferenceOperation)?.kernel(layout) {
                steps.append(Self.step(kernel))
            } else {
                forwardSteps.append(type(of: step.operation).name)
                steps.append(ForwardStep(step.operation, layout))
            }
        }
        if let copy = copyOfOutput { steps.append(Self.step(copy)) }
        return steps
    }

    private func isView(_ step: InferenceGraph.Step) -> Bool {
        guard step.operation is any InferenceView, case .value(let operand)? = step.operands.first else { return false }
        return roots[step.results[0]].value == roots[operand].value
    }

    private static func step<Kernel: InferenceKernel>(_ kernel: Kernel) -> InferenceStep { KernelStep(kernel) }

    private func stepLayout(_ step: InferenceGraph.Step, scratch: InferencePlace) -> InferenceStepLayout {
        let operands = step.operands.map { operand -> InferenceStepLayout.Operand in
            switch operand {
            case .absent: .absent
            case .constant(let tensor): .constant(tensor)
            case .value(let value): .value(layout(of: value))
            }
        }
        return InferenceStepLayout(
            operands: operands, results: step.results.map(layout), function: step.function, scratch: scratch, constants: constants)
    }

    /// Takes the output to the caller's memory where no step has written it there.
    private var copyOfOutput: CopyKernel? {
        let target = InferencePlace(base: .output, offset: 0)
        switch graph.output {
        case .absent: return nil
        case .constant(let tensor): return CopyKernel(from: constants.add(tensor), to: target, count: tensor.count)
        case .value(let value):
            if outputIsWholeValue { return nil }
            return CopyKernel(from: place(of: value), to: target, count: graph.shapes[value].elementCount)
        }
    }
}

/// Moves elements.
struct CopyKernel: InferenceKernel {
    let from: InferencePlace
    let to: InferencePlace
    let count: Int

    func run(_ memory: InferenceMemory) { memory[to].update(from: memory[from], count: count) }
}
