internal import Synchronization

/// A named tensor that training changes.
///
/// Inside `valueAndGradient(of:_:)` its `value` is recorded, so that gradients reach it; elsewhere it is a plain tensor.
public final class Parameter: Sendable {
    /// The path that names the parameter in checkpoints, such as `conv_temporal.weight`.
    public let name: String
    private let stored: Mutex<Tensor>

    public init(_ name: String, _ value: Tensor) {
        self.name = name
        stored = Mutex(value.detached())
    }

    /// The current value.
    ///
    /// - Precondition: a new value has the shape of the old one.
    public var value: Tensor {
        get {
            let value = stored.withLock { $0 }
            guard let recording = Recording.current, let leaf = recording.leaf(of: self) else { return value }
            return Tensor(value, recordedBy: leaf)
        }
        set {
            stored.withLock { old in
                require(old.shape == newValue.shape, "Parameter \(name): value of shape \(newValue.shape) for \(old.shape)")
                old = newValue.detached()
            }
        }
    }

    /// Changes the value in place: the elements are copied only where something else refers to them. The body must not read `value` of the same
    /// parameter, which is locked.
    public func update(_ body: (inout Tensor) -> Void) {
        stored.withLock { value in
            let shape = value.shape
            body(&value)
            require(value.shape == shape, "Parameter \(name): value of shape \(value.shape) for \(shape)")
            value = value.detached()
        }
    }
}

/// The parameters that are being watched, each with its leaf in the record.
final class Recording: Sendable {
    @TaskLocal static var current: Recording?

    private let leaves: [ObjectIdentifier: LeafNode]

    init(_ parameters: [Parameter]) {
        leaves = Dictionary(parameters.map { (ObjectIdentifier($0), LeafNode(name: $0.name)) }) { first, _ in first }
    }

    func leaf(of parameter: Parameter) -> LeafNode? { leaves[ObjectIdentifier(parameter)] }

    func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        try Self.$current.withValue(self, operation: body)
    }
}
