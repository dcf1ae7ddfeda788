public import EEGTensor

/// EEG-Inception: branches with temporal kernels of several lengths side by side, for event-related potentials.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, 1, C, T]` |
/// | `inception_block_1.branches.i`: 1 × k_i, batch norm, ELU, then C × 1 in F groups, batch norm, ELU | `[batch, S F D, 1, T]` |
/// | pooling 1 × 4 | `[batch, S F D, 1, T / 4]` |
/// | `inception_block_2.branches.i`: 1 × k_i / 4, batch norm, ELU | `[batch, S F, 1, T / 4]` |
/// | pooling 1 × 2 | `[batch, S F, 1, T / 8]` |
/// | `final_block`: 1 × 8, batch norm, ELU, pooling 1 × 2 | `[batch, S F / 2, 1, T / 16]` |
/// | `final_block`: 1 × 4, batch norm, ELU, pooling 1 × 2 | `[batch, S F / 4, 1, T / 32]` |
/// | `final_layer.fc` | `[batch, class]` |
///
/// S branches of F filters over time, D spatial filters for each; convolutions over time keep the length, dropout follows each ELU.
/// Parameter names are those of braindecode.
///
/// Source: E. Santamaría-Vázquez et al., "EEG-Inception: a novel deep convolutional neural network for assistive ERP-based brain-computer
/// interfaces", IEEE Trans. Neural Syst. Rehabil. Eng. 28 (2020) 2773–2782.
public struct EEGInceptionERP: ZooModel {
    public static let name = "EEGInceptionERP"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F, the filters over time of each branch.
        public var filters = 8
        /// D, the spatial filters for each of them.
        public var depthMultiplier = 2
        /// The length of each branch's kernel in seconds.
        public var scales = [0.5, 0.25, 0.125]
        /// Samples that each of the four poolings averages.
        public var poolings = [4, 2, 2, 2]
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5
        /// The fraction of the way that running statistics move to those of a batch.
        public var momentum: Float = 0.01

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let temporal: [NormalizedConvolution]
    private let spatial: [NormalizedConvolution]
    private let second: [NormalizedConvolution]
    private let final: [NormalizedConvolution]
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, scales below a sample, rates out of range, other than four
    ///   poolings, fewer than four filters in all branches, or windows too short for the poolings.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (filters, depth, momentum) = (configuration.filters, configuration.depthMultiplier, configuration.momentum)
        let kernels = configuration.kernels(at: shape.samplingRate)
        let width = filters * kernels.count

        func branches(_ block: Int) -> [ParameterScope] {
            kernels.indices.map { scope.child("inception_block_\(block)").child("branches").child("\($0)") }
        }
        temporal = zip(branches(1), kernels).map { scope, kernel in
            NormalizedConvolution(scope, 0, inputs: 1, outputs: filters, kernel: (1, kernel), momentum: momentum, hasBias: true)
        }
        spatial = branches(1).map { scope in
            NormalizedConvolution(
                scope, 4, inputs: filters, outputs: filters * depth, kernel: (shape.channels, 1), groups: filters, momentum: momentum)
        }
        // The published kernels of the second block are those behind a pooling by 4, whatever the pooling.
        second = zip(branches(2), kernels).map { scope, kernel in
            NormalizedConvolution(scope, 0, inputs: width * depth, outputs: filters, kernel: (1, kernel / 4), momentum: momentum)
        }
        let block = scope.child("final_block")
        final = [
            NormalizedConvolution(block, 0, inputs: width, outputs: width / 2, kernel: (1, 8), momentum: momentum),
            NormalizedConvolution(block, 5, inputs: width / 2, outputs: width / 4, kernel: (1, 4), momentum: momentum),
        ]
        dropout = Dropout(rate: configuration.dropoutRate)
        let length = configuration.poolings.reduce(shape.samples, /)
        head = Linear(
            scope.child("final_layer").child("fc"), inputs: width / 4 * length, outputs: shape.outputs, biasInitializer: .constant(0))
    }

    /// `[batch, channel, time]` to `[batch, S F / 4, 1, T / 32]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let input = x.expandingDimensions(at: 1)
        let poolings = configuration.poolings
        var results: [Tensor] = []
        for (temporal, spatial) in zip(temporal, spatial) {
            let filtered = dropout(temporal(input, &context), &context)
            results.append(dropout(spatial(filtered, &context), &context))
        }
        var states = averagePooling2D(concatenate(results, axis: 1), kernel: (1, poolings[0]))
        results = []
        for branch in second { results.append(dropout(branch(states, &context), &context)) }
        states = averagePooling2D(concatenate(results, axis: 1), kernel: (1, poolings[1]))
        for (convolution, pooling) in zip(final, poolings[2...]) {
            states = averagePooling2D(dropout(convolution(states, &context), &context), kernel: (1, pooling))
        }
        return states
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.flattened(), &context) }
}

extension EEGInceptionERP.Configuration {
    fileprivate func kernels(at samplingRate: Double) -> [Int] { scales.map { Int($0 * samplingRate) } }

    fileprivate func validate(for shape: SignalShape) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: EEGInceptionERP.name)
        try check.positive(("filters", filters), ("depth multiplier", depthMultiplier))
        guard poolings.count == 4 else { throw check.error("poolings", expected: "four numbers", found: poolings) }
        for pooling in poolings { try check.positive(("pooling", pooling)) }
        for scale in scales where !(4...1e6).contains(scale * shape.samplingRate) {
            throw check.error("scale", expected: "from four to a million samples at \(shape.samplingRate) Hz", found: "\(scale) s")
        }
        guard filters * scales.count >= 4 else {
            throw check.error("filters", expected: "four or more in all branches", found: "\(filters) in each of \(scales.count)")
        }
        try check.rates(("dropout rate", dropoutRate))
        guard (0...1).contains(momentum) else { throw check.error("momentum", expected: "from 0 to 1", found: momentum) }
        try check.samples(shape, leave: poolings.reduce(shape.samples, /), for: "pooling by \(poolings)")
    }
}

/// A convolution that keeps the length of time, batch norm and ELU.
private struct NormalizedConvolution: Layer {
    private let convolution: Convolution2D
    private let norm: BatchNorm

    /// The norm follows the convolution in the numbering of the reference's layers.
    init(
        _ scope: ParameterScope, _ index: Int, inputs: Int, outputs: Int, kernel: (height: Int, width: Int), groups: Int = 1,
        momentum: Float, hasBias: Bool = false
    ) {
        convolution = Convolution2D(
            scope.child("\(index)"), inputs: inputs, outputs: outputs, kernel: kernel, padding: (.valid, .same), groups: groups,
            hasBias: hasBias,
            biasInitializer: .constant(0))
        norm = BatchNorm(scope.child("\(index + 1)"), channels: outputs, momentum: momentum, activation: .elu())
    }

    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { norm(convolution(x, &context), &context) }
}
