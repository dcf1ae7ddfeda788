import EEGTensor

/// A kernel to be timed, forward and with its gradients, beside the PyTorch expression that computes the same.
struct Kernel: Sendable {
    let group: String
    let name: String
    /// The shapes of the operands: the input first, then weights.
    let shapes: [Shape]
    /// Whether the gradient with respect to the input is wanted: not in the first layer of a network.
    var inputGradient = true
    /// Multiply-adds of one forward computation.
    let multiplyAdds: Int
    /// Multiply-adds of the gradients; where it is not given, those of the forward computation for the weights and again for the input.
    var gradientMultiplyAdds: Int?
    /// PyTorch's expression in `x[0]`, `x[1]` …
    let torch: String
    let function: @Sendable ([Tensor]) -> Tensor

    /// The forward computation and the one with gradients.
    var workloads: [Workload] { [forward, forwardAndBackward] }

    private var inputs: [Tensor] { shapes.enumerated().map { benchmarkInput($1, operand: $0) } }
    private var isDifferentiated: [Bool] { shapes.indices.map { $0 > 0 || inputGradient } }
    private var resultCount: Int { function(shapes.map { Tensor(zeros: $0) }).count }

    private var forward: Workload {
        let operands = shapes.map(\.elementCount).reduce(0, +)
        return Workload(
            group: group, name: name + ", forward",
            implementations: [
                .init(label: "") {
                    let inputs = inputs
                    return .init(run: { _ = function(inputs) }, checksum: checksum(function(inputs)))
                }
            ], peers: [peer([])], floatingPointOperations: 2 * Double(multiplyAdds), bytes: 4 * Double(operands + resultCount))
    }

    /// Backward, the result's gradient is read for each gradient that is wanted, and so are the operands.
    private var forwardAndBackward: Workload {
        let operands = shapes.map(\.elementCount).reduce(0, +)
        let wanted = zip(shapes, isDifferentiated).map { $1 ? $0.elementCount : 0 }.reduce(0, +)
        return Workload(
            group: group, name: name + ", with gradients",
            implementations: [
                .init(label: "") {
                    let inputs = inputs
                    let run = gradients(inputs, of: function)
                    return .init(run: { _ = run() }, checksum: checksum(function(inputs)) + run().map(checksum).reduce(0, +))
                }
            ], peers: [peer(isDifferentiated)],

            floatingPointOperations: 2
                * Double(multiplyAdds + (gradientMultiplyAdds ?? multiplyAdds * (inputGradient && shapes.count > 1 ? 2 : 1))),
            bytes: 4 * Double(2 * operands + 2 * resultCount + wanted))
    }

    private func peer(_ differentiated: [Bool]) -> PeerTask {
        PeerTask(
            library: "PyTorch", script: "torch", modes: shapes[0].rank == 4 ? ["eager", "channels-last"] : ["eager"],
            request: .init(task: torch, shapes: shapes.map(Array.init), differentiated: differentiated))
    }

    /// Computes the gradients that are wanted, given a fixed gradient of the result.
    private func gradients(_ inputs: [Tensor], of function: @escaping @Sendable ([Tensor]) -> Tensor) -> () -> [Tensor] {
        let upstream = Upstream(gradient: benchmarkInput(function(inputs).shape, operand: inputs.count))
        let first = inputGradient ? 0 : 1
        let constant = Array(inputs[..<first])
        let watched = Array(inputs[first...])
        return { valueAndGradients(at: watched) { apply(upstream, function(constant + $0)) }.gradients }
    }
}

/// Ends a computation with a scalar that costs nothing and sends back a given gradient.
private struct Upstream: EEGTensor.Operation {
    static let name = "upstream"
    let gradient: Tensor

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { TensorList(Tensor(0)) }
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { TensorList(gradient) }
}
