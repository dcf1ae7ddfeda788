package import EEGTensor

/// The sum of all results, each element times a fixed weight: the scalar whose gradient a check takes.
///
/// The sum is formed in Double. It is an operation of its own so that a check relies on no other operation of the library.
package struct WeightedSum: Operation {
    package static let name = "weighted sum"

    package let weights: [DoubleTensor]

    package init(weights: [DoubleTensor]) { self.weights = weights }

    package func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        [Tensor(Float(value(of: (0..<inputs.count).map { DoubleTensor(inputs[$0]) })))]
    }

    package func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let gradient = Double(gradients[0].scalar)
        return TensorList(weights.map { Tensor($0.values.map { Float(gradient * $0) }, shape: $0.shape) })
    }

    package func value(of results: [DoubleTensor]) -> Double {
        zip(results, weights).reduce(0) { sum, pair in sum + zip(pair.0.values, pair.1.values).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// The sum of the magnitudes of what is summed.
    package func sizeOfTerms(_ results: [DoubleTensor]) -> Double {
        zip(results, weights).reduce(0) { sum, pair in sum + zip(pair.0.values, pair.1.values).reduce(0) { $0 + abs($1.0 * $1.1) } }
    }

    package var attributes: String { "results: \(weights.count)" }
}
