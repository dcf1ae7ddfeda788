public import EEGTensor

/// A bound on the gradients of a step.
public enum GradientClipping: Sendable, Hashable {
    /// All gradients together are scaled down where their Euclidean norm exceeds this.
    ///
    /// Source: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
    case norm(Double)
    /// Each element is clamped to minus this and this.
    case value(Double)

    func validate() throws(TrainingError) {
        switch self {
        case .norm(let limit), .value(let limit):
            guard limit > 0 else { throw .invalidSetting(name: "gradient clipping", expected: "a positive number", found: "\(limit)") }
        }
    }

    /// What gradients of this norm are multiplied by. The small number keeps the quotient finite and is PyTorch's.
    func scale(norm: Double) -> Double {
        guard case .norm(let limit) = self else { return 1 }
        return min(1, limit / (norm + 1e-6))
    }

    var limit: Double {
        guard case .value(let limit) = self else { return .infinity }
        return limit
    }
}

extension Gradients {
    /// The Euclidean norm of the gradients of these parameters together; not finite where an element is not, or exceeds 1e19.
    public func norm(of parameters: [Parameter]) -> Double {
        parameters.reduce(0) { sum, parameter in sum + (self[parameter]?.sumOfSquares ?? 0) }.squareRoot()
    }
}
