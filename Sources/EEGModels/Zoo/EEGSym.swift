public import EEGTensor

/// EEGSym: the same filters over time and electrodes for both hemispheres, which are brought together late.
///
/// | layer | shape for S electrodes a hemisphere, those of the midline in both |
/// |---|---|
/// | input | `[batch, 1, 2, S, T]` |
/// | `inception_block1`: `temporal_convs` over 0.125, 0.25 and 0.5 s, plus the input; mean by 2; plus `spatial_convs` over S in 24 groups | `[batch, 24, 2, S, T / 2]` |
/// | `inception_block2`, the same with a quarter of the samples | `[batch, 24, 2, S, T / 4]` |
/// | `residual_blocks.0` … `.2`: over 16, 8 and 4 samples, plus `projection`; mean by 2; plus `spatial_convs` over S | `[batch, 6, 2, S, T / 32]` |
/// | `temporal_reduction` over 4 samples, plus what it had; mean by 2 | `[batch, 6, 2, S, P = T / 64]` |
/// | `channel_merging`: twice over both hemispheres, plus what it had; once more in 3 groups | `[batch, 6, P]` |
/// | `temporal_merging`: over all places, plus what it had; once more in 6 groups | `[batch, 12]` |
/// | `output_blocks`: four times 1 × 1, plus what it had | `[batch, 12]` |
/// | `final_layer` | `[batch, class]` |
///
/// Batch norm, ELU and dropout follow each convolution. Parameter names are those of braindecode.
///
/// Source: S. Pérez-Velasco et al., "EEGSym: overcoming inter-subject variability in motor imagery based BCIs with deep learning", IEEE Trans.
/// Neural Syst. Rehabil. Eng. 30 (2022) 1766–1775.
public struct EEGSym: ZooModel {
    public static let name = "EEGSym"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Filters over time of each length, a multiple of 8.
        public var filters = 8
        /// Lengths of the first filters in seconds.
        public var kernelDurations = [0.5, 0.25, 0.125]
        /// Names of the channels: pairs such as C3 and C4, and such as Cz in the middle. Where absent, all channels stand in both hemispheres.
        public var electrodes: [String]?
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.25

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// The channels of the left, then of the right hemisphere.
    private let order: [Int]
    private let inceptions: [InceptionBlock]
    private let residuals: [ResidualBlock]
    private let reduction: Unit
    private let channelMerging: [Unit]
    private let temporalMerging: [Unit]
    private let outputs: [Unit]
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, filters that 8 does not divide, a rate outside of 0..<1, durations of
    ///   fewer than four samples, names of electrodes without a partner, and windows of fewer than 64 samples.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let lengths = try configuration.kernelLengths(of: shape)
        order = try configuration.hemispheres(of: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let (rate, width) = (configuration.dropoutRate, configuration.filters * lengths.count)
        let electrodes = order.count / 2
        inceptions = [1, 2].map { number in
            InceptionBlock(
                scope.child("inception_block\(number)"), inputs: number == 1 ? 1 : width, filters: configuration.filters,
                lengths: number == 1 ? lengths : lengths.map { $0 / 4 }, electrodes: electrodes, dropoutRate: rate)
        }
        let widths = [width, width / 2, width / 2, width / 4]
        residuals = (0..<3).map { index in
            ResidualBlock(
                scope.child("residual_blocks").child("\(index)"), inputs: widths[index], outputs: widths[index + 1], length: 16 >> index,
                electrodes: electrodes, dropoutRate: rate)
        }
        let narrow = width / 4
        reduction = Unit(
            scope.child("temporal_reduction").child("0").child("conv"), inputs: narrow, outputs: narrow, length: 4, dropoutRate: rate)
        let merging = scope.child("channel_merging")
        let mergings = [
            (merging.child("residual_convs").child("0"), 1), (merging.child("residual_convs").child("1"), 1),
            (merging.child("grouped_conv"), narrow / 2),
        ]
        channelMerging = mergings.map { scope, groups in
            Unit(
                scope, inputs: narrow, outputs: narrow, hemispheres: 2, electrodes: electrodes, groups: groups, dropoutRate: rate)
        }
        let places = shape.samples / 64
        temporalMerging = [
            Unit(
                scope.child("temporal_merging").child("residual_conv"), inputs: narrow, outputs: narrow, length: places, padding: .valid,
                dropoutRate: rate),
            Unit(
                scope.child("temporal_merging").child("grouped_conv"), inputs: narrow, outputs: 2 * narrow, length: places, padding: .valid,
                groups: narrow, dropoutRate: rate),
        ]
        outputs = (0..<4).map {
            Unit(
                scope.child("output_blocks").child("0").child("conv_blocks").child("\($0)"), inputs: 2 * narrow, outputs: 2 * narrow,
                dropoutRate: rate)
        }
        head = Linear(scope.child("final_layer"), inputs: 2 * narrow, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 12]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        // Hemispheres and electrodes are one axis: [batch, filter, 2 S, time].
        var result = x.gathered(at: order, axis: 1).expandingDimensions(at: 1)
        for block in inceptions { result = block(result, &context) }
        for block in residuals { result = block(result, &context) }
        result = TemporalPooling.average(result + reduction(result, &context), length: 2)
        for unit in channelMerging.dropLast() { result = result + unit(result, &context) }
        result = channelMerging[2](result, &context)
        result = temporalMerging[1](result + temporalMerging[0](result, &context), &context)
        for unit in outputs { result = result + unit(result, &context) }
        return result.flattened()
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension EEGSym {
    /// A convolution, a batch norm, ELU and dropout.
    private struct Unit: Layer {
        /// `[output, input / groups, hemispheres, samples, electrodes]`.
        let weight: Parameter
        let bias: Parameter?
        let norm: BatchNorm
        let dropout: Dropout
        let padding: ConvolutionPadding
        let groups: Int

        /// - Parameters:
        ///   - length: samples of the kernel; more than one only for kernels of one electrode.
        ///   - padding: over time.
        init(
            _ scope: ParameterScope, inputs: Int, outputs: Int, hemispheres: Int = 1, length: Int = 1, electrodes: Int = 1,
            padding: ConvolutionPadding = .same, groups: Int = 1, hasBias: Bool = false, dropoutRate: Float
        ) {
            let shape: Shape = [outputs, inputs / groups, hemispheres, length, electrodes]
            weight = scope.child("0").weight(shape, .fanInUniform)
            bias = hasBias ? scope.child("0").bias(nil, outputs: outputs, weight: shape) : nil
            norm = BatchNorm(scope.child("1"), channels: outputs, momentum: 0.01, epsilon: 1e-3, activation: .elu())
            dropout = Dropout(rate: dropoutRate)
            self.padding = padding
            self.groups = groups
        }

        /// `[batch, input, row, time]` to `[batch, output, row / (hemispheres * electrodes), time]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let shape = weight.value.shape
            let rows = shape[2] * shape[4]
            let kernel = weight.value.reshaped(to: [shape[0], shape[1], rows, shape[3]])
            let output = convolution2D(
                x, weight: kernel, bias: bias?.value, stride: (rows, 1), padding: (.valid, padding), groups: groups)
            return dropout(norm(context.exposing(output, as: weight.layer), &context), &context)
        }
    }

    /// What all electrodes of a hemisphere say together, added to each of them; nothing where there is one.
    private struct SpatialBlock: Layer {
        let unit: Unit?
        let electrodes: Int

        init(_ scope: ParameterScope, width: Int, electrodes: Int, groups: Int, dropoutRate: Float) {
            self.electrodes = electrodes
            let scope = scope.child("spatial_convs").child("0")
            func unit() -> Unit {
                Unit(scope, inputs: width, outputs: width, electrodes: electrodes, groups: groups, dropoutRate: dropoutRate)
            }
            self.unit = electrodes > 1 ? unit() : nil
        }

        /// The shape of `x`, which is `[batch, filter, 2 S, time]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            unit.map { x + $0(x, &context).repeated(electrodes, axis: 2) } ?? x
        }
    }

    /// Filters over time of several lengths, then over electrodes.
    private struct InceptionBlock: Layer {
        let temporal: [Unit]
        let spatial: SpatialBlock

        /// - Parameter lengths: from the longest to the shortest.
        init(_ scope: ParameterScope, inputs: Int, filters: Int, lengths: [Int], electrodes: Int, dropoutRate: Float) {
            temporal = lengths.reversed().enumerated().map { index, length in
                Unit(
                    scope.child("temporal_convs").child("\(index)"), inputs: inputs, outputs: filters, length: length, hasBias: true,
                    dropoutRate: dropoutRate)
            }
            let width = filters * lengths.count
            spatial = SpatialBlock(scope, width: width, electrodes: electrodes, groups: width, dropoutRate: dropoutRate)
        }

        /// `[batch, input, 2 S, time]` to `[batch, width, 2 S, time / 2]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let filtered = concatenate(temporal.map { $0(x, &context) }, axis: 1)
            return spatial(TemporalPooling.average(filtered + x, length: 2), &context)
        }
    }

    /// Filters over time beside a projection, then over electrodes.
    private struct ResidualBlock: Layer {
        let temporal: Unit
        let projection: Unit
        let spatial: SpatialBlock

        init(_ scope: ParameterScope, inputs: Int, outputs: Int, length: Int, electrodes: Int, dropoutRate: Float) {
            temporal = Unit(
                scope.child("temporal_conv"), inputs: inputs, outputs: outputs, length: length, hasBias: true, dropoutRate: dropoutRate)
            projection = Unit(scope.child("projection"), inputs: inputs, outputs: outputs, dropoutRate: dropoutRate)
            spatial = SpatialBlock(scope, width: outputs, electrodes: electrodes, groups: 1, dropoutRate: dropoutRate)
        }

        /// `[batch, input, 2 S, time]` to `[batch, output, 2 S, time / 2]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            spatial(TemporalPooling.average(temporal(x, &context) + projection(x, &context), length: 2), &context)
        }
    }
}

extension EEGSym.Configuration {
    /// Samples of the first filters.
    fileprivate func kernelLengths(of shape: SignalShape) throws(ConfigurationError) -> [Int] {
        let check = ConfigurationCheck(model: EEGSym.name)
        try check.positive(("filters", filters), ("number of kernel durations", kernelDurations.count))
        guard filters % 8 == 0 else { throw check.error("filters", expected: "a multiple of 8", found: filters) }
        try check.rates(("dropout rate", dropoutRate))
        try check.samples(shape, leave: shape.samples / 64, for: "six poolings by 2")
        var lengths: [Int] = []
        for duration in kernelDurations {
            // At least four samples, as the second block has a quarter of them.
            _ = try check.samples("kernel duration", duration, shape, least: 4)
            lengths.append(max(4, Int(duration * shape.samplingRate)))
        }
        return lengths
    }

    /// The channels of the left, then of the right hemisphere; behind those of either side the ones in the middle.
    fileprivate func hemispheres(of shape: SignalShape) throws(ConfigurationError) -> [Int] {
        guard let electrodes else { return Array(0..<shape.channels) + Array(0..<shape.channels) }
        let check = ConfigurationCheck(model: EEGSym.name)
        guard electrodes.count == shape.channels else {
            throw check.error("electrodes", expected: "\(shape.channels) names", found: electrodes.count)
        }
        guard Set(electrodes).count == electrodes.count else { throw check.error("electrodes", expected: "each once", found: electrodes) }
        var (left, right, middle): ([Int], [Int], [Int]) = ([], [], [])
        for (index, name) in electrodes.enumerated() {
            let letters = name.prefix { !$0.isNumber }
            let digits = name.dropFirst(letters.count).prefix { $0.isNumber }
            guard let number = Int(digits) else {
                middle.append(index)
                continue
            }
            let rest = name.dropFirst(letters.count + digits.count)
            let (partner, _) = number % 2 == 1 ? number.addingReportingOverflow(1) : number.subtractingReportingOverflow(1)
            guard let other = electrodes.firstIndex(of: "\(letters)\(partner)\(rest)") else {
                throw check.error("electrodes", expected: "the partner of \(name) on the other side", found: electrodes)
            }
            if number % 2 == 1 {
                left.append(index)
                right.append(other)
            }
        }
        return left + middle + right + middle
    }
}
