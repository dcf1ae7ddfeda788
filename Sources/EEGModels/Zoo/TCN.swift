public import EEGTensor

/// A temporal convolutional network: residual blocks of causal convolutions whose dilation doubles from block to block; a score for every
/// sample that sees a full past.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, C, T]` |
/// | `temporal_blocks.temporal_block_i`, i = 0 ..< blocks | `[batch, filters, T]` |
/// | the samples behind the receptive field | `[batch, filters, T']` |
/// | `final_layer.fc`, at each sample | `[batch, class, T']` |
///
/// A block convolves twice with dilation 2^i (weight norm, ReLU, channel dropout after each), adds its input (through `downsample` where
/// the number of channels changes), and ends with ReLU. The receptive field is R = 1 + 2 (k − 1) (2^blocks − 1) samples, so T' = T − R + 1.
/// Unlike the other networks it gives scores over time; ``BDTCN`` gives their mean. Parameter names are those of braindecode.
///
/// Source: S. Bai, J. Z. Kolter and V. Koltun, "An empirical evaluation of generic convolutional and recurrent networks for sequence
/// modeling", 2018, arXiv:1803.01271.
public struct TCN: ZooModel {
    public static let name = "TCN"

    /// Sizes and rates, at first those of ``BDTCN`` as published.
    public struct Configuration: ModelConfiguration {
        public var blocks = 3
        /// Filters of every convolution.
        public var filters = 30
        /// Taps of every convolution.
        public var kernelLength = 5
        /// The share of channels that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}

        /// The samples that a score depends on.
        public var receptiveField: Int { 1 + 2 * (kernelLength - 1) * (1 << blocks - 1) }
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let blocks: [TemporalBlock]
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, more than 24 blocks, rates outside of 0..<1, or windows shorter
    ///   than the receptive field.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape, of: Self.name)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        blocks = (0..<configuration.blocks).map { index in
            TemporalBlock(
                scope.child("temporal_blocks").child("temporal_block_\(index)"),
                inputs: index == 0 ? shape.channels : configuration.filters,
                outputs: configuration.filters, kernel: configuration.kernelLength, dilation: 1 << index,
                dropoutRate: configuration.dropoutRate)
        }
        head = Linear(scope.child("final_layer").child("fc"), inputs: configuration.filters, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, filter, T']`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = x
        for block in blocks { states = block(states, &context) }
        return states.sliced(axis: -1, (configuration.receptiveField - 1)...)
    }

    /// `[batch, filter, T']` to `[batch, class, T']`.
    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor {
        convolution1D(features, weight: head.weight.value.expandingDimensions(at: -1), bias: head.bias?.value)
    }

    /// `[batch, filter, T']` to scores `[batch, class]` of the states' mean.
    func scoresOfMean(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features.mean(over: -1), &context) }
}

extension TCN.Configuration {
    func validate(for shape: SignalShape, of model: String) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: model)
        try check.positive(("blocks", blocks), ("filters", filters), ("kernel length", kernelLength))
        try check.rates(("dropout rate", dropoutRate))
        guard blocks <= 24 else { throw check.error("blocks", expected: "at most 24", found: blocks) }
        let (field, overflows) = (kernelLength - 1).multipliedReportingOverflow(by: 2 * (1 << blocks - 1))
        try check.samples(shape, leave: overflows ? 0 : shape.samples - field, for: "the receptive field")
    }
}

/// Two causal convolutions with weight norm, and the input added to what they give.
private struct TemporalBlock: Layer {
    private let first: WeightNormConvolution
    private let second: WeightNormConvolution
    private let downsample: Convolution1D?
    private let dropout: ChannelDropout

    init(_ scope: ParameterScope, inputs: Int, outputs: Int, kernel: Int, dilation: Int, dropoutRate: Float) {
        first = WeightNormConvolution(scope.child("conv1"), inputs: inputs, outputs: outputs, kernel: kernel, dilation: dilation)
        second = WeightNormConvolution(scope.child("conv2"), inputs: outputs, outputs: outputs, kernel: kernel, dilation: dilation)
        downsample =
            inputs == outputs
            ? nil
            : Convolution1D(
                scope.child("downsample"), inputs: inputs, outputs: outputs, kernel: 1, initializer: .normal(standardDeviation: 0.01))
        dropout = ChannelDropout(rate: dropoutRate)
    }

    /// `[batch, input, time]` to `[batch, output, time]`.
    func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let inner = dropout(relu(first(x)), &context)
        let outer = dropout(relu(second(inner)), &context)
        return relu(outer + (downsample?(x, &context) ?? x))
    }
}

private struct WeightNormConvolution: Sendable {
    private let weight: WeightNorm
    private let bias: Parameter
    private let dilation: Int

    init(_ scope: ParameterScope, inputs: Int, outputs: Int, kernel: Int, dilation: Int) {
        let shape: Shape = [outputs, inputs, kernel]
        weight = WeightNorm(scope, shape)
        bias = scope.bias(nil, outputs: outputs, weight: shape)
        self.dilation = dilation
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        convolution1D(x, weight: weight.value, bias: bias.value, padding: .causal, dilation: dilation)
    }
}
