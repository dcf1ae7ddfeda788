/// An operation on tensors that knows its derivative: one type that holds the attributes, the forward computation and the pullback.
///
/// Conform a type to it to add an operation, inside this library or in a program of your own, and run it with `apply`:
///
/// ```swift
/// struct Softsign: Operation {
///     static let name = "softsign"
///
///     func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
///         let x = inputs[0]
///         pass.save(x)
///         return [x / (1 + abs(x))]
///     }
///
///     func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
///         [gradients[0] / (1 + abs(pass.saved[0])).squared()]
///     }
/// }
///
/// func softsign(_ x: Tensor) -> Tensor { apply(Softsign(), x) }
/// ```
public protocol Operation: Sendable {
    /// What listings of a recorded graph call the operation.
    static var name: String { get }

    /// Computes the results. Everything that the pullback needs is kept with `pass.save`.
    ///
    /// The operands are not recorded, so operations called here are not either.
    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList

    /// The gradients with respect to the inputs, given those with respect to the results.
    ///
    /// - Parameters:
    ///   - gradients: one entry a result; absent where the result had no influence.
    ///   - pass: what `forward` saved, the shapes of the inputs and which gradients are asked for.
    /// - Returns: one entry an input, of the input's shape; absent where there is no gradient or nobody asked for it.
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList

    /// The floating-point operations of one forward computation, for listings. The default is one for each element of the first result.
    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int

    /// What listings say of the attributes. The default lists the stored properties.
    var attributes: String { get }

    /// How the computation and its gradients are done for inputs of these shapes, for listings, where there is a choice that follows from them. The
    /// default is nil.
    func algorithm(inputs: [Shape]) -> String?
}

extension Operation {
    public func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { outputs.first?.elementCount ?? 0 }

    public func algorithm(inputs: [Shape]) -> String? { nil }

    public var attributes: String {
        Mirror(reflecting: self).children.compactMap { child in child.label.map { "\($0): \(child.value)" } }.joined(separator: ", ")
    }
}

/// What `Operation.forward` works with besides its operands.
public struct ForwardPass: ~Copyable {
    private let node: Node?
    private let overwritable: UInt8

    @inline(__always)
    init(node: Node?, overwritable: UInt8) {
        self.node = node
        self.overwritable = overwritable
    }

    /// Whether the operation is recorded: when it is not, what is saved is dropped.
    public var isRecording: Bool { node != nil }

    /// Keeps `tensor` for the pullback, where it is `saved[0]`, `saved[1]` … in the order of the calls.
    @inline(__always)
    public mutating func save(_ tensor: Tensor?) {
        node?.saved.append(tensor)
    }

    /// Memory of the shape of input `index` for an element-wise result: that input's own, where nothing else refers to it.
    @inline(__always)
    func result(overwriting index: Int, of inputs: TensorList) -> Tensor {
        overwritable & (1 << UInt8(index)) != 0 ? inputs[index] : Tensor(uninitialized: inputs.header(index).pointee.shape)
    }

    /// Memory for an element-wise result of two inputs of the same shape: that of one of them, where nothing else refers to it.
    @inline(__always)
    func result(overwritingAnyOf inputs: TensorList) -> Tensor {
        overwritable & 2 != 0 && overwritable & 1 == 0 ? inputs[1] : result(overwriting: 0, of: inputs)
    }

    /// Memory of `shape` for an element-wise result of two inputs: that of one of them, where it has the shape and nothing else refers to it.
    @inline(__always)
    func result(_ shape: Shape, of inputs: TensorList) -> Tensor {
        if overwritable & 1 != 0, inputs.header(0).pointee.shape == shape { return inputs[0] }
        if overwritable & 2 != 0, inputs.header(1).pointee.shape == shape { return inputs[1] }
        return Tensor(uninitialized: shape)
    }
}

/// What `Operation.pullback` works with besides the gradients of the results.
public struct BackwardPass {
    let node: Node
    let overwritable: UInt8

    /// What `forward` saved, in the order of its calls.
    public var saved: TensorList { node.saved }

    /// The number of inputs.
    public var inputCount: Int { node.inputs.count }

    /// The shape of an input.
    public func shape(ofInput index: Int) -> Shape { node.inputs[index].shape }

    /// The shape of a result.
    public func shape(ofOutput index: Int) -> Shape { node.outputShape(index) }

    /// Whether the gradient with respect to an input is asked for.
    public func needsGradient(_ index: Int) -> Bool { node.inputs[index].node != nil }

    /// Memory of the shape of gradient `index` for an element-wise result: that gradient's own, where nothing else refers to it.
    func result(overwriting index: Int, of gradients: TensorList) -> Tensor {
        overwritable & (1 << UInt8(index)) != 0 ? gradients[index] : Tensor(uninitialized: gradients.header(index).pointee.shape)
    }
}
