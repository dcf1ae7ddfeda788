public import EEGTensor

/// Where a layer makes its parameters: a path, which names them in checkpoints, and the source of their first values.
///
/// ```swift
/// let scope = ParameterScope(generator: Generator(seed: 1))
/// let head = Linear(scope.child("final_layer"), inputs: 64, outputs: 4)   // final_layer.weight, final_layer.bias
/// ```
public struct ParameterScope: Sendable {
    /// Names from the model down to here; empty at the top.
    public let path: [String]
    public let store: ParameterStore
    private let generator: Generator

    /// The scope at the top of a new model.
    public init(generator: Generator) {
        self.init(path: [], store: ParameterStore(), generator: generator)
    }

    private init(path: [String], store: ParameterStore, generator: Generator) {
        self.path = path
        self.store = store
        self.generator = generator
    }

    /// The scope of a part of the layer or model.
    public func child(_ name: String) -> ParameterScope {
        ParameterScope(path: path + [name], store: store, generator: generator)
    }

    /// A new parameter. Its first value depends on the seed and its own name only, so that a further layer changes no other's start.
    public func parameter(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Parameter {
        let fullName = (path + [name]).joined(separator: ".")
        var generator = generator.stream(fullName)
        let parameter = Parameter(fullName, initializer.tensor(of: shape, using: &generator))
        store.add(parameter, isTrained: true)
        return parameter
    }

    /// A new buffer: state that is not trained.
    public func buffer(_ name: String, _ value: Tensor) -> Parameter {
        let buffer = Parameter((path + [name]).joined(separator: "."), value)
        store.add(buffer, isTrained: false)
        return buffer
    }
}

/// How the first values of a parameter are chosen.
public enum Initializer: Sendable {
    case constant(Float)
    /// Uniform between −a and a, a = √(6 / (fan in + fan out)), for weights `[outputs, inputs, kernel …]`.
    ///
    /// Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
    case glorotUniform

    func tensor(of shape: Shape, using generator: inout Generator) -> Tensor {
        switch self {
        case .constant(let value): return Tensor(repeating: value, shape: shape)
        case .glorotUniform:
            require(shape.rank >= 2, "Initializer.glorotUniform: a weight needs outputs and inputs, its shape is \(shape)")
            let kernel = shape.dropFirst(2).reduce(1, *)
            let limit = (6 / Float((shape[0] + shape[1]) * kernel)).squareRoot()
            return Tensor(uniform: -limit..<limit, shape: shape, using: &generator)
        }
    }
}
