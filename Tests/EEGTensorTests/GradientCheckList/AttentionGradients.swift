import EEGModelTesting
import EEGTensor
import Foundation

let attentionGradients = [
    DifferentiableOperation(
        type: "Attention",
        examples: [
            attention(query: [2, 3, 5, 4], key: [2, 3, 7, 4], value: [2, 3, 7, 3]),
            attention(query: [2, 6, 4], key: [2, 6, 4], value: [2, 6, 4], isCausal: true),
        ])
]

private func attention(query: Shape, key: Shape, value: Shape, isCausal: Bool = false) -> DifferentiableOperation.Example {
    .init(label: "\(query), \(key), \(value)", inputs: [sample(query), sample(key, seed: 2), sample(value, seed: 3)]) { x in
        [scaledDotProductAttention(x[0], x[1], x[2], isCausal: isCausal)]
    } reference: { x in
        let scores = productReference(x[0], x[1], (false, true))
        let depth = Double(query.last ?? 1)
        var weights = DoubleTensor(shape: scores.shape) { i in
            isCausal && i[i.count - 1] > i[i.count - 2] ? 0 : exp(scores.broadcast(at: i) / depth.squareRoot())
        }
        let keys = scores.shape.last ?? 1
        for row in stride(from: 0, to: weights.count, by: keys) {
            let sum = weights.values[row..<(row + keys)].reduce(0, +)
            for index in row..<(row + keys) { weights.values[index] /= sum }
        }
        return [productReference(weights, x[2])]
    }
}
