internal import CEEGKernels
internal import Synchronization

/// A function of a batch of signals, compiled for inputs of one shape.
///
/// The function runs once while the plan is made, and is recorded. What depends on constants alone (a limited norm, a transposed weight) is
/// computed then, once; batch norms go into the convolutions in front of them; a filter over time and a spatial filter become whatever is
/// cheapest; all intermediate results have their places in one arena. A run then calls kernels one after the other.
///
/// A plan can be shared by threads, each with a workspace of its own:
///
/// ```swift
/// let plan = InferencePlan(inputShape: [1, 22, 1000]) { x in model(x, &context) }
/// let workspace = plan.makeWorkspace()
/// plan.run(window, into: scores, using: workspace)
/// ```
///
/// It keeps the weights of the moment in which it was made.
public struct InferencePlan: Sendable {
    /// `[batch, …]`.
    public let inputShape: Shape
    /// `[batch, …]`.
    public let outputShape: Shape
    private let instructionSet: EEGRuntime.InstructionSet
    /// Compiled for a part of the batch that is worked on at a time, and for the rest at the end.
    private let part: CompiledGraph
    private let rest: CompiledGraph?
    /// The samples in a part.
    private let partSize: Int
    private let workspaces = WorkspacePool()

    /// Compiles `body`.
    ///
    /// - Parameters:
    ///   - inputShape: `[batch, …]`.
    ///   - body: maps `[batch, …]` to `[batch, …]` for any batch, each sample by itself, by the same operations whatever the values are.
    /// - Precondition: the plan, tried on random numbers, computes the same as `body`.
    public init(inputShape: Shape, _ body: (Tensor) -> Tensor) {
        require(inputShape.rank >= 1 && inputShape.elementCount > 0, "InferencePlan: the input must be [batch, …], its shape is \(inputShape)")
        let batch = inputShape[0]
        partSize = Self.partSize(inputShape, body)
        var partOutput = Shape()
        part = Self.compile(inputShape, batch: partSize, body, &partOutput)
        var restOutput = Shape()
        rest = batch % partSize == 0 ? nil : Self.compile(inputShape, batch: batch % partSize, body, &restOutput)
        require(
            partOutput.rank >= 1 && partOutput[0] == partSize,
            "InferencePlan: the result for \(partSize) samples must be [\(partSize), …], its shape is \(partOutput)")
        var outputShape = partOutput
        outputShape[0] = batch
        self.inputShape = inputShape
        self.outputShape = outputShape
        instructionSet = EEGRuntime.instructionSet
        verify(body)
    }

    /// The operations that allocate memory in each run: those that cannot compute into memory that they are given.
    public var allocatingOperations: [String] { part.forwardSteps }

    /// Bytes of working memory that one thread needs.
    public var workspaceBytes: Int { 4 * max(part.arenaCount, rest?.arenaCount ?? 0) }

    /// Working memory for one run at a time.
    public func makeWorkspace() -> InferenceWorkspace {
        let parts = inputShape[0] / partSize
        return InferenceWorkspace(arenaCount: workspaceBytes / 4, arenas: max(1, min(parts, EEGRuntime.threads)))
    }

    /// Computes the results for one batch.
    ///
    /// - Parameters:
    ///   - input: the elements of `inputShape` in row-major order.
    ///   - output: receives those of `outputShape`.
    ///   - workspace: made by this plan, and used by no other run at the same time.
    public func run(
        _ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>, using workspace: InferenceWorkspace
    ) {
        guard let source = input.baseAddress, let target = output.baseAddress, input.count == inputShape.elementCount,
            output.count == outputShape.elementCount
        else {
            requirementFailed(
                "InferencePlan: \(input.count) values for shape \(inputShape), room for \(output.count) of shape \(outputShape)", file: #fileID,
                line: #line)
        }
        require(
            EEGRuntime.instructionSet == instructionSet, "InferencePlan: compiled for \(instructionSet), not for \(EEGRuntime.instructionSet)")
        require(
            workspace.arenaCount * 4 >= workspaceBytes,
            "InferencePlan: the workspace has \(workspace.arenaCount * 4) bytes, \(workspaceBytes) are needed")
        run(source, into: target, workspace)
    }

    private func run(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, _ workspace: InferenceWorkspace) {
        let batch = inputShape[0]
        let parts = batch / partSize
        let (sampleIn, sampleOut) = (inputShape.elementCount / batch, outputShape.elementCount / batch)
        if parts == 1 {
            part.run(arena: workspace.arena(0), input: input, output: output)
        } else {
            let job = PartsJob(
                graph: Unmanaged.passUnretained(part), workspace: Unmanaged.passUnretained(workspace), parts: parts, input: input,
                output: output, inputStride: partSize * sampleIn, outputStride: partSize * sampleOut)
            job.run()
        }
        if let rest {
            let done = parts * partSize
            rest.run(arena: workspace.arena(0), input: input + done * sampleIn, output: output + done * sampleOut)
        }
    }

    /// The result for one batch, in a workspace that the plan keeps for the next call.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        require(x.shape == inputShape, "InferencePlan: compiled for \(inputShape), the input is \(x.shape)")
        let workspace = workspaces.take() ?? makeWorkspace()
        defer { workspaces.give(workspace) }
        let y = Tensor(uninitialized: outputShape)
        x.withUnsafeBufferPointer { run($0, into: UnsafeMutableBufferPointer(start: y.mutablePointer, count: y.count), using: workspace) }
        return y
    }
}

extension InferencePlan {
    private static func compile(_ shape: Shape, batch: Int, _ body: (Tensor) -> Tensor, _ output: inout Shape) -> CompiledGraph {
        let (graph, result) = trace(shape, batch: batch, body)
        output = result.shape
        return CompiledGraph(graph)
    }

    private static func trace(_ shape: Shape, batch: Int, _ body: (Tensor) -> Tensor) -> (graph: InferenceGraph, result: Tensor) {
        var shape = shape
        shape[0] = batch
        var generator = Generator(seed: 0)
        var (graph, result) = Trace.graph(at: Tensor(normalWithMean: 0, shape: shape, using: &generator), body)
        graph.simplify()
        return (graph, result)
    }

    /// As many samples at a time as keep intermediate results near the second-level cache, and as fill the lanes of vectors with blocks that are
    /// transformed together; but four parts at least, since no more threads than parts have work. It does not depend on the number of threads, so
    /// that the results do not.
    private static func partSize(_ shape: Shape, _ body: (Tensor) -> Tensor) -> Int {
        let cacheFloats = 1 << 20
        let fewestParts = 4
        let most = min(shape[0] / fewestParts, 16)
        guard most > 1 else { return shape[0] < fewestParts && shape[0] > 1 ? 1 : max(most, 1) }
        let arena = max(1, CompiledGraph(trace(shape, batch: 1, body).graph).arenaCount)
        return min(most, max(1, cacheFloats / arena))
    }

    /// A function that looks at its values, or mixes the samples of a batch, cannot be compiled: it is found out here, with small and with larger
    /// numbers, such as those that a limit cuts off; for these, rounding may differ by more.
    private func verify(_ body: (Tensor) -> Tensor) {
        var generator = Generator(seed: 1)
        let noise = Tensor(normalWithMean: 0, shape: inputShape, using: &generator)
        require(
            agrees(with: body, at: noise, within: 1e-3) && agrees(with: body, at: noise * 10, within: 1e-2),
            "InferencePlan: the compiled function computes something else: it depends on values in a way that no plan can follow, or its samples depend on each other"
        )
    }

    private func agrees(with body: (Tensor) -> Tensor, at x: Tensor, within tolerance: Float) -> Bool {
        // Not the samples of a part: those may depend on each other in the plan as they do in the function.
        let some = partSize > 1 ? 1 : min(inputShape[0], 2)
        let expected = body(x.sliced(axis: 0, 0..<some)).scalars
        let found = self(x).sliced(axis: 0, 0..<some).scalars
        let largest = expected.reduce(0) { $1.isFinite ? max($0, Swift.abs($1)) : $0 }
        return expected.count == found.count
            && zip(expected, found).allSatisfy { Swift.abs($0 - $1) <= tolerance * max(1, largest) || $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}

/// Working memory of a plan, for one run at a time.
public final class InferenceWorkspace {
    let arenaCount: Int
    private let memory: Tensor
    private let arenas: Int

    fileprivate init(arenaCount: Int, arenas: Int) {
        self.arenaCount = arenaCount
        self.arenas = arenas
        memory = Tensor(uninitialized: [max(1, arenas * arenaCount)])
    }

    /// Runs that can go on at the same time.
    fileprivate var count: Int { arenas }
    fileprivate func arena(_ index: Int) -> UnsafeMutablePointer<Float> { memory.mutablePointer + index * arenaCount }
}

/// Workspaces that wait for their next use.
private final class WorkspacePool: Sendable {
    private struct Free: ~Copyable {
        nonisolated(unsafe) var workspaces: [InferenceWorkspace] = []
    }

    private let free = Mutex(Free())

    func take() -> sending InferenceWorkspace? {
        free.withLock { free in
            nonisolated(unsafe) let last = free.workspaces.popLast()
            return last
        }
    }
    func give(_ workspace: InferenceWorkspace) {
        nonisolated(unsafe) let workspace = workspace
        free.withLock { $0.workspaces.append(workspace) }
    }
}

/// The parts of one batch, shared among the arenas of a workspace: each takes every so-many-th part.
private struct PartsJob {
    let graph: Unmanaged<CompiledGraph>
    let workspace: Unmanaged<InferenceWorkspace>
    let parts: Int
    let input: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>
    let inputStride: Int
    let outputStride: Int

    func run() {
        var job = self
        let arenas = workspace._withUnsafeGuaranteedRef { $0.count }
        withUnsafeMutablePointer(to: &job) { pointer in
            ceeg_parallel_for(
                Int64(arenas), 1,
                { context, begin, end in
                    guard let job = context?.assumingMemoryBound(to: PartsJob.self) else { return }
                    for arena in Int(begin)..<Int(end) { job.pointee.runParts(of: arena) }
                }, pointer)
        }
    }

    private func runParts(of arena: Int) {
        let (count, memory) = workspace._withUnsafeGuaranteedRef { ($0.count, $0.arena(arena)) }
        for index in stride(from: arena, to: parts, by: count) {
            graph._withUnsafeGuaranteedRef { $0.run(arena: memory, input: input + index * inputStride, output: output + index * outputStride) }
        }
    }
}
