public import EEGTensor
internal import Foundation

/// Filters over time of several lengths and over electrodes, a transformer, and a temporal convolutional network, each in one group of
/// channels for each kernel length and one for the transformer.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `conv_block.temporal_convs.i` over 20, 32 or 64 samples, batch norm | `[batch, 32, C, T]` each |
/// | `conv_block.channel_dw_conv` over the electrodes in 96 groups, batch norm, ELU, mean by 8, dropout | `[batch, 192, 1, T / 8]` |
/// | `conv_block.channel_reduction` 1 × 1 in 3 groups, batch norm | `[batch, 48, 1, T / 8]` |
/// | `conv_block.temporal_conv_2` over 16 samples in 3 groups, batch norm, ELU | `[batch, 48, 1, T / 8]` |
/// | `conv_block.group_attn`: each group by 1 + its weight; mean by 7, dropout | `[batch, 48, P = T / 56]` |
/// | `mix` 1, batch norm, SiLU | `[batch, P, 48]` |
/// | `transformer.0`, `.1`: attention of 4 heads of queries and 2 of keys and values, then 48 → 96 → 48 | `[batch, P, 48]` |
/// | `reduce` 1, batch norm, SiLU; behind what `mix` was given | `[batch, 64, P]` |
/// | `tcn.blocks.0`, `.1`: causal convolutions over 4 places in 4 groups, dilated by 1 and 2; the last place | `[batch, 64]` |
/// | `final_layer.conv` in 4 groups, their mean | `[batch, class]` |
///
/// Parameter names are those of braindecode.
///
/// Source: H. Altaheri, F. Karray and A.-H. Karimi, "Temporal convolutional transformer for EEG based motor imagery decoding", Sci. Rep. 15
/// (2025) 32959.
public struct TCFormer: ZooModel {
    public static let name = "TCFormer"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Samples of the temporal kernels.
        public var kernelLengths = [20, 32, 64]
        /// Filters over time of each length.
        public var temporalFilters = 32
        /// Spatial filters for each of them.
        public var depthMultiplier = 2
        public var firstPooling = 8
        /// Samples of the kernel behind it.
        public var secondKernelLength = 16
        public var secondPooling = 7
        /// Channels of a group.
        public var groupWidth = 16
        /// How many times narrower than a group the layer is that weights it.
        public var attentionReduction = 4
        /// Blocks of the transformer.
        public var layers = 2
        /// Heads of queries.
        public var heads = 4
        /// Heads of keys and values, each for as many heads of queries.
        public var keyHeads = 2
        /// How many times wider the inner layer of a block is.
        public var expansion = 2
        /// Residual blocks of the temporal convolutional network.
        public var residualBlocks = 2
        public var residualKernelLength = 4
        /// The largest norm of a weight row of the last layer.
        public var finalMaximumNorm: Float = 0.25
        /// The share of values that dropout sets to zero in the convolutional front.
        public var convolutionDropoutRate: Float = 0.4
        /// The same in the transformer.
        public var attentionDropoutRate: Float = 0.4
        /// The share of windows that skip a branch of the last block of the transformer in training; it grows from 0 at the first.
        public var depthDropoutRate: Float = 0.25
        /// The share of values that dropout sets to zero in the temporal convolutional network.
        public var residualDropoutRate: Float = 0.3

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let front: Front
    private let mixing: Convolution1D
    private let mixingNorm: BatchNorm
    private let blocks: [Block]
    private let reduction: Convolution1D
    private let reductionNorm: BatchNorm
    private let residuals: [CausalResidualBlock]
    private let head: Convolution1D

    /// - Throws: `ConfigurationError` for sizes that are not positive or do not fit each other, rates outside of 0..<1, or windows too short
    ///   for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let places = try configuration.places(of: shape)
        let width = configuration.width
        let groups = configuration.kernelLengths.count + 1
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        front = Front(scope.child("conv_block"), channels: shape.channels, configuration)
        mixing = Convolution1D(
            scope.child("mix").child("0"), inputs: width, outputs: width, kernel: 1, hasBias: false, initializer: .glorotUniform)
        mixingNorm = BatchNorm(scope.child("mix").child("1"), channels: width, activation: .silu)
        let rotation = PlaceRotation(places: places, depth: width / configuration.heads)
        blocks = (0..<configuration.layers).map { index in
            let share = Float(index) / Float(max(1, configuration.layers - 1))
            return Block(
                scope.child("transformer").child("\(index)"), rotation, skipRate: share * configuration.depthDropoutRate, configuration)
        }
        reduction = Convolution1D(
            scope.child("reduce").child("1"), inputs: width, outputs: configuration.groupWidth, kernel: 1, hasBias: false,
            initializer: .glorotUniform)
        reductionNorm = BatchNorm(scope.child("reduce").child("2"), channels: configuration.groupWidth, activation: .silu)
        residuals = (0..<configuration.residualBlocks).map { level in
            CausalResidualBlock(
                scope.child("tcn").child("blocks").child("\(level)"), width: groups * configuration.groupWidth,
                kernel: configuration.residualKernelLength, dilation: 1 << level, groups: groups,
                dropoutRate: configuration.residualDropoutRate, initializer: .glorotUniform, biasInitializer: .constant(0))
        }
        head = Convolution1D(
            scope.child("final_layer").child("conv"), inputs: groups * configuration.groupWidth, outputs: groups * shape.outputs, kernel: 1,
            groups: groups, maximumNorm: configuration.finalMaximumNorm, initializer: .glorotUniform, biasInitializer: .constant(0))
    }

    /// `[batch, channel, time]` to `[batch, 64]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let states = front(x, &context)
        var tokens = mixingNorm(mixing(states, &context), &context).transposed()
        for block in blocks { tokens = block(tokens, &context) }
        let reduced = reductionNorm(reduction(tokens.transposed(), &context), &context)
        var result = concatenate([states, reduced], axis: 1)
        for block in residuals { result = block(result, &context) }
        return result.sliced(axis: 2, result.shape[2] - 1)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor {
        let scores = head(features.expandingDimensions(at: 2), &context).squeezed(axis: 2)
        return scores.unflattened(axis: 1, into: [configuration.kernelLengths.count + 1, shape.outputs]).mean(over: 1)
    }
}

extension TCFormer {
    /// The convolutional front.
    private struct Front: Layer {
        /// Over time and electrodes, one for each kernel length.
        let branches: [TemporalSpatialConvolution]
        let spatialNorm: BatchNorm
        let reduction: Convolution2D
        let reductionNorm: BatchNorm
        let second: Convolution2D
        let secondNorm: BatchNorm
        let narrowing: Convolution2D
        let weighting: Convolution2D
        let dropout: Dropout
        let configuration: Configuration

        init(_ scope: ParameterScope, channels: Int, _ configuration: Configuration) {
            let (filters, depth, width) = (configuration.temporalFilters, configuration.depthMultiplier, configuration.width)
            let groups = configuration.kernelLengths.count
            let total = groups * filters * depth
            func convolution(
                _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, kernel: (Int, Int) = (1, 1), groups: Int = groups
            ) -> Convolution2D {
                Convolution2D(
                    scope, inputs: inputs, outputs: outputs, kernel: kernel, padding: (.valid, .same), groups: groups, hasBias: false,
                    initializer: .glorotUniform)
            }
            let spatial = convolution(
                scope.child("channel_dw_conv").child("0"), groups * filters, total, kernel: (channels, 1), groups: groups * filters)
            branches = configuration.kernelLengths.enumerated().map { index, length in
                let branch = scope.child("temporal_convs").child("\(index)")
                return TemporalSpatialConvolution(
                    convolution(branch.child("1"), 1, filters, kernel: (1, length), groups: 1),
                    BatchNorm(branch.child("2"), channels: filters),
                    FilterSlice(whole: spatial, outputs: (index * filters * depth)..<((index + 1) * filters * depth), groups: filters))
            }
            spatialNorm = BatchNorm(scope.child("channel_dw_conv").child("1"), channels: total, activation: .elu())
            reduction = convolution(scope.child("channel_reduction").child("0"), total, width)
            reductionNorm = BatchNorm(scope.child("channel_reduction").child("1"), channels: width)
            second = convolution(scope.child("temporal_conv_2").child("0"), width, width, kernel: (1, configuration.secondKernelLength))
            secondNorm = BatchNorm(scope.child("temporal_conv_2").child("1"), channels: width, activation: .elu())
            let narrow = groups * (configuration.groupWidth / configuration.attentionReduction)
            narrowing = convolution(scope.child("group_attn").child("att_fc1"), width, narrow)
            weighting = convolution(scope.child("group_attn").child("att_fc2"), narrow, groups)
            dropout = Dropout(rate: configuration.convolutionDropoutRate)
            self.configuration = configuration
        }

        /// `[batch, channel, time]` to `[batch, 48, P]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let filtered = spatialNorm(concatenate(branches.map { $0(x, &context) }, axis: 1), &context)
            let pooled = dropout(TemporalPooling.average(filtered, length: configuration.firstPooling), &context)
            let reduced = reductionNorm(reduction(pooled, &context), &context)
            let states = secondNorm(second(reduced, &context), &context)
            let narrow = relu(narrowing(states.mean(over: -1, keepingDimensions: true), &context))
            let weights = sigmoid(weighting(narrow, &context)).repeated(configuration.groupWidth, axis: 1)
            let places = TemporalPooling.average(states + states * weights, length: configuration.secondPooling)
            return dropout(places, &context).squeezed(axis: 2)
        }
    }

    /// Some of the filters of a convolution over the electrodes.
    private struct FilterSlice: ElectrodeTimeConvolution {
        let whole: Convolution2D
        let outputs: Range<Int>
        let groups: Int
        var kernel: Tensor { whole.kernel.sliced(axis: 0, outputs) }
        var kernelBias: Tensor? { nil }
        var timePadding: ConvolutionPadding { .valid }
        var isPlain: Bool { true }

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { convolution2D(x, weight: kernel, groups: groups) }
    }

    /// One block of the transformer.
    private struct Block: Layer {
        let attentionNorm: LayerNorm
        let query: Linear
        let keyValue: Linear
        let output: Linear
        let denseNorm: LayerNorm
        let widening: Linear
        let narrowing: Linear
        let rotation: PlaceRotation
        let heads: Int
        let keyHeads: Int
        let dropout: Dropout
        /// Of whole windows.
        let skip: ChannelDropout

        init(_ scope: ParameterScope, _ rotation: PlaceRotation, skipRate: Float, _ configuration: Configuration) {
            let width = configuration.width
            func dense(_ scope: ParameterScope, _ inputs: Int, _ outputs: Int, hasBias: Bool) -> Linear {
                Linear(
                    scope, inputs: inputs, outputs: outputs, hasBias: hasBias, initializer: .glorotUniform, biasInitializer: .constant(0))
            }
            attentionNorm = LayerNorm(scope.child("norm1"), features: width)
            let attention = scope.child("attn")
            query = dense(attention.child("query_proj"), width, width, hasBias: false)
            keyValue = dense(
                attention.child("key_value_proj"), width, 2 * width / configuration.heads * configuration.keyHeads, hasBias: false)
            output = dense(attention.child("out_proj"), width, width, hasBias: false)
            denseNorm = LayerNorm(scope.child("norm2"), features: width)
            widening = dense(scope.child("mlp").child("0"), width, configuration.expansion * width, hasBias: true)
            narrowing = dense(scope.child("mlp").child("2"), configuration.expansion * width, width, hasBias: true)
            self.rotation = rotation
            heads = configuration.heads
            keyHeads = configuration.keyHeads
            dropout = Dropout(rate: configuration.attentionDropoutRate)
            skip = ChannelDropout(rate: skipRate)
        }

        /// The shape of `x`, which is `[batch, place, width]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let attended = x + skipping(attention(attentionNorm(x, &context), &context), &context)
            let wide = gelu(widening(denseNorm(attended, &context), &context))
            return attended + skipping(dropout(narrowing(wide, &context), &context), &context)
        }

        private func attention(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let depth = x.shape[2] / heads
            let queries = query(x, &context).unflattened(axis: 2, into: [heads, depth]).transposed(1, 2)
            // [batch, head, key or value, place, depth]
            let pairs = keyValue(x, &context).unflattened(axis: 2, into: [keyHeads, 2, depth]).permuted(0, 2, 3, 1, 4)
            let (keys, values) = (pairs.sliced(axis: 2, 0), pairs.sliced(axis: 2, 1))
            let drops = context.mode == .training && dropout.rate > 0
            let weightDropout = drops ? AttentionDropout(probability: dropout.rate, using: &context.generator) : nil
            let attended = scaledDotProductAttention(
                rotation(queries), rotation(keys).repeated(heads / keyHeads, axis: 1), values.repeated(heads / keyHeads, axis: 1),
                dropout: weightDropout)
            return output(attended.transposed(1, 2).flattened(fromAxis: 2), &context)
        }

        private func skipping(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            skip(x.expandingDimensions(at: 0), &context).squeezed(axis: 0)
        }
    }

    /// Turns pairs of neighbouring elements by angles that grow with the place, so that products of queries and keys depend on their
    /// distance.
    ///
    /// As in braindecode, element j turns by the frequency j modulo half of the depth, so that the two of a pair turn by different angles.
    ///
    /// Source: J. Su et al., "RoFormer: enhanced transformer with rotary position embedding", Neurocomputing 568 (2024) 127063.
    private struct PlaceRotation: Sendable {
        /// `[place, depth]`.
        let cosines: Tensor
        let sines: Tensor
        /// Takes (a, b) to (−b, a) in each pair, `[depth, depth]`.
        let quarterTurn: Tensor

        init(places: Int, depth: Int) {
            var angles: [Double] = []
            for place in 0..<places {
                for element in 0..<depth { angles.append(Double(place) * pow(10_000, -2 * Double(element % (depth / 2)) / Double(depth))) }
            }
            cosines = Tensor(angles.map { Float(cos($0)) }, shape: [places, depth])
            sines = Tensor(angles.map { Float(sin($0)) }, shape: [places, depth])
            var turn = [Float](repeating: 0, count: depth * depth)
            for first in stride(from: 0, to: depth, by: 2) {
                turn[(first + 1) * depth + first] = -1
                turn[first * depth + first + 1] = 1
            }
            quarterTurn = Tensor(turn, shape: [depth, depth])
        }

        /// The shape of `x`, which is `[…, place, depth]`.
        func callAsFunction(_ x: Tensor) -> Tensor { x * cosines + matmul(x, quarterTurn) * sines }
    }
}

extension TCFormer.Configuration {
    fileprivate var width: Int { groupWidth * kernelLengths.count }

    /// The places that are left for the transformer.
    fileprivate func places(of shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: TCFormer.name)
        try check.positive(
            ("number of kernels", kernelLengths.count), ("temporal filters", temporalFilters), ("depth multiplier", depthMultiplier),
            ("first pooling", firstPooling), ("second kernel length", secondKernelLength), ("second pooling", secondPooling),
            ("group width", groupWidth), ("attention reduction", attentionReduction), ("layers", layers), ("heads", heads),
            ("key heads", keyHeads), ("expansion", expansion), ("residual blocks", residualBlocks),
            ("residual kernel length", residualKernelLength))
        for length in kernelLengths { try check.positive(("kernel length", length)) }
        guard attentionReduction <= groupWidth else {
            throw check.error("attention reduction", expected: "at most the group width \(groupWidth)", found: attentionReduction)
        }
        guard width % (2 * heads) == 0 else {
            throw check.error("heads", expected: "such that an even share of the width \(width) is left for each", found: heads)
        }
        guard heads % keyHeads == 0 else { throw check.error("key heads", expected: "a divisor of \(heads) heads", found: keyHeads) }
        guard residualBlocks <= 10 else { throw check.error("residual blocks", expected: "at most 10", found: residualBlocks) }
        try check.positive(("final maximum norm", finalMaximumNorm))
        try check.rates(
            ("convolution dropout rate", convolutionDropoutRate), ("attention dropout rate", attentionDropoutRate),
            ("depth dropout rate", depthDropoutRate), ("residual dropout rate", residualDropoutRate))
        let left = shape.samples / firstPooling / secondPooling
        try check.samples(shape, leave: left, for: "pooling by \(firstPooling) and by \(secondPooling)")
        return left
    }
}
