public import EEGTensor

/// A network that classifies windows of signals.
///
/// Models are structs, but their parameters lie in the store of their scope: a copy shares them, and training it trains the original as well. Build
/// another one, or use ``ZooModel/copied()``, for weights apart.
///
/// ```swift
/// struct MeanPower: Model {
///     let scope: ParameterScope
///     let shape: SignalShape
///     let head: Linear
///
///     init(_ scope: ParameterScope, _ shape: SignalShape) {
///         self.scope = scope
///         self.shape = shape
///         head = Linear(scope.child("head"), inputs: shape.channels, outputs: shape.outputs)
///     }
///
///     func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
///         head(log(x.squared().mean(over: .time) + 1e-6), &context)
///     }
/// }
/// ```
public protocol Model: Sendable {
    /// The scope that the layers made their parameters in.
    var scope: ParameterScope { get }
    /// What the model was built for.
    var shape: SignalShape { get }

    /// Scores before the softmax.
    ///
    /// - Parameter x: `[batch, channel, time]`.
    /// - Returns: `[batch, class]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor

    /// Puts parameters back within their bounds: called after each step of the optimiser, and does nothing unless a model says what.
    func constrainParameters()
}

extension Model {
    public func constrainParameters() {}

    /// What training changes by gradients.
    public var parameters: [Parameter] { scope.store.parameters }

    /// The number of trained values.
    public var parameterCount: Int { scope.store.parameterCount }
}

/// A configuration value that no model can be built with.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The model.
    public let model: String
    /// The value.
    public let name: String
    public let expected: String
    public let found: String

    public init(model: String, name: String, expected: String, found: String) {
        self.model = model
        self.name = name
        self.expected = expected
        self.found = found
    }

    public var description: String { "\(model): \(name) must be \(expected), got \(found)" }
}
