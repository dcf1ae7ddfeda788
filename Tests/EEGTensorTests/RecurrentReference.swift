import EEGModelTesting
import EEGTensor
import Foundation

/// Recurrent layers by definition, in Double.
enum RecurrentReference {
    /// One direction's weights: `[gates * hidden, input]`, `[gates * hidden, hidden]` and two biases, which can be absent.
    typealias Weights = (input: DoubleTensor, hidden: DoubleTensor, inputBias: DoubleTensor?, hiddenBias: DoubleTensor?)

    /// The outputs of one direction, `[batch][time][hidden]`, and the last states of all sequences.
    static func lstm(_ x: DoubleTensor, _ weights: Weights, isReversed: Bool, h0: [[Double]], c0: [[Double]]) -> (
        output: [[[Double]]], h: [[Double]], c: [[Double]]
    ) {
        var (output, h, c) = (emptyOutput(x), h0, c0)
        forEachStep(x, isReversed) { sequence, step in
            let hidden = h[sequence].count
            let (wx, wh) = arguments(x, weights, sequence, step, h[sequence])
            let gates = zip(wx, wh).map(+)
            for unit in 0..<hidden {
                let (i, f, o) = (sigmoid(gates[unit]), sigmoid(gates[hidden + unit]), sigmoid(gates[3 * hidden + unit]))
                c[sequence][unit] = f * c[sequence][unit] + i * tanh(gates[2 * hidden + unit])
                h[sequence][unit] = o * tanh(c[sequence][unit])
            }
            output[sequence][step] = h[sequence]
        }
        return (output, h, c)
    }

    /// As `lstm`, without a cell state.
    static func gru(_ x: DoubleTensor, _ weights: Weights, isReversed: Bool, h0: [[Double]]) -> (output: [[[Double]]], h: [[Double]]) {
        var (output, h) = (emptyOutput(x), h0)
        forEachStep(x, isReversed) { sequence, step in
            let hidden = h[sequence].count
            let (wx, wh) = arguments(x, weights, sequence, step, h[sequence])
            for unit in 0..<hidden {
                let (r, z) = (sigmoid(wx[unit] + wh[unit]), sigmoid(wx[hidden + unit] + wh[hidden + unit]))
                let n = tanh(wx[2 * hidden + unit] + r * wh[2 * hidden + unit])
                h[sequence][unit] = (1 - z) * n + z * h[sequence][unit]
            }
            output[sequence][step] = h[sequence]
        }
        return (output, h)
    }

    private static func emptyOutput(_ x: DoubleTensor) -> [[[Double]]] {
        Array(repeating: Array(repeating: [], count: x.shape[1]), count: x.shape[0])
    }

    private static func forEachStep(_ x: DoubleTensor, _ isReversed: Bool, _ body: (Int, Int) -> Void) {
        for sequence in 0..<x.shape[0] {
            for step in 0..<x.shape[1] { body(sequence, isReversed ? x.shape[1] - 1 - step : step) }
        }
    }

    private static func arguments(_ x: DoubleTensor, _ weights: Weights, _ sequence: Int, _ step: Int, _ h: [Double]) -> ([Double], [Double]) {
        let inputs = x.shape[2]
        let vector = (0..<inputs).map { x[sequence, step, $0] }
        func product(_ matrix: DoubleTensor, _ vector: [Double], _ bias: DoubleTensor?) -> [Double] {
            (0..<matrix.shape[0]).map { row in
                vector.indices.reduce(bias?[row] ?? 0) { $0 + matrix.values[row * vector.count + $1] * vector[$1] }
            }
        }
        return (product(weights.input, vector, weights.inputBias), product(weights.hidden, h, weights.hiddenBias))
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
