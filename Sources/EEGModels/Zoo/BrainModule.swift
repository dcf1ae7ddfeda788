public import EEGTensor

/// The brain module of a decoder of heard speech: residual, dilated convolutions with gated linear units between them.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, C, T]` |
/// | `input_projection` 1 | `[batch, F, T]` |
/// | `encoder.sequence.i` k with dilation g^(i mod p), batch norm, GELU; plus its input | `[batch, F, T]` |
/// | after every second of them `encoder.glus.i` 3, gated linear unit | `[batch, F, T]` |
/// | mean over time | `[batch, F]` |
/// | `final_layer.2` | `[batch, class]` |
///
/// The layers for subjects and sensor positions, which the reference leaves out by default, are not part of it. Parameter names are those
/// of braindecode.
///
/// Source: A. Défossez et al., "Decoding speech perception from non-invasive brain recordings", Nat. Mach. Intell. 5 (2023) 1097–1107.
public struct BrainModule: ZooModel {
    public static let name = "BrainModule"

    /// Sizes, at first those published.
    public struct Configuration: ModelConfiguration {
        /// F.
        public var filters = 320
        /// The dilated convolutions.
        public var depth = 10
        /// k, odd.
        public var kernelLength = 3
        /// g, by what the dilation grows from convolution to convolution.
        public var dilationGrowth = 2
        /// p, the convolutions after which the dilation begins at 1 again.
        public var dilationPeriod = 5
        /// How many dilated convolutions a gated linear unit follows.
        public var gateInterval = 2
        /// The share of values that dropout sets to zero after each dilated convolution.
        public var dropoutRate: Float = 0

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let projection: Convolution1D
    private let blocks: [Block]
    private let dropout: Dropout
    private let head: Linear

    private struct Block {
        let convolution: Convolution1D
        let norm: BatchNorm
        let gate: Convolution1D?
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive, an even kernel, rates out of range, or dilations above a million.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let dilations = try configuration.validatedDilations()
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (filters, encoder) = (configuration.filters, scope.child("encoder"))
        projection = Convolution1D(scope.child("input_projection"), inputs: shape.channels, outputs: filters, kernel: 1)
        blocks = dilations.enumerated().map { index, dilation in
            let block = encoder.child("sequence").child("\(index)")
            return Block(
                convolution: Convolution1D(
                    block.child("0"), inputs: filters, outputs: filters, kernel: configuration.kernelLength, padding: .same,
                    dilation: dilation),
                norm: BatchNorm(block.child("1"), channels: filters, activation: .gelu),
                gate: (index + 1) % configuration.gateInterval == 0
                    ? Convolution1D(
                        encoder.child("glus").child("\(index)").child("0"), inputs: filters, outputs: 2 * filters, kernel: 3, padding: .same
                    )
                    : nil)
        }
        dropout = Dropout(rate: configuration.dropoutRate)
        head = Linear(scope.child("final_layer").child("2"), inputs: filters, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, F]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var states = projection(x, &context)
        for block in blocks {
            states = states + dropout(block.norm(block.convolution(states, &context), &context), &context)
            guard let gate = block.gate else { continue }
            let parts = gate(states, &context).split(into: 2, axis: 1)
            states = parts[0] * sigmoid(parts[1])
        }
        return states.mean(over: -1)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension BrainModule.Configuration {
    fileprivate func validatedDilations() throws(ConfigurationError) -> [Int] {
        let check = ConfigurationCheck(model: BrainModule.name)
        try check.positive(
            ("filters", filters), ("depth", depth), ("kernel length", kernelLength), ("dilation growth", dilationGrowth),
            ("dilation period", dilationPeriod), ("gate interval", gateInterval))
        guard kernelLength % 2 == 1 else { throw check.error("kernel length", expected: "odd", found: kernelLength) }
        try check.rates(("dropout rate", dropoutRate))
        var dilations: [Int] = []
        for index in 0..<depth {
            let (next, overflows) = (dilations.last ?? 1).multipliedReportingOverflow(by: dilationGrowth)
            let dilation = index % dilationPeriod == 0 ? 1 : next
            guard !overflows, dilation <= 1_000_000 else {
                throw check.error("dilation growth", expected: "small enough for dilations of at most 1000000", found: dilationGrowth)
            }
            dilations.append(dilation)
        }
        return dilations
    }
}
