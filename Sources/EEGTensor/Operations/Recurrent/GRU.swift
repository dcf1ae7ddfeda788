internal import CEEGKernels

/// What `gru` computes.
public struct GRUResult: Sendable {
    /// The last layer's hidden states at all steps: `[batch, time, directions * hidden]`.
    public var output: Tensor
    /// The hidden state behind the last step, `[directions, batch, hidden]`, one entry a layer.
    public var states: [Tensor]
}

/// A gated recurrent unit over whole sequences, as `torch.nn.GRU` with `batch_first` computes it.
///
/// With reset r and update z = sigmoid(W_ih x + b_ih + W_hh h + b_hh): n = tanh(W_in x + b_in + r (W_hn h + b_hn)),
/// h' = (1 - z) n + z h. Cho et al. (2014), with the reset gate behind the product.
///
/// - Parameters:
///   - x: `[batch, time, feature]`.
///   - layers: each takes the output of the one before it.
///   - initialStates: `[directions, batch, hidden]`, one entry a layer; zeros where absent.
///   - betweenLayers: applied to the output of each layer but the last: the place for dropout.
/// - Precondition: at least one layer, an input that is not empty, shapes that fit.
public func gru(
    _ x: Tensor, layers: [RecurrentLayer], initialStates: [Tensor]? = nil, betweenLayers: (Tensor) -> Tensor = { $0 }
) -> GRUResult {
    require(!layers.isEmpty, "gru: no layers")
    require(
        initialStates == nil || initialStates?.count == layers.count,
        "gru: \(initialStates?.count ?? 0) initial states for \(layers.count) layers")
    var result = GRUResult(output: x, states: [])
    for (index, layer) in layers.enumerated() {
        let results = apply(
            GRULayer(directions: layer.directions.count),
            to: layer.operands(index == 0 ? x : betweenLayers(result.output), [initialStates?[index]]))
        result.output = results[0]
        result.states.append(results[1])
    }
    return result
}

/// One layer of a GRU; its states are the hidden state.
struct GRULayer: RecurrentOperation {
    static let name = "gru"
    static let gates = 3
    static let states = 1

    let directions: Int

    func compute(
        _ geometry: RecurrentGeometry, _ operand: (Int) -> UnsafeMutablePointer<Float>?, gates: UnsafeMutablePointer<Float>,
        kept: UnsafeMutablePointer<Float>?, results: (Int) -> UnsafeMutablePointer<Float>
    ) {
        geometry.projectInput(operand, into: gates)
        withUnsafeTemporaryAllocation(of: ceeg_gru.self, capacity: directions) { calls in
            for direction in 0..<directions {
                let states = direction * geometry.stateCount, units = direction * geometry.rows * geometry.hidden, weights = 4 * direction
                calls.initializeElement(
                    at: direction,
                    to: ceeg_gru(
                        sizes: geometry.sizes(direction: direction), weight: operand(weights + 2), input_bias: operand(weights + 3),
                        hidden_bias: operand(weights + 4), h0: operand(geometry.firstState).map { $0 + states },
                        gates: gates + 3 * units, candidates: kept.map { $0 + units },
                        output: results(0) + direction * geometry.hidden, h: results(1) + states))
            }
            ceeg_gru_forward(calls.baseAddress, Int64(directions))
        }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let saved = pass.saved, inputCount = pass.inputCount
        let geometry = geometry(operands: inputCount) { saved.optional($0)?.shape }
        let width = 4 * geometry.hidden
        let h0 = saved.optional(geometry.firstState)
        let (gates, candidates, output) = (saved[inputCount], saved[inputCount + 1], saved[inputCount + 2])
        let gateGradients = Tensor(uninitialized: [directions, geometry.batch, geometry.steps, width])
        let biasGradients = Tensor(uninitialized: [directions, width])
        let stateGradient = h0.map { Tensor(uninitialized: $0.shape) }
        let calls = (0..<directions).map { direction in
            let states = direction * geometry.stateCount, units = direction * geometry.rows * geometry.hidden
            return ceeg_gru_gradient(
                sizes: geometry.sizes(direction: direction), weight: saved[4 * direction + 2].pointer,
                h0: h0.map { $0.pointer + states }, gates: gates.pointer + 3 * units, candidates: candidates.pointer + units,
                output: output.pointer + direction * geometry.hidden,
                d_output: gradients.optional(0).map { $0.pointer + direction * geometry.hidden },
                d_h: gradients.optional(1).map { $0.pointer + states },
                d_gates: gateGradients.mutablePointer + 4 * units, d_h0: stateGradient.map { $0.mutablePointer + states },
                d_bias: biasGradients.mutablePointer + direction * width)
        }
        ceeg_gru_backward(calls, Int64(directions))
        withExtendedLifetime((gradients, saved)) {}
        let hidden = geometry.hidden
        return RecurrentGradients(
            geometry: geometry, gates: gateGradients, biases: biasGradients, hiddenColumns: [0..<(2 * hidden), (3 * hidden)..<width]
        ).ofOperands(pass, output: output, states: [stateGradient])
    }
}
