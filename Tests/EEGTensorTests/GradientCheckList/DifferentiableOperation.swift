import EEGModelTesting
import EEGTensor

/// A type that conforms to `Operation`, with small examples of its use and what they must give.
struct DifferentiableOperation: Sendable {
    /// The name of the type.
    let type: String
    let examples: [Example]

    /// A use of the operation, and the same computation as plain loops in Double.
    struct Example: Sendable {
        let label: String
        let inputs: [Tensor]
        /// The positions of inputs that have no gradient.
        var constant: Set<Int> = []
        var settings = GradientCheck.Settings()
        let function: @Sendable ([Tensor]) -> [Tensor]
        let reference: @Sendable ([DoubleTensor]) -> [DoubleTensor]
    }
}

/// A tensor of numbers in `range` that are the same in every run; another `seed` gives others.
func sample(_ shape: Shape, in range: Range<Float> = -1..<1, seed: UInt64 = 1) -> Tensor {
    var generator = Generator(seed: seed)
    return Tensor(uniform: range, shape: shape, using: &generator)
}
