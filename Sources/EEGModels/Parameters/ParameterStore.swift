public import EEGTensor
internal import Synchronization

/// All parameters and buffers of one model, in the order in which its layers made them.
///
/// A parameter is trained; a buffer, such as the running mean of a batch norm, belongs to the state of the model but is not.
public final class ParameterStore: Sendable {
    private struct Contents {
        var parameters: [Parameter] = []
        var buffers: [Parameter] = []
        var names: Set<String> = []
        var elementCount = 0.0
    }

    private let contents = Mutex(Contents())
    private let elementLimit: Double

    public convenience init() { self.init(elementLimit: .infinity) }

    /// - Parameter elementLimit: how many elements all parameters and buffers together may have. See ``reserve(_:)``.
    init(elementLimit: Double) { self.elementLimit = elementLimit }

    /// What training changes by gradients.
    public var parameters: [Parameter] { contents.withLock { $0.parameters } }

    /// What belongs to the state without being trained.
    public var buffers: [Parameter] { contents.withLock { $0.buffers } }

    /// The number of trained values.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

    /// Whether more was asked for than the limit allows: then the store is of no use.
    var isOverLimit: Bool { contents.withLock { $0.elementCount > elementLimit } }

    /// Whether a tensor of this shape is to be made; beyond the limit none is, so that no configuration fills the memory.
    func reserve(_ shape: Shape) -> Bool {
        contents.withLock { contents in
            contents.elementCount += shape.reduce(1.0) { $0 * Double($1) }
            return contents.elementCount <= elementLimit
        }
    }

    func add(_ parameter: Parameter, isTrained: Bool) {
        contents.withLock { contents in
            require(contents.names.insert(parameter.name).inserted, "ParameterStore: \(parameter.name) exists twice")
            if isTrained { contents.parameters.append(parameter) } else { contents.buffers.append(parameter) }
        }
    }
}
