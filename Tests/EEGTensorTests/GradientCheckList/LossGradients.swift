import EEGModelTesting
import EEGTensor
import Foundation

let lossGradients = [
    DifferentiableOperation(
        type: "PointwiseLoss",
        examples: [
            pointwise("squared") {
                mseLoss($0, $1)
            } loss: {
                ($0 - $1) * ($0 - $1)
            },
            pointwise("absolute") {
                l1Loss($0, $1)
            } loss: {
                abs($0 - $1)
            },
            pointwise("Huber") {
                huberLoss($0, $1, delta: 0.75)
            } loss: { x, t in
                abs(x - t) < 0.75 ? (x - t) * (x - t) / 2 : 0.75 * (abs(x - t) - 0.375)
            },
            pointwise("binary") {
                binaryCrossEntropy($0, $1, positiveWeight: 3)
            } loss: { x, t in
                3 * t * log(1 + exp(-x)) + (1 - t) * log(1 + exp(x))
            },
            pointwise("divergence") {
                klDivergence($0, $1, reduction: .mean)
            } loss: { x, t in
                t * (log(t) - x)
            },
            pointwise("divergence of logarithms") {
                klDivergence($0, $1, isLogTarget: true, reduction: .mean)
            } loss: { x, t in
                exp(t) * (t - x)
            },
        ]),
    DifferentiableOperation(
        type: "CrossEntropy",
        examples: [
            DifferentiableOperation.Example(label: "labels", inputs: [sample([7, 5], in: -3..<3)]) { x in
                [crossEntropy(x[0], [0, 4, 2, 2, 1, 3, 0])]
            } reference: { x in
                let labels = [0, 4, 2, 2, 1, 3, 0]
                return [DoubleTensor((0..<7).reduce(0.0) { $0 - logProbability(x[0], $1, labels[$1]) } / 7)]
            },
            DifferentiableOperation.Example(label: "probabilities", inputs: [sample([7, 5], in: -3..<3), sample([7, 5], in: 0..<1, seed: 2)]) { x in
                [crossEntropy(x[0], x[1])]
            } reference: { x in
                [DoubleTensor(indices(of: [7, 5]).reduce(0.0) { $0 - x[1][$1[0], $1[1]] * logProbability(x[0], $1[0], $1[1]) } / 7)]
            },
        ]),
    DifferentiableOperation(
        type: "Dropout",
        examples: [
            DifferentiableOperation.Example(label: "same mask", inputs: [sample([3, 250])]) { x in
                var generator = Generator(seed: 4)
                return [dropout(x[0], probability: 0.5, using: &generator)]
            } reference: { x in
                var generator = Generator(seed: 4)
                let factors = dropout(Tensor(ones: [3, 250]), probability: 0.5, using: &generator).scalars
                return [DoubleTensor(zip(x[0].values, factors).map { $0 * Double($1) }, shape: [3, 250])]
            }
        ]),
]

/// The mean of `loss` over all elements, with gradients by both arguments.
private func pointwise(
    _ label: String, _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor, loss: @escaping @Sendable (Double, Double) -> Double
) -> DifferentiableOperation.Example {
    .init(label: label, inputs: [sample([5, 11], in: -2..<2), sample([5, 11], in: 0.01..<1, seed: 2)]) {
        [function($0[0], $0[1])]
    } reference: { x in
        [DoubleTensor(zip(x[0].values, x[1].values).reduce(0.0) { $0 + loss($1.0, $1.1) } / Double(x[0].count))]
    }
}

private func logProbability(_ logits: DoubleTensor, _ row: Int, _ label: Int) -> Double {
    logits[row, label] - log((0..<logits.shape[1]).reduce(0.0) { $0 + exp(logits[row, $1]) })
}
