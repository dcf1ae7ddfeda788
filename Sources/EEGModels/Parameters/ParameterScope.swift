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
        self.init(store: ParameterStore(), generator: generator)
    }

    init(store: ParameterStore, generator: Generator) {
        self.init(path: [], store: store, generator: generator)
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
        return make(fullName, shape, isTrained: true) { initializer.tensor(of: shape, using: &generator) }
    }

    /// A parameter `weight` of a layer: `[outputs, inputs, kernel …]`. A weight with a limited norm has PyTorch's name for it,
    /// `parametrizations.weight.original`.
    func weight(_ shape: Shape, _ initializer: Initializer, isLimited: Bool = false) -> Parameter {
        parameter(isLimited ? "parametrizations.weight.original" : "weight", shape, initializer)
    }

    /// A parameter `bias` of a layer whose weight has this shape; PyTorch's default where no initialiser is given: uniform within 1 / √(fan in).
    func bias(_ initializer: Initializer?, outputs: Int, weight: Shape) -> Parameter {
        parameter("bias", [outputs], initializer ?? .uniform(1 / Float(max(1, weight.dropFirst().reduce(1, *))).squareRoot()))
    }

    /// A new buffer: state that is not trained.
    ///
    /// - Parameter value: the first value, of this shape.
    public func buffer(_ name: String, _ shape: Shape, _ value: @autoclosure () -> Tensor) -> Parameter {
        make((path + [name]).joined(separator: "."), shape, isTrained: false, value)
    }

    /// Beyond the limit of the store, a parameter of the same rank with a single element.
    private func make(_ name: String, _ shape: Shape, isTrained: Bool, _ value: () -> Tensor) -> Parameter {
        let parameter = Parameter(name, store.reserve(shape) ? value() : Tensor(zeros: Shape(shape.map { _ in 1 })))
        store.add(parameter, isTrained: isTrained)
        return parameter
    }
}
