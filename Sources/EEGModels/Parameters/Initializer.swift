internal import EEGTensor

/// How the first values of a parameter are chosen.
public enum Initializer: Sendable {
    case constant(Float)
    /// Uniform between −a and a.
    case uniform(Float)
    case normal(standardDeviation: Float)
    /// Uniform between −a and a, a = 1 / √(fan in), for weights `[outputs, inputs, kernel …]`: PyTorch's default for linear layers and
    /// convolutions.
    case fanInUniform
    /// Uniform between −a and a, a = √(6 / (fan in + fan out)), for weights `[outputs, inputs, kernel …]`.
    ///
    /// Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
    case glorotUniform
    /// Normal with variance 2 / (fan in), for weights `[outputs, inputs, kernel …]`.
    ///
    /// Source: K. He et al., "Delving deep into rectifiers", ICCV 2015.
    case heNormal

    func tensor(of shape: Shape, using generator: inout Generator) -> Tensor {
        switch self {
        case .constant(let value): Tensor(repeating: value, shape: shape)
        case .uniform(let limit): uniform(limit, shape, &generator)
        case .normal(let deviation): Tensor(normalWithMean: 0, standardDeviation: deviation, shape: shape, using: &generator)
        case .fanInUniform: uniform(1 / fans(of: shape).input.squareRoot(), shape, &generator)
        case .glorotUniform: uniform((6 / (fans(of: shape).input + fans(of: shape).output)).squareRoot(), shape, &generator)
        case .heNormal:
            Tensor(normalWithMean: 0, standardDeviation: (2 / fans(of: shape).input).squareRoot(), shape: shape, using: &generator)
        }
    }

    private func uniform(_ limit: Float, _ shape: Shape, _ generator: inout Generator) -> Tensor {
        limit > 0 ? Tensor(uniform: -limit..<limit, shape: shape, using: &generator) : Tensor(zeros: shape)
    }

    private func fans(of shape: Shape) -> (input: Float, output: Float) {
        require(shape.rank >= 2, "Initializer: a weight needs outputs and inputs, its shape is \(shape)")
        let kernel = shape.dropFirst(2).reduce(1, *)
        return (Float(shape[1] * kernel), Float(shape[0] * kernel))
    }
}
