import EEGTensor
import GoldenFiles

let recurrentMappings: [String: OperationMapping] = [
    "lstm": { golden in
        let stack = try RecurrentStack(golden)
        let states = zip(stack.states("h0"), stack.states("c0")).map { LSTMState(hidden: $0, cell: $1) }
        let result = lstm(try golden.input, layers: stack.layers, initialStates: states.isEmpty ? nil : states)
        return [
            result.output, concatenate(result.states.map(\.hidden)), concatenate(result.states.map(\.cell)),
        ]
    },
    "gru": { golden in
        let stack = try RecurrentStack(golden)
        let states = stack.states("h0")
        let result = gru(try golden.input, layers: stack.layers, initialStates: states.isEmpty ? nil : states)
        return [result.output, concatenate(result.states)]
    },
]

/// The layers that the inputs of a golden file name as PyTorch does.
private struct RecurrentStack {
    let golden: GoldenOperation
    let layers: [RecurrentLayer]

    init(_ golden: GoldenOperation) throws {
        self.golden = golden
        layers = try (0..<golden.int("layers")).map { layer in
            func weights(_ suffix: String) throws -> RecurrentWeights {
                RecurrentWeights(
                    inputWeight: try golden["weight_ih_l\(layer)\(suffix)"], hiddenWeight: try golden["weight_hh_l\(layer)\(suffix)"],
                    inputBias: golden.optional("bias_ih_l\(layer)\(suffix)"), hiddenBias: golden.optional("bias_hh_l\(layer)\(suffix)"))
            }
            return RecurrentLayer(forward: try weights(""), reverse: try golden.bool("bidirectional") ? weights("_reverse") : nil)
        }
    }

    /// The states of each layer, of which PyTorch keeps those of all directions of all layers in one tensor.
    func states(_ name: String) -> [Tensor] {
        guard let all = golden.optional(name) else { return [] }
        return all.split(into: layers.count)
    }
}
