import EEGModelTesting
import EEGTensor

// References give each element of a result as the element of the input that stands there.

let layoutGradients = [
    DifferentiableOperation(
        type: "Reshape",
        examples: [
            rearrangement([3, 4, 5], to: [12, 5]) {
                $0.reshaped(to: [12, 5])
            } from: {
                [$0[0] / 4, $0[0] % 4, $0[1]]
            }
        ]),
    DifferentiableOperation(
        type: "Permutation",
        examples: [
            rearrangement([3, 4, 5], to: [3, 5, 4]) {
                $0.transposed()
            } from: {
                [$0[0], $0[2], $0[1]]
            },
            rearrangement([2, 3, 4, 17], to: [4, 2, 17, 3]) {
                $0.permuted(2, 0, 3, 1)
            } from: {
                [$0[1], $0[3], $0[0], $0[2]]
            },
        ]),
    DifferentiableOperation(
        type: "Reversal",
        examples: [
            rearrangement([3, 7, 5], to: [3, 7, 5]) {
                $0.reversed(axis: 1)
            } from: {
                [$0[0], 6 - $0[1], $0[2]]
            }
        ]),
    DifferentiableOperation(
        type: "Roll",
        examples: [
            rearrangement([3, 19], to: [3, 19]) {
                $0.rolled(by: 4, axis: -1)
            } from: {
                [$0[0], ($0[1] + 15) % 19]
            },
            rearrangement([3, 5, 2], to: [3, 5, 2]) {
                $0.rolled(by: -7, axis: 1)
            } from: {
                [$0[0], ($0[1] + 7) % 5, $0[2]]
            },
        ]),
    DifferentiableOperation(
        type: "Broadcast",
        examples: [
            rearrangement([3, 1, 5], to: [2, 3, 4, 5]) {
                $0.broadcast(to: [2, 3, 4, 5])
            } from: {
                [$0[1], 0, $0[3]]
            }
        ]),
    DifferentiableOperation(
        type: "ConstantPadding",
        examples: [
            rearrangement([2, 3, 9], to: [2, 3, 14], constant: 0.5) {
                $0.padded(before: 3, after: 2, mode: .constant(0.5))
            } from: { i in
                (3..<12).contains(i[2]) ? [i[0], i[1], i[2] - 3] : nil
            },
            rearrangement([2, 3, 4], to: [2, 4, 7]) {
                $0.padded([(before: 0, after: 1), (before: 2, after: 1)])
            } from: { i in
                i[1] < 3 && (2..<6).contains(i[2]) ? [i[0], i[1], i[2] - 2] : nil
            },
        ]),
    DifferentiableOperation(
        type: "EdgePadding",
        examples: [
            rearrangement([2, 3, 9], to: [2, 3, 20]) {
                $0.padded(before: 3, after: 8, mode: .reflect)
            } from: { i in
                let place = abs(i[2] - 3)
                return [i[0], i[1], place > 8 ? 16 - place : place]
            },
            rearrangement([2, 3, 9], to: [2, 14, 9]) {
                $0.padded(before: 5, after: 6, mode: .replicate, axis: 1)
            } from: { i in
                [i[0], min(max(i[1] - 5, 0), 2), i[2]]
            },
            rearrangement([2, 9], to: [2, 21]) {
                $0.padded(before: 9, after: 3, mode: .circular)
            } from: {
                [$0[0], $0[1] % 9]
            },
        ]),
    DifferentiableOperation(
        type: "Concatenation",
        examples: [
            .init(label: "axis 1", inputs: [sample([2, 3, 5]), sample([2, 1, 5], seed: 2), sample([2, 4, 5], seed: 3)]) { x in
                [concatenate(x, axis: 1)]
            } reference: { x in
                [
                    DoubleTensor(shape: [2, 8, 5]) { i in
                        i[1] < 3 ? x[0][i] : i[1] < 4 ? x[1][i[0], i[1] - 3, i[2]] : x[2][i[0], i[1] - 4, i[2]]
                    }
                ]
            },
            .init(label: "stack", inputs: [sample([3, 7]), sample([3, 7], seed: 2)]) { x in
                [stack(x, axis: -1)]
            } reference: { x in
                [DoubleTensor(shape: [3, 7, 2]) { x[$0[2]][$0[0], $0[1]] }]
            },
        ]),
    DifferentiableOperation(
        type: "Split",
        examples: [
            .init(label: "axis 1", inputs: [sample([2, 8, 5])]) { x in
                x[0].split(sizes: [3, 1, 4], axis: 1)
            } reference: { x in
                [
                    DoubleTensor(shape: [2, 3, 5]) { x[0][$0] }, DoubleTensor(shape: [2, 1, 5]) { x[0][$0[0], 3, $0[2]] },
                    DoubleTensor(shape: [2, 4, 5]) { x[0][$0[0], $0[1] + 4, $0[2]] },
                ]
            }
        ]),
    DifferentiableOperation(
        type: "Slice",
        examples: [
            rearrangement([4, 5, 9], to: [3, 4]) {
                $0[2, 1..<4, 5...]
            } from: {
                [2, $0[0] + 1, $0[1] + 5]
            },
            rearrangement([3, 4, 17], to: [3, 4, 5]) {
                $0.sliced(axis: -1, 2..<16, step: 3)
            } from: {
                [$0[0], $0[1], 2 + 3 * $0[2]]
            },
        ]),
    DifferentiableOperation(
        type: "Gather",
        examples: [
            rearrangement([2, 6, 4], to: [2, 5, 4]) {
                $0.gathered(at: [3, 0, 3, 5, 3], axis: 1)
            } from: {
                [$0[0], [3, 0, 3, 5, 3][$0[1]], $0[2]]
            },
            rearrangement([7, 33], to: [3, 33]) {
                $0.gathered(at: [6, 1, 6])
            } from: {
                [[6, 1, 6][$0[0]], $0[1]]
            },
        ]),
]

/// An operation that only moves elements: `source` gives the indices in the input of each element of the result, nil for `constant`.
private func rearrangement(
    _ shape: Shape, to result: Shape, constant: Double = 0, _ function: @escaping @Sendable (Tensor) -> Tensor,
    from source: @escaping @Sendable ([Int]) -> [Int]?
) -> DifferentiableOperation.Example {
    .init(label: "\(shape) to \(result)", inputs: [sample(shape)]) { x in
        [function(x[0])]
    } reference: { x in
        [DoubleTensor(shape: result) { index in source(index).map { x[0][$0] } ?? constant }]
    }
}
