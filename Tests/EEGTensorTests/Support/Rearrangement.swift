import EEGTensor
import Testing

/// Expects that `function` only moves elements: that element i of its result is the element of its input that `source` names, or
/// `constant` where it names none; and that its gradient sends every element back the same way. Under every instruction set and number
/// of threads.
func expectRearrangement(
    of shape: Shape, to resultShape: Shape, constant: Float = 0, sourceLocation: SourceLocation = #_sourceLocation,
    _ function: (Tensor) -> Tensor, source: ([Int]) -> [Int]?
) {
    let elements = (0..<shape.elementCount).map { Float($0 + 1) }
    let weights = (0..<resultShape.elementCount).map { Float($0 % 251 - 125) }
    let x = Tensor(elements, shape: shape)
    let sum = WholeNumberSum(weights: Tensor(weights, shape: resultShape))
    var values: [Float] = []
    var gradient = [Float](repeating: 0, count: shape.elementCount)
    for offset in 0..<resultShape.elementCount {
        guard let index = source(indices(of: offset, in: resultShape)) else {
            values.append(constant)
            continue
        }
        let place = zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }
        values.append(elements[place])
        gradient[place] += weights[offset]
    }
    forEachConfiguration { configuration in
        let y = function(x)
        #expect(y.shape == resultShape, "\(configuration)", sourceLocation: sourceLocation)
        #expect(y.scalars == values, "\(configuration)", sourceLocation: sourceLocation)
        let (_, dx) = valueAndGradient(at: x) { apply(sum, function($0)) }
        #expect(dx.scalars == gradient, "gradient, \(configuration)", sourceLocation: sourceLocation)
    }
}

/// The sum of all elements times whole weights; sums of such gradients are exact.
private struct WholeNumberSum: EEGTensor.Operation {
    static let name = "whole number sum"
    let weights: Tensor

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { [Tensor(0)] }
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { [weights] }
}

/// The index along each axis of the element at `offset`.
func indices(of offset: Int, in shape: Shape) -> [Int] {
    var rest = offset
    return shape.reversed().map { size in
        defer { rest /= size }
        return rest % size
    }.reversed()
}
