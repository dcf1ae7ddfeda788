import EEGModelTesting
import EEGTensor
import Testing

@Suite struct RecurrentTests {
    struct Case: Sendable, CustomStringConvertible {
        var batch = 2, steps = 3, inputs = 3, hidden = 4, directions = 1
        var hasBiases = true, hasStates = true

        var description: String {
            "[\(batch), \(steps), \(inputs)] to \(hidden), \(directions) directions\(hasBiases ? "" : ", no biases")\(hasStates ? "" : ", no states")"
        }

        /// The shapes of the operands: the input, each direction's weights and biases, `states` initial states.
        func shapes(gates: Int, states: Int) -> [Shape] {
            var shapes: [Shape] = [[batch, steps, inputs]]
            for _ in 0..<directions {
                shapes += [[gates * hidden, inputs], [gates * hidden, hidden]]
                if hasBiases { shapes += [[gates * hidden], [gates * hidden]] }
            }
            return shapes + (hasStates ? Array(repeating: [directions, batch, hidden], count: states) : [])
        }

        /// The place of a direction's weights among the operands.
        func firstWeight(_ direction: Int) -> Int { 1 + direction * (hasBiases ? 4 : 2) }

        func layer(_ operands: [Tensor]) -> RecurrentLayer {
            let weights = (0..<directions).map { direction in
                let first = firstWeight(direction)
                return RecurrentWeights(
                    inputWeight: operands[first], hiddenWeight: operands[first + 1], inputBias: hasBiases ? operands[first + 2] : nil,
                    hiddenBias: hasBiases ? operands[first + 3] : nil)
            }
            return RecurrentLayer(forward: weights[0], reverse: directions == 2 ? weights[1] : nil)
        }

        func reference(_ operands: [DoubleTensor], _ direction: Int) -> RecurrentReference.Weights {
            let first = firstWeight(direction)
            return (
                operands[first], operands[first + 1], hasBiases ? operands[first + 2] : nil, hasBiases ? operands[first + 3] : nil
            )
        }

        /// Rows of an initial state of one direction; `last` counts from the end of the operands.
        func state(_ operands: [DoubleTensor], last: Int, _ direction: Int) -> [[Double]] {
            (0..<batch).map { row in
                (0..<hidden).map { unit in hasStates ? operands[operands.count - 1 - last][direction, row, unit] : 0 }
            }
        }

        /// Outputs of the directions side by side.
        func output(_ outputs: [[[[Double]]]]) -> DoubleTensor {
            var values: [Double] = []
            for row in 0..<batch {
                for step in 0..<steps { for output in outputs { values += output[row][step] } }
            }
            return DoubleTensor(values, shape: [batch, steps, directions * hidden])
        }

        func states(_ states: [[[Double]]]) -> DoubleTensor {
            DoubleTensor(states.joined().joined().map { $0 }, shape: [directions, batch, hidden])
        }
    }

    /// One step, one sequence, states narrower and wider than a vector, batches that no chunk divides.
    static let cases: [Case] = [
        Case(), Case(batch: 1, steps: 1, inputs: 1, hidden: 1), Case(batch: 3, steps: 1, hidden: 5, directions: 2),
        Case(batch: 1, steps: 7, inputs: 2, hidden: 17, hasBiases: false), Case(batch: 5, steps: 4, inputs: 3, hidden: 16, hasStates: false),
        Case(batch: 7, steps: 3, inputs: 5, hidden: 33, directions: 2), Case(batch: 19, steps: 3, inputs: 2, hidden: 9, directions: 2, hasStates: false),
        Case(batch: 37, steps: 2, inputs: 3, hidden: 7), Case(batch: 2, steps: 3, inputs: 3, hidden: 131, hasBiases: false, hasStates: false),
    ]

    private func operands(_ example: Case, gates: Int, states: Int) -> [Tensor] {
        var generator = Generator(seed: 11)
        return example.shapes(gates: gates, states: states).map { Tensor(uniform: -0.6..<0.6, shape: $0, using: &generator) }
    }

    private func lstmResults(_ example: Case, _ operands: [Tensor]) -> [Tensor] {
        let state = example.hasStates ? LSTMState(hidden: operands[operands.count - 2], cell: operands[operands.count - 1]) : nil
        let result = lstm(operands[0], layers: [example.layer(operands)], initialStates: state.map { [$0] })
        return [result.output, result.states[0].hidden, result.states[0].cell]
    }

    private func gruResults(_ example: Case, _ operands: [Tensor]) -> [Tensor] {
        let result = gru(
            operands[0], layers: [example.layer(operands)], initialStates: example.hasStates ? [operands[operands.count - 1]] : nil)
        return [result.output, result.states[0]]
    }

    @Test(arguments: cases) func lstmAgreesWithTheDefinition(_ example: Case) {
        let operands = operands(example, gates: 4, states: 2)
        forEachConfiguration { _ in
            expectGradient(at: operands, settings: .init(directions: 1)) {
                lstmResults(example, $0)
            } reference: { x in
                let results = (0..<example.directions).map { direction in
                    RecurrentReference.lstm(
                        x[0], example.reference(x, direction), isReversed: direction == 1, h0: example.state(x, last: 1, direction),
                        c0: example.state(x, last: 0, direction))
                }
                return [example.output(results.map(\.output)), example.states(results.map(\.h)), example.states(results.map(\.c))]
            }
        }
    }

    @Test(arguments: cases) func gruAgreesWithTheDefinition(_ example: Case) {
        let operands = operands(example, gates: 3, states: 1)
        forEachConfiguration { _ in
            expectGradient(at: operands, settings: .init(directions: 1)) {
                gruResults(example, $0)
            } reference: { x in
                let results = (0..<example.directions).map { direction in
                    RecurrentReference.gru(
                        x[0], example.reference(x, direction), isReversed: direction == 1, h0: example.state(x, last: 0, direction))
                }
                return [example.output(results.map(\.output)), example.states(results.map(\.h))]
            }
        }
    }

    /// Large enough for every product to be shared by the threads.
    @Test func sameBitsForAnyThreadCount() {
        let example = Case(batch: 67, steps: 70, inputs: 19, hidden: 40, directions: 2)
        for (gates, states, results) in [(4, 2, lstmResults(_:_:)), (3, 1, gruResults(_:_:))] {
            let operands = operands(example, gates: gates, states: states)
            expectSameBitsForAnyThreadCount {
                let (_, gradients) = valueAndGradients(at: operands) { apply(HalfSquares(), to: TensorList(results(example, $0)))[0] }
                return results(example, operands) + gradients
            }
        }
    }
}

/// The sum of the squares of all results, halved: their gradient is they themselves.
private struct HalfSquares: EEGTensor.Operation {
    static let name = "half squares"

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        var sum: Float = 0
        for index in 0..<inputs.count {
            pass.save(inputs[index])
            for value in inputs[index].scalars { sum += value * value / 2 }
        }
        return TensorList(Tensor(sum))
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { pass.saved }
}
