/// Gradients of a scalar with respect to parameters: a value of its own, never stored in the parameters.
public struct Gradients: Sendable {
    private var tensors: [ObjectIdentifier: Tensor]

    init(_ tensors: [ObjectIdentifier: Tensor]) { self.tensors = tensors }

    /// The gradient with respect to `parameter`, of its shape; nil where it had no influence.
    public subscript(parameter: Parameter) -> Tensor? {
        get { tensors[ObjectIdentifier(parameter)] }
        set { tensors[ObjectIdentifier(parameter)] = newValue }
    }

    /// Adds the gradients of another part of the batch.
    public mutating func add(_ other: Gradients) {
        for (key, gradient) in other.tensors {
            if tensors[key] == nil { tensors[key] = gradient } else { tensors[key]?.add(gradient) }
        }
    }
}

/// Computes a scalar and its gradients with respect to `parameters`.
///
/// ```swift
/// let (loss, gradients) = valueAndGradient(of: model.parameters) {
///     crossEntropy(model(x, &context), labels)
/// }
/// ```
///
/// - Parameter body: computes a tensor with one element; what it computes from `parameters` is recorded.
/// - Returns: the value, without a record, and the gradients.
public func valueAndGradient(
    of parameters: [Parameter], _ body: () throws -> Tensor
) rethrows -> (value: Tensor, gradients: Gradients) {
    let recording = Recording(parameters)
    var loss = try recording.run(body)
    let value = loss.detached()
    let leaves = gradientsOfLeaves(&loss)
    var gradients: [ObjectIdentifier: Tensor] = [:]
    for parameter in parameters {
        if let leaf = recording.leaf(of: parameter) { gradients[ObjectIdentifier(parameter)] = leaves[ObjectIdentifier(leaf)] }
    }
    return (value, Gradients(gradients))
}

/// Computes a scalar from `inputs` and its gradients with respect to each of them.
///
/// - Parameter body: receives the inputs, recorded, and computes a tensor with one element.
/// - Returns: the value, and one gradient an input, of its shape: zeros where it had no influence.
public func valueAndGradients(
    at inputs: [Tensor], _ body: ([Tensor]) throws -> Tensor
) rethrows -> (value: Tensor, gradients: [Tensor]) {
    let leaves = inputs.map { _ in LeafNode() }
    var loss = try body(zip(inputs, leaves).map { Tensor($0, recordedBy: $1) })
    let value = loss.detached()
    let gradients = gradientsOfLeaves(&loss)
    return (value, zip(inputs, leaves).map { gradients[ObjectIdentifier($1)] ?? Tensor(zeros: $0.shape) })
}

/// Computes a scalar from `input` and its gradient, of the shape of `input`.
public func valueAndGradient(at input: Tensor, _ body: (Tensor) throws -> Tensor) rethrows -> (value: Tensor, gradient: Tensor) {
    let (value, gradients) = try valueAndGradients(at: [input]) { try body($0[0]) }
    return (value, gradients[0])
}

/// The gradients of `loss` with respect to all leaves; its record is released while they are computed.
private func gradientsOfLeaves(_ loss: inout Tensor) -> [ObjectIdentifier: Tensor] {
    require(loss.count == 1, "valueAndGradient: the value must have one element, its shape is \(loss.shape)")
    guard let node = loss.node else { return [:] }
    let (outputIndex, seed) = (loss.outputIndex, Tensor(ones: loss.shape))
    loss = loss.detached()
    return backward(from: node, outputIndex: outputIndex, seed: seed)
}
