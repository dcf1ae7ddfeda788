public import EEGTensor

/// EEG-Inception for motor imagery: six modules of parallel convolutions of several lengths, with two residual connections.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, C, 1, T]` |
/// | `initial_inception_module`, `intermediate_inception_modules_1.0` and `.1` | `[batch, (n + 1) F, 1, T]` |
/// | plus `residual_block_1` of the input: 1 × 1, batch norm, ReLU | `[batch, (n + 1) F, 1, T]` |
/// | `intermediate_inception_modules_2.0` to `.2` | `[batch, (n + 1) F, 1, T]` |
/// | plus `residual_block_2` of the first sum | `[batch, (n + 1) F, 1, T]` |
/// | mean over time | `[batch, (n + 1) F]` |
/// | `final_layer.fc` | `[batch, class]` |
///
/// A module has n branches of F filters with kernels u, 3u, 5u, … behind a shared 1 × 1 `bottleneck`, and one with a maximum over u samples
/// and 1 × 1; batch norm and ReLU follow. u is a tenth of a second. Parameter names are those of braindecode.
///
/// Source: C. Zhang, Y.-K. Kim and A. Eskandarian, "EEG-inception: an accurate and robust end-to-end neural network for EEG-based motor
/// imagery classification", J. Neural Eng. 18 (2021) 046014.
public struct EEGInceptionMI: ZooModel {
    public static let name = "EEGInceptionMI"

    /// Sizes, at first those published.
    public struct Configuration: ModelConfiguration {
        /// n, the convolutions side by side in a module.
        public var convolutions = 5
        /// F, the filters of each of them.
        public var filters = 48
        /// The length of the shortest kernel in seconds.
        public var kernelUnit = 0.1

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let stages: [Stage]
    private let head: Linear

    /// Modules one behind the other, and the way around them.
    private struct Stage {
        let modules: [InceptionModule]
        let residual: NormalizedPointwise
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive and a kernel unit below one sample.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let width = (configuration.convolutions + 1) * configuration.filters
        let unit = configuration.unit(at: shape.samplingRate)
        func module(_ scope: ParameterScope, inputs: Int) -> InceptionModule {
            InceptionModule(scope, inputs: inputs, filters: configuration.filters, convolutions: configuration.convolutions, unit: unit)
        }
        func modules(_ stage: Int, _ count: Int) -> [InceptionModule] {
            (0..<count).map { module(scope.child("intermediate_inception_modules_\(stage)").child("\($0)"), inputs: width) }
        }
        stages = [
            Stage(
                modules: [module(scope.child("initial_inception_module"), inputs: shape.channels)] + modules(1, 2),
                residual: NormalizedPointwise(scope.child("residual_block_1"), inputs: shape.channels, outputs: width)),
            Stage(modules: modules(2, 3), residual: NormalizedPointwise(scope.child("residual_block_2"), inputs: width, outputs: width)),
        ]
        head = Linear(scope.child("final_layer").child("fc"), inputs: width, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, (n + 1) F]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = x.expandingDimensions(at: 2)
        for stage in stages {
            var inner = states
            for module in stage.modules { inner = module(inner, &context) }
            states = inner + stage.residual(states, &context)
        }
        return states.mean(over: [2, 3])
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension EEGInceptionMI.Configuration {
    /// The samples of the shortest kernel.
    fileprivate func unit(at samplingRate: Double) -> Int { Int(kernelUnit * samplingRate) }

    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: EEGInceptionMI.name)
        try check.positive(("convolutions", convolutions), ("filters", filters))
        let longest = Double(shape.samples)
        guard kernelUnit * shape.samplingRate >= 1, kernelUnit * shape.samplingRate <= longest else {
            throw check.error(
                "kernel unit", expected: "from one sample to a window of \(shape.samples) samples at \(shape.samplingRate) Hz",
                found: kernelUnit)
        }
    }
}

/// Convolutions of several lengths and a maximum, side by side.
private struct InceptionModule: Layer {
    private let bottleneck: Convolution2D
    private let convolutions: [Convolution2D]
    private let pooled: Convolution2D
    private let norm: BatchNorm
    private let unit: Int

    init(_ scope: ParameterScope, inputs: Int, filters: Int, convolutions: Int, unit: Int) {
        bottleneck = Convolution2D(scope.child("bottleneck"), inputs: inputs, outputs: filters, kernel: (1, 1))
        self.convolutions = (0..<convolutions).map { index in
            Convolution2D(
                scope.child("conv_list").child("\(index)"), inputs: filters, outputs: filters, kernel: (1, (2 * index + 1) * unit),
                padding: (.valid, .same))
        }
        pooled = Convolution2D(scope.child("pooling_conv"), inputs: inputs, outputs: filters, kernel: (1, 1))
        norm = BatchNorm(scope.child("bn"), channels: (convolutions + 1) * filters, activation: .relu)
        self.unit = unit
    }

    /// `[batch, input, 1, time]` to `[batch, (n + 1) F, 1, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let narrow = bottleneck(x, &context)
        var branches: [Tensor] = []
        for convolution in convolutions { branches.append(convolution(narrow, &context)) }
        let largest = maxPooling2D(x, kernel: (1, unit), stride: (1, 1), padding: (0, unit / 2))
        // A window of even length gives one sample too many.
        branches.append(pooled(largest, &context).sliced(axis: -1, 0..<x.shape[3]))
        return norm(concatenate(branches, axis: 1), &context)
    }
}

/// 1 × 1, batch norm, ReLU.
private struct NormalizedPointwise: Layer {
    private let convolution: Convolution2D
    private let norm: BatchNorm

    init(_ scope: ParameterScope, inputs: Int, outputs: Int) {
        convolution = Convolution2D(scope.child("conv"), inputs: inputs, outputs: outputs, kernel: (1, 1))
        norm = BatchNorm(scope.child("bn"), channels: outputs, activation: .relu)
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { norm(convolution(x, &context), &context) }
}
