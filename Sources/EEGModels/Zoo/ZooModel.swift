public import EEGTensor

/// A published network: features and, from them, scores; built from a configuration whose defaults are those published.
///
/// Parameters have the names that braindecode gives them, so that its checkpoints load; the last layer's begin with ``headNames``.
public protocol ZooModel: Model {
    /// Sizes and rates, at first those published.
    associatedtype Configuration: ModelConfiguration

    /// The name of the architecture, as checkpoints state it.
    static var name: String { get }
    /// The names of the last layer's parameters, or the first parts of them.
    static var headNames: [String] { get }

    var configuration: Configuration { get }

    /// A network whose parameters are made in `scope`.
    ///
    /// - Throws: `ConfigurationError` for settings out of range and windows that are too short.
    init(_ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration) throws(ConfigurationError)

    /// What the last layer sees.
    ///
    /// - Parameter x: `[batch, channel, time]`.
    func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor

    /// Scores before the softmax.
    ///
    /// - Parameter features: what ``features(_:_:)`` gives.
    /// - Returns: `[batch, class]`.
    func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor
}

/// The settings of a network; the empty initialiser gives those published. Checkpoints keep them.
public protocol ModelConfiguration: Sendable, Equatable, Codable {
    init()
}

extension ZooModel {
    public static var headNames: [String] { ["final_layer"] }

    /// A new network with random weights.
    ///
    /// - Throws: `ConfigurationError` for settings out of range and windows that are too short.
    public init(
        _ shape: SignalShape, _ configuration: Configuration = Configuration(), generator: Generator
    ) throws(ConfigurationError) {
        try ConfigurationCheck(model: Self.name).positive(
            ("channels", shape.channels), ("samples", shape.samples), ("outputs", shape.outputs))
        try self.init(ParameterScope(generator: generator), shape, configuration)
    }

    /// `[batch, channel, time]` to scores `[batch, class]` before the softmax.
    ///
    /// - Precondition: windows of the shape that the network was built for.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        require(
            x.shape.rank == 3 && x.shape[1] == shape.channels && x.shape[2] == shape.samples,
            "\(Self.name): windows of shape \(x.shape) for a network of [batch, \(shape.channels), \(shape.samples)]")
        return scores(features(x, &context), &context)
    }

    /// The same network with parameters and buffers of its own: a plain copy of a model shares them with the original.
    ///
    /// - Throws: never for a network that could be built.
    public func copied() throws(ConfigurationError) -> Self {
        let result = try Self(shape, configuration, generator: Generator(seed: 0))
        result.takeValues(of: self) { _ in true }
        return result
    }

    /// The same network with a new, random last layer for `outputs` classes; all other parameters and buffers are copied.
    ///
    /// - Throws: `ConfigurationError` where the configuration does not allow the number of outputs.
    public func resettingHead(outputs: Int, generator: Generator) throws(ConfigurationError) -> Self {
        guard outputs > 0 else { throw ConfigurationError(model: Self.name, name: "outputs", expected: "at least 1", found: "\(outputs)") }
        let shape = SignalShape(channels: shape.channels, samples: shape.samples, samplingRate: shape.samplingRate, outputs: outputs)
        let result = try Self(shape, configuration, generator: generator)
        result.takeValues(of: self) { name in !Self.headNames.contains { name == $0 || name.hasPrefix($0 + ".") } }
        return result
    }

    private func takeValues(of other: Self, where isTaken: (String) -> Bool) {
        let old = Dictionary(uniqueKeysWithValues: (other.scope.store.parameters + other.scope.store.buffers).map { ($0.name, $0) })
        for parameter in scope.store.parameters + scope.store.buffers where isTaken(parameter.name) {
            if let value = old[parameter.name]?.value { parameter.value = value }
        }
    }
}

/// Checks of a configuration, shared by the zoo.
struct ConfigurationCheck {
    let model: String

    /// No size may be above this: far beyond any network, and products of three do not overflow.
    private static let largest = 1 << 20

    /// Each size must be at least 1.
    func positive(_ sizes: (name: String, value: Int)...) throws(ConfigurationError) {
        for (name, value) in sizes where !(1...Self.largest).contains(value) {
            throw error(name, expected: "from 1 to \(Self.largest)", found: value)
        }
    }

    /// Each size must be at least 0.
    func zeroOrMore(_ sizes: (name: String, value: Int)...) throws(ConfigurationError) {
        for (name, value) in sizes where !(0...Self.largest).contains(value) {
            throw error(name, expected: "from 0 to \(Self.largest)", found: value)
        }
    }

    /// The samples in `seconds`, rounded up; at least `least` of them.
    func samples(_ name: String, _ seconds: Double, _ shape: SignalShape, least: Int = 1) throws(ConfigurationError) -> Int {
        let samples = (seconds * shape.samplingRate).rounded(.up)
        guard samples >= Double(least), samples <= Double(Self.largest) else {
            throw error(name, expected: "from \(least) to \(Self.largest) samples at \(shape.samplingRate) Hz", found: "\(seconds) s")
        }
        return Int(samples)
    }

    /// Each number must be positive and finite.
    func positive(_ numbers: (name: String, value: Float)...) throws(ConfigurationError) {
        for (name, value) in numbers where !(value > 0 && value.isFinite) { throw error(name, expected: "a positive number", found: value) }
    }

    /// Each share, as of dropout, must lie in 0..<1.
    func rates(_ rates: (name: String, value: Float)...) throws(ConfigurationError) {
        for (name, value) in rates where !(0..<1).contains(value) { throw error(name, expected: "from 0 to below 1", found: value) }
    }

    /// What is left of the samples of a window must be enough.
    func samples(_ shape: SignalShape, leave count: Int, for what: String) throws(ConfigurationError) {
        guard count >= 1 else { throw error("samples of a window", expected: "enough for \(what)", found: shape.samples) }
    }

    func error(_ name: String, expected: String, found: some Any) -> ConfigurationError {
        ConfigurationError(model: model, name: name, expected: expected, found: "\(found)")
    }
}
