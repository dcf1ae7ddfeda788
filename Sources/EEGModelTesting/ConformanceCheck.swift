public import EEGModels
internal import EEGTensor
public import Testing

/// Whether a model keeps the promises that training, inference and checkpoints rely on.
///
/// | property | what must hold |
/// |---|---|
/// | shapes | scores are finite and `[batch, class]`, or `[batch, class, …]`, for one window and for several |
/// | determinism | equal seeds give equal parameters, and equal scores in training and in inference |
/// | side effects | a forward pass changes no parameter, and buffers only through its context |
/// | batch independence | in inference the scores of a window are those of the window alone |
/// | reach | every parameter has a gradient that is not zero, and so has the input |
/// | gradients | gradients agree with central differences, in inference and in training |
/// | checkpoint | a model with another seed gives the same scores after it has loaded the file of this one |
/// | learning | the loss of a few windows falls in a few steps |
///
/// The model is built anew for each property, so that no property depends on another.
public struct ConformanceCheck: Sendable, CustomStringConvertible {
    /// What is tried and how closely things must agree.
    public struct Settings: Sendable {
        /// The windows of a batch.
        public var batch = 4
        /// The names of parameters that no score depends on.
        public var unusedParameters: Set<String> = []
        /// The names of parameters whose gradients pass by a step that is not differentiated, such as a limit of the stored values.
        public var straightThroughParameters: Set<String> = []
        /// The tolerance of a derivative along a direction, as a fraction of its size where nothing cancels.
        public var gradientTolerance = 0.02
        /// The tolerance of scores of a window alone, relative to the largest score.
        public var batchTolerance = 1e-4
        /// The steps in which the loss must fall.
        public var steps = 30
        public var learningRate = 3e-3
        /// Chooses windows, first parameters, dropout and directions.
        public var seed: UInt64 = 1

        public init() {}
    }

    /// What is wrong, one entry each; each begins with the property.
    public private(set) var failures: [String] = []

    public var passes: Bool { failures.isEmpty }

    public var description: String { passes ? "the model conforms" : failures.joined(separator: "\n") }

    /// Checks the model that `build` makes in a scope.
    ///
    /// - Parameter build: called several times, with scopes of equal and of different seeds.
    public init<Checked: Model>(_ settings: Settings = Settings(), of build: (ParameterScope) throws -> Checked) throws {
        let first = try build(ParameterScope(generator: Generator(seed: settings.seed)))
        let subject = ConformanceSubject(settings, shape: first.shape)
        func model(seed: UInt64 = 0) throws -> Checked { try build(subject.scope(seed: seed)) }

        failures += subject.shapeFailures(first)
        // All else takes the shapes for granted.
        guard failures.isEmpty else { return }
        failures += subject.determinismFailures(try model(), try model())
        failures += subject.sideEffectFailures(try model())
        failures += subject.independenceFailures(try model())
        failures += subject.reachFailures(try model())
        failures += subject.gradientFailures(try model(), in: .inference)
        failures += subject.gradientFailures(try model(), in: .training)
        failures += subject.checkpointFailures(try model(), try model(seed: 1))
        failures += subject.learningFailures(try model())
    }
}

/// Records an issue unless the model that `build` makes conforms; see ``ConformanceCheck``.
///
/// ```swift
/// @Test func powerNetConforms() throws {
///     let shape = SignalShape(channels: 4, samples: 256, samplingRate: 128, outputs: 2)
///     try expectConformance { scope in PowerNet(scope, shape) }
/// }
/// ```
public func expectConformance<Checked: Model>(
    _ settings: ConformanceCheck.Settings = .init(), sourceLocation: SourceLocation = #_sourceLocation,
    of build: (ParameterScope) throws -> Checked
) throws {
    let check = try ConformanceCheck(settings, of: build)
    if !check.passes { Issue.record("\(check)", sourceLocation: sourceLocation) }
}
