internal import CEEGKernels

/// What an LSTM layer carries from one step to the next: both `[directions, batch, hidden]`.
public struct LSTMState: Sendable {
    /// The hidden state, which is also the output.
    public var hidden: Tensor
    /// The cell state.
    public var cell: Tensor

    public init(hidden: Tensor, cell: Tensor) {
        self.hidden = hidden
        self.cell = cell
    }
}

/// What `lstm` computes.
public struct LSTMResult: Sendable {
    /// The last layer's hidden states at all steps: `[batch, time, directions * hidden]`.
    public var output: Tensor
    /// The state behind the last step, one entry a layer.
    public var states: [LSTMState]
}

/// Long short-term memory over whole sequences, as `torch.nn.LSTM` with `batch_first` computes it.
///
/// With i, f, g, o the four gates `W_ih x + b_ih + W_hh h + b_hh`: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c').
/// Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
///
/// - Parameters:
///   - x: `[batch, time, feature]`.
///   - layers: each takes the output of the one before it.
///   - initialStates: one entry a layer; zeros where absent.
///   - betweenLayers: applied to the output of each layer but the last: the place for dropout.
/// - Precondition: at least one layer, an input that is not empty, shapes that fit.
public func lstm(
    _ x: Tensor, layers: [RecurrentLayer], initialStates: [LSTMState]? = nil, betweenLayers: (Tensor) -> Tensor = { $0 }
) -> LSTMResult {
    require(!layers.isEmpty, "lstm: no layers")
    require(
        initialStates == nil || initialStates?.count == layers.count,
        "lstm: \(initialStates?.count ?? 0) initial states for \(layers.count) layers")
    var result = LSTMResult(output: x, states: [])
    for (index, layer) in layers.enumerated() {
        let state = initialStates?[index]
        let results = apply(
            LSTMLayer(directions: layer.directions.count),
            to: layer.operands(index == 0 ? x : betweenLayers(result.output), [state?.hidden, state?.cell]))
        result.output = results[0]
        result.states.append(LSTMState(hidden: results[1], cell: results[2]))
    }
    return result
}

/// One layer of an LSTM; its states are the hidden and the cell state.
struct LSTMLayer: RecurrentOperation {
    static let name = "lstm"
    static let gates = 4
    static let states = 2

    let directions: Int

    func compute(
        _ geometry: RecurrentGeometry, _ operand: (Int) -> UnsafeMutablePointer<Float>?, gates: UnsafeMutablePointer<Float>,
        kept: UnsafeMutablePointer<Float>?, results: (Int) -> UnsafeMutablePointer<Float>
    ) {
        geometry.projectInput(operand, into: gates)
        withUnsafeTemporaryAllocation(of: ceeg_lstm.self, capacity: directions) { calls in
            for direction in 0..<directions {
                let states = direction * geometry.stateCount, units = direction * geometry.rows * geometry.hidden, weights = 4 * direction
                calls.initializeElement(
                    at: direction,
                    to: ceeg_lstm(
                        sizes: geometry.sizes(direction: direction), weight: operand(weights + 2), input_bias: operand(weights + 3),
                        hidden_bias: operand(weights + 4), h0: operand(geometry.firstState).map { $0 + states },
                        c0: operand(geometry.firstState + 1).map { $0 + states }, gates: gates + 4 * units,
                        cells: kept.map { $0 + units }, output: results(0) + direction * geometry.hidden, h: results(1) + states,
                        c: results(2) + states))
            }
            ceeg_lstm_forward(calls.baseAddress, Int64(directions))
        }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let saved = pass.saved, inputCount = pass.inputCount
        let geometry = geometry(operands: inputCount) { saved.optional($0)?.shape }
        let (h0, c0) = (saved.optional(geometry.firstState), saved.optional(geometry.firstState + 1))
        let (gates, cells, output) = (saved[inputCount], saved[inputCount + 1], saved[inputCount + 2])
        let gateGradients = Tensor(uninitialized: gates.shape)
        let biasGradients = Tensor(uninitialized: [directions, 4 * geometry.hidden])
        let stateGradients = [h0, c0].map { $0.map { Tensor(uninitialized: $0.shape) } }
        let calls = (0..<directions).map { direction in
            let states = direction * geometry.stateCount, units = direction * geometry.rows * geometry.hidden
            return ceeg_lstm_gradient(
                sizes: geometry.sizes(direction: direction), weight: saved[4 * direction + 2].pointer,
                c0: c0.map { $0.pointer + states }, gates: gates.pointer + 4 * units, cells: cells.pointer + units,
                d_output: gradients.optional(0).map { $0.pointer + direction * geometry.hidden },
                d_h: gradients.optional(1).map { $0.pointer + states }, d_c: gradients.optional(2).map { $0.pointer + states },
                d_gates: gateGradients.mutablePointer + 4 * units,
                d_h0: stateGradients[0].map { $0.mutablePointer + states }, d_c0: stateGradients[1].map { $0.mutablePointer + states },
                d_bias: biasGradients.mutablePointer + direction * 4 * geometry.hidden)
        }
        ceeg_lstm_backward(calls, Int64(directions))
        withExtendedLifetime((gradients, saved)) {}
        return RecurrentGradients(
            geometry: geometry, gates: gateGradients, biases: biasGradients, hiddenColumns: [0..<(4 * geometry.hidden)]
        ).ofOperands(pass, output: output, states: stateGradients)
    }
}
