import EEGModelTesting
import EEGTensor
import Foundation

/// One step, one sequence, states narrower and wider than a vector, batches that no chunk divides.
private let layers: [RecurrentExample] = [
    RecurrentExample(), RecurrentExample(batch: 1, steps: 1, inputs: 1, hidden: 1),
    RecurrentExample(batch: 3, steps: 1, hidden: 5, directions: 2), RecurrentExample(batch: 1, steps: 7, inputs: 2, hidden: 17, hasBiases: false),
    RecurrentExample(batch: 5, steps: 4, inputs: 3, hidden: 16, hasStates: false),
    RecurrentExample(batch: 7, steps: 3, inputs: 5, hidden: 33, directions: 2),
    RecurrentExample(batch: 19, steps: 3, inputs: 2, hidden: 9, directions: 2, hasStates: false),
    RecurrentExample(batch: 37, steps: 2, inputs: 3, hidden: 7),
    RecurrentExample(batch: 2, steps: 3, inputs: 3, hidden: 131, hasBiases: false, hasStates: false),
]

let recurrentGradients = [
    DifferentiableOperation(type: "LSTMLayer", examples: layers.map(\.lstmExample)),
    DifferentiableOperation(type: "GRULayer", examples: layers.map(\.gruExample)),
]

/// A layer with random operands: the input, each direction's weights and biases, the initial states.
struct RecurrentExample {
    var batch = 2, steps = 3, inputs = 3, hidden = 4, directions = 1
    var hasBiases = true, hasStates = true

    var label: String {
        "[\(batch), \(steps), \(inputs)] to \(hidden), \(directions) directions\(hasBiases ? "" : ", no biases")\(hasStates ? "" : ", no states")"
    }

    func operands(gates: Int, states: Int) -> [Tensor] {
        var shapes: [Shape] = [[batch, steps, inputs]]
        for _ in 0..<directions {
            shapes += [[gates * hidden, inputs], [gates * hidden, hidden]]
            if hasBiases { shapes += [[gates * hidden], [gates * hidden]] }
        }
        if hasStates { shapes += Array(repeating: [directions, batch, hidden], count: states) }
        return shapes.enumerated().map { sample($1, in: -0.6..<0.6, seed: UInt64($0 + 1)) }
    }

    var lstmExample: DifferentiableOperation.Example {
        .init(label: label, inputs: operands(gates: 4, states: 2), settings: .init(directions: 1)) { x in
            let state = hasStates ? LSTMState(hidden: x[x.count - 2], cell: x[x.count - 1]) : nil
            let result = lstm(x[0], layers: [layer(x)], initialStates: state.map { [$0] })
            return [result.output, result.states[0].hidden, result.states[0].cell]
        } reference: { x in
            let runs = (0..<directions).map { direction in
                run(x, direction, states: [state(x, last: 1, direction), state(x, last: 0, direction)]) { input, recurrent, state in
                    for unit in 0..<hidden {
                        func gate(_ gate: Int) -> Double { input[gate * hidden + unit] + recurrent[gate * hidden + unit] }
                        state[1][unit] = sigmoid(gate(1)) * state[1][unit] + sigmoid(gate(0)) * tanh(gate(2))
                        state[0][unit] = sigmoid(gate(3)) * tanh(state[1][unit])
                    }
                }
            }
            return results(runs, states: 2)
        }
    }

    var gruExample: DifferentiableOperation.Example {
        .init(label: label, inputs: operands(gates: 3, states: 1), settings: .init(directions: 1)) { x in
            let result = gru(x[0], layers: [layer(x)], initialStates: hasStates ? [x[x.count - 1]] : nil)
            return [result.output, result.states[0]]
        } reference: { x in
            let runs = (0..<directions).map { direction in
                run(x, direction, states: [state(x, last: 0, direction)]) { input, recurrent, state in
                    for unit in 0..<hidden {
                        let r = sigmoid(input[unit] + recurrent[unit]), z = sigmoid(input[hidden + unit] + recurrent[hidden + unit])
                        let n = tanh(input[2 * hidden + unit] + r * recurrent[2 * hidden + unit])
                        state[0][unit] = (1 - z) * n + z * state[0][unit]
                    }
                }
            }
            return results(runs, states: 1)
        }
    }

    private func firstWeight(_ direction: Int) -> Int { 1 + direction * (hasBiases ? 4 : 2) }

    func layer(_ operands: [Tensor]) -> RecurrentLayer {
        let weights = (0..<directions).map { direction in
            let first = firstWeight(direction)
            return RecurrentWeights(
                inputWeight: operands[first], hiddenWeight: operands[first + 1], inputBias: hasBiases ? operands[first + 2] : nil,
                hiddenBias: hasBiases ? operands[first + 3] : nil)
        }
        return RecurrentLayer(forward: weights[0], reverse: directions == 2 ? weights[1] : nil)
    }

    /// Rows of an initial state of one direction; `last` counts from the end of the operands.
    private func state(_ operands: [DoubleTensor], last: Int, _ direction: Int) -> [[Double]] {
        (0..<batch).map { row in (0..<hidden).map { unit in hasStates ? operands[operands.count - 1 - last][direction, row, unit] : 0 } }
    }

    /// The hidden states of one direction at all steps, `[batch][time][hidden]`, and all states behind the last step.
    private typealias Run = (output: [[[Double]]], states: [[[Double]]])

    /// - Parameter update: changes the states of one sequence, given W_ih x + b_ih and W_hh h + b_hh.
    private func run(
        _ operands: [DoubleTensor], _ direction: Int, states: [[[Double]]],
        update: (_ input: [Double], _ recurrent: [Double], _ states: inout [[Double]]) -> Void
    ) -> Run {
        let first = firstWeight(direction)
        func product(_ place: Int, _ vector: [Double]) -> [Double] {
            let matrix = operands[first + place]
            return (0..<matrix.shape[0]).map { row in
                vector.indices.reduce(hasBiases ? operands[first + 2 + place].values[row] : 0) {
                    $0 + matrix.values[row * vector.count + $1] * vector[$1]
                }
            }
        }
        var output = Array(repeating: Array(repeating: [Double](), count: steps), count: batch)
        var states = states
        for sequence in 0..<batch {
            var current = states.map { $0[sequence] }
            for step in direction == 0 ? Array(0..<steps) : (0..<steps).reversed() {
                let begin = (sequence * steps + step) * inputs
                update(product(0, Array(operands[0].values[begin..<begin + inputs])), product(1, current[0]), &current)
                output[sequence][step] = current[0]
            }
            for index in states.indices { states[index][sequence] = current[index] }
        }
        return (output, states)
    }

    private func results(_ runs: [Run], states: Int) -> [DoubleTensor] {
        let output = (0..<batch).flatMap { row in (0..<steps).flatMap { step in runs.flatMap { $0.output[row][step] } } }
        let last = (0..<states).map { index in
            DoubleTensor(runs.flatMap { $0.states[index].flatMap { $0 } }, shape: [directions, batch, hidden])
        }
        return [DoubleTensor(output, shape: [batch, steps, directions * hidden])] + last
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
