import EEGModelTesting
import EEGTensor
import Testing

@Suite struct RecurrentTests {
    /// Large enough for every product to be shared by the threads.
    private static let large = RecurrentExample(batch: 67, steps: 70, inputs: 19, hidden: 40, directions: 2)

    @Test(arguments: [large.lstmExample, large.gruExample])
    func sameBitsForAnyThreadCount(_ example: DifferentiableOperation.Example) {
        expectSameBitsForAnyThreadCount {
            var results: [Tensor] = []
            let (_, gradients) = valueAndGradients(at: example.inputs) {
                results = example.function($0)
                let weights = results.enumerated().map { DoubleTensor(sample($1.shape, seed: UInt64($0))) }
                return apply(WeightedSum(weights: weights), to: TensorList(results.map(Optional.some)))[0]
            }
            return results.map { $0.detached() } + gradients
        }
    }

    @Test(arguments: [large.lstmExample, large.gruExample])
    func recordingDoesNotChangeTheResults(_ example: DifferentiableOperation.Example) {
        var recorded: [Tensor] = []
        _ = valueAndGradient(at: example.inputs[0]) {
            recorded = example.function([$0] + example.inputs.dropFirst())
            return recorded[0].sum()
        }
        let areEqual = recorded.map { $0.detached() } == example.function(example.inputs)
        #expect(areEqual)
    }

    @Test func layersFollowEachOther() {
        let first = RecurrentExample(batch: 3, steps: 5, inputs: 2, hidden: 4, directions: 2)
        let second = RecurrentExample(batch: 3, steps: 5, inputs: 8, hidden: 3)
        func doubled(_ x: Tensor) -> Tensor { x * 2 }
        do {
            let (a, b) = (first.operands(gates: 4, states: 2), second.operands(gates: 4, states: 2))
            let states = [a, b].map { LSTMState(hidden: $0[$0.count - 2], cell: $0[$0.count - 1]) }
            let both = lstm(a[0], layers: [first.layer(a), second.layer(b)], initialStates: states, betweenLayers: doubled)
            let one = lstm(a[0], layers: [first.layer(a)], initialStates: [states[0]])
            let two = lstm(doubled(one.output), layers: [second.layer(b)], initialStates: [states[1]])
            #expect(both.output == two.output)
            #expect(both.states.map(\.cell) == [one.states[0].cell, two.states[0].cell])
            #expect(both.states.map(\.hidden) == [one.states[0].hidden, two.states[0].hidden])
        }
        let (a, b) = (first.operands(gates: 3, states: 1), second.operands(gates: 3, states: 1))
        let states = [a[a.count - 1], b[b.count - 1]]
        let both = gru(a[0], layers: [first.layer(a), second.layer(b)], initialStates: states, betweenLayers: doubled)
        let one = gru(a[0], layers: [first.layer(a)], initialStates: [states[0]])
        let two = gru(doubled(one.output), layers: [second.layer(b)], initialStates: [states[1]])
        #expect(both.output == two.output)
        #expect(both.states == [one.states[0], two.states[0]])
    }

    @Test func weightsThatDoNotFitTrap() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let weights = RecurrentWeights(inputWeight: Tensor(zeros: [16, 3]), hiddenWeight: Tensor(zeros: [16, 4]))
            _ = lstm(Tensor(zeros: [2, 5, 6]), layers: [RecurrentLayer(forward: weights)])
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("lstm: the input weight must be [16, 6] for an input [2, 5, 6], its shape is [16, 3]"))
    }

    @Test func anEmptyBatchTraps() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let weights = RecurrentWeights(inputWeight: Tensor(zeros: [12, 3]), hiddenWeight: Tensor(zeros: [12, 4]))
            _ = gru(Tensor(zeros: [0, 5, 3]), layers: [RecurrentLayer(forward: weights)])
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("gru: an operand is empty: [0, 5, 3]"))
    }
}
