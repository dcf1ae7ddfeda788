/// The weights of one direction of a recurrent layer, as PyTorch names, shapes and orders them.
///
/// The gates follow each other along the first axis: input, forget, cell, output in an LSTM (four); reset, update, new in a GRU (three).
public struct RecurrentWeights: Sendable {
    /// `weight_ih`: `[gates * hidden, input]`.
    public var inputWeight: Tensor
    /// `weight_hh`: `[gates * hidden, hidden]`.
    public var hiddenWeight: Tensor
    /// `bias_ih`: `[gates * hidden]`.
    public var inputBias: Tensor?
    /// `bias_hh`: `[gates * hidden]`.
    public var hiddenBias: Tensor?

    public init(inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor? = nil, hiddenBias: Tensor? = nil) {
        self.inputWeight = inputWeight
        self.hiddenWeight = hiddenWeight
        self.inputBias = inputBias
        self.hiddenBias = hiddenBias
    }
}

/// One layer of an LSTM or a GRU: forward in time or, with `reverse`, in both directions.
public struct RecurrentLayer: Sendable {
    /// The direction that reads a sequence from its beginning.
    public var forward: RecurrentWeights
    /// The direction that reads it from its end; its outputs follow those of `forward` along the last axis.
    public var reverse: RecurrentWeights?

    public init(forward: RecurrentWeights, reverse: RecurrentWeights? = nil) {
        self.forward = forward
        self.reverse = reverse
    }

    var directions: [RecurrentWeights] { [forward] + (reverse.map { [$0] } ?? []) }

    /// The operands of an operation: the input, the weights of each direction, then the initial states.
    func operands(_ x: Tensor, _ states: [Tensor?]) -> TensorList {
        var list = TensorList(x)
        for weights in directions {
            list.append(weights.inputWeight)
            list.append(weights.hiddenWeight)
            list.append(weights.inputBias)
            list.append(weights.hiddenBias)
        }
        for state in states { list.append(state) }
        return list
    }
}
