import EEGModelTesting
import EEGTensor

let convolutionGradients = [
    DifferentiableOperation(
        type: "Convolution",
        examples: [
            convolution([2, 1, 3, 37], weight: [8, 1, 1, 16], padding: (.valid, .same)),
            convolution([2, 8, 6, 9], weight: [16, 1, 6, 1], groups: 8),
            convolution([2, 5, 4, 11], weight: [7, 5, 4, 1]),
            convolution(
                [1, 4, 9, 11], weight: [8, 2, 3, 5], padding: (.zeros(before: 2, after: 1), .zeros(before: 0, after: 3)), dilation: (2, 1),
                groups: 2),
            convolution([1, 6, 8, 9], weight: [6, 1, 5, 5], stride: (2, 2), padding: (.zeros(2), .tensorFlowSame), groups: 6),
            convolution([2, 3, 1, 1], weight: [5, 3, 1, 1]),
            DifferentiableOperation.Example(
                label: "along time", inputs: [sample([2, 4, 19]), sample([6, 2, 3], seed: 2), sample([6], seed: 3)]
            ) { x in
                [convolution1D(x[0], weight: x[1], bias: x[2], stride: 2, padding: .causal, dilation: 3, groups: 2)]
            } reference: { x in
                let y = convolutionReference(
                    x[0].reshaped([2, 4, 1, 19]), x[1].reshaped([6, 2, 1, 3]), x[2], outputs: (1, 10), stride: (1, 2), before: (0, 6),
                    dilation: (1, 3), groups: 2)
                return [y.reshaped([2, 6, 10])]
            },
        ]),
    DifferentiableOperation(
        type: "TransposedConvolution",
        examples: [
            DifferentiableOperation.Example(
                label: "images", inputs: [sample([2, 3, 4, 5]), sample([3, 4, 3, 4], seed: 2), sample([4], seed: 3)]
            ) { x in
                [transposedConvolution2D(x[0], weight: x[1], bias: x[2], stride: (2, 2), padding: (1, 1), outputPadding: (1, 0))]
            } reference: { x in
                [transposedReference(x[0], x[1], x[2], outputs: (8, 10), stride: (2, 2), padding: (1, 1), dilation: (1, 1), groups: 1)]
            },
            DifferentiableOperation.Example(
                label: "along time", inputs: [sample([1, 4, 9]), sample([4, 2, 3], seed: 2), sample([4], seed: 3)]
            ) { x in
                [transposedConvolution1D(x[0], weight: x[1], bias: x[2], stride: 1, padding: 1, dilation: 2, groups: 2)]
            } reference: { x in
                let y = transposedReference(
                    x[0].reshaped([1, 4, 1, 9]), x[1].reshaped([4, 2, 1, 3]), x[2], outputs: (1, 11), stride: (1, 1), padding: (0, 1),
                    dilation: (1, 2), groups: 2)
                return [y.reshaped([1, 4, 11])]
            },
        ]),
    DifferentiableOperation(
        type: "FilterStatistics",
        examples: [
            PlainFrontEnd(samples: 23, taps: 6, before: 3, after: 2, hasTemporalBias: true, hasSpatialBias: true),
            PlainFrontEnd(electrodes: 5, samples: 12, filters: 3, outputs: 2, groups: 1, hasTemporalBias: true, hasSpatialBias: true),
        ].map { front in
            .init(label: front.testDescription, inputs: front.operands(offset: 0, seed: 1)) { x in
                [front.output(x, order: .joint).output]
            } reference: { x in
                let shape: Shape = [front.batch, front.outputs, 1, front.length]
                let exact = front.exact(x.map(\.values), weights: Array(repeating: 0, count: shape.elementCount))
                return [DoubleTensor(exact.output, shape: shape)]
            }
        }),
]

/// A convolution of images; its sizes with padding follow from the library's result, which the check compares.
private func convolution(
    _ input: Shape, weight: Shape, stride: (Int, Int) = (1, 1), padding: (ConvolutionPadding, ConvolutionPadding) = (.valid, .valid),
    dilation: (Int, Int) = (1, 1), groups: Int = 1
) -> DifferentiableOperation.Example {
    func zeros(_ padding: ConvolutionPadding, _ size: Int, _ taps: Int, _ stride: Int, _ dilation: Int) -> (before: Int, after: Int) {
        let extent = dilation * (taps - 1)
        switch padding {
        case .valid: return (0, 0)
        case .zeros(let before, let after): return (before, after)
        case .same: return (extent / 2, extent - extent / 2)
        case .causal: return (extent, 0)
        case .tensorFlowSame:
            let total = max(0, ((size + stride - 1) / stride - 1) * stride + extent + 1 - size)
            return (total / 2, total - total / 2)
        }
    }
    let rows = zeros(padding.0, input[2], weight[2], stride.0, dilation.0)
    let columns = zeros(padding.1, input[3], weight[3], stride.1, dilation.1)
    let outputs = (
        (input[2] + rows.before + rows.after - dilation.0 * (weight[2] - 1) - 1) / stride.0 + 1,
        (input[3] + columns.before + columns.after - dilation.1 * (weight[3] - 1) - 1) / stride.1 + 1
    )
    return .init(
        label: "\(input), weight \(weight)", inputs: [sample(input), sample(weight, seed: 2), sample([weight[0]], seed: 3)]
    ) { x in
        [convolution2D(x[0], weight: x[1], bias: x[2], stride: stride, padding: padding, dilation: dilation, groups: groups)]
    } reference: { x in
        [
            convolutionReference(
                x[0], x[1], x[2], outputs: outputs, stride: stride, before: (rows.before, columns.before), dilation: dilation,
                groups: groups)
        ]
    }
}

/// Calls `body` with the indices of input, weight and output of every product that a convolution adds up.
private func forEachProduct(
    input: Shape, weight: Shape, outputs: (Int, Int), stride: (Int, Int), before: (Int, Int), dilation: (Int, Int), groups: Int,
    _ body: (_ x: [Int], _ w: [Int], _ y: [Int]) -> Void
) {
    for w in indices(of: weight) {
        for n in 0..<input[0] {
            for i in 0..<outputs.0 {
                for j in 0..<outputs.1 {
                    let row = i * stride.0 + w[2] * dilation.0 - before.0
                    let column = j * stride.1 + w[3] * dilation.1 - before.1
                    let channel = w[0] / (weight[0] / groups) * weight[1] + w[1]
                    guard (0..<input[2]).contains(row), (0..<input[3]).contains(column) else { continue }
                    body([n, channel, row, column], w, [n, w[0], i, j])
                }
            }
        }
    }
}

private func convolutionReference(
    _ x: DoubleTensor, _ weight: DoubleTensor, _ bias: DoubleTensor, outputs: (Int, Int), stride: (Int, Int), before: (Int, Int),
    dilation: (Int, Int), groups: Int
) -> DoubleTensor {
    var y = DoubleTensor(shape: [x.shape[0], weight.shape[0], outputs.0, outputs.1]) { bias[$0[1]] }
    forEachProduct(
        input: x.shape, weight: weight.shape, outputs: outputs, stride: stride, before: before, dilation: dilation, groups: groups
    ) { y[$2] += weight[$1] * x[$0] }
    return y
}

/// The transposed convolution carries every product of the convolution from its output to its input.
private func transposedReference(
    _ x: DoubleTensor, _ weight: DoubleTensor, _ bias: DoubleTensor, outputs: (Int, Int), stride: (Int, Int), padding: (Int, Int),
    dilation: (Int, Int), groups: Int
) -> DoubleTensor {
    var y = DoubleTensor(shape: [x.shape[0], weight.shape[1] * groups, outputs.0, outputs.1]) { bias[$0[1]] }
    forEachProduct(
        input: y.shape, weight: weight.shape, outputs: (x.shape[2], x.shape[3]), stride: stride, before: padding, dilation: dilation,
        groups: groups
    ) { y[$0] += weight[$1] * x[$2] }
    return y
}
