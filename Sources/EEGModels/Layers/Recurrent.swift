public import EEGTensor

/// Long short-term memory over whole sequences, in one or both directions, in one or several layers.
///
/// Parameters have PyTorch's names: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, with `_reverse` for the second direction.
public struct LSTM: Layer {
    private let layers: [RecurrentParameters]
    private let dropout: Dropout

    /// - Parameter dropoutRate: between the layers.
    public init(
        _ scope: ParameterScope, inputs: Int, hidden: Int, layers: Int = 1, isBidirectional: Bool = false, hasBias: Bool = true,
        dropoutRate: Float = 0
    ) {
        self.layers = RecurrentParameters.stack(
            scope, gates: 4, inputs: inputs, hidden: hidden, layers: layers, isBidirectional: isBidirectional, hasBias: hasBias)
        dropout = Dropout(rate: dropoutRate)
    }

    /// `[batch, time, feature]` to the last layer's hidden states `[batch, time, directions * hidden]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { states(of: x, &context).output }

    /// The hidden states at all steps, and the state behind the last step.
    public func states(of x: Tensor, _ context: inout ForwardContext) -> LSTMResult {
        lstm(x, layers: layers.map(\.layer), betweenLayers: { dropout($0, &context) })
    }
}

/// A gated recurrent unit over whole sequences, in one or both directions, in one or several layers; parameter names as for ``LSTM``.
public struct GRU: Layer {
    private let layers: [RecurrentParameters]
    private let dropout: Dropout

    /// - Parameter dropoutRate: between the layers.
    public init(
        _ scope: ParameterScope, inputs: Int, hidden: Int, layers: Int = 1, isBidirectional: Bool = false, hasBias: Bool = true,
        dropoutRate: Float = 0
    ) {
        self.layers = RecurrentParameters.stack(
            scope, gates: 3, inputs: inputs, hidden: hidden, layers: layers, isBidirectional: isBidirectional, hasBias: hasBias)
        dropout = Dropout(rate: dropoutRate)
    }

    /// `[batch, time, feature]` to the last layer's hidden states `[batch, time, directions * hidden]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { states(of: x, &context).output }

    /// The hidden states at all steps, and the state behind the last step.
    public func states(of x: Tensor, _ context: inout ForwardContext) -> GRUResult {
        gru(x, layers: layers.map(\.layer), betweenLayers: { dropout($0, &context) })
    }
}

/// The parameters of one recurrent layer.
private struct RecurrentParameters {
    private struct Direction {
        let inputWeight: Parameter
        let hiddenWeight: Parameter
        let inputBias: Parameter?
        let hiddenBias: Parameter?

        init(_ scope: ParameterScope, suffix: String, gates: Int, inputs: Int, hidden: Int, hasBias: Bool) {
            let initializer = Initializer.uniform(1 / Float(hidden).squareRoot())
            inputWeight = scope.parameter("weight_ih_\(suffix)", [gates * hidden, inputs], initializer)
            hiddenWeight = scope.parameter("weight_hh_\(suffix)", [gates * hidden, hidden], initializer)
            inputBias = hasBias ? scope.parameter("bias_ih_\(suffix)", [gates * hidden], initializer) : nil
            hiddenBias = hasBias ? scope.parameter("bias_hh_\(suffix)", [gates * hidden], initializer) : nil
        }

        var weights: RecurrentWeights {
            RecurrentWeights(
                inputWeight: inputWeight.value, hiddenWeight: hiddenWeight.value, inputBias: inputBias?.value, hiddenBias: hiddenBias?.value)
        }
    }

    private let forward: Direction
    private let reverse: Direction?

    static func stack(
        _ scope: ParameterScope, gates: Int, inputs: Int, hidden: Int, layers: Int, isBidirectional: Bool, hasBias: Bool
    ) -> [RecurrentParameters] {
        (0..<layers).map { layer in
            let width = layer == 0 ? inputs : hidden * (isBidirectional ? 2 : 1)
            func direction(_ suffix: String) -> Direction {
                Direction(scope, suffix: "l\(layer)\(suffix)", gates: gates, inputs: width, hidden: hidden, hasBias: hasBias)
            }
            return RecurrentParameters(forward: direction(""), reverse: isBidirectional ? direction("_reverse") : nil)
        }
    }

    var layer: RecurrentLayer { RecurrentLayer(forward: forward.weights, reverse: reverse?.weights) }
}
