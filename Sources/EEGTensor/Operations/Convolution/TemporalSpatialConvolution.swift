/// A batch norm between filters over time and spatial filters.
public struct FilterNormalization: Sendable {
    /// `[filter]`; 1 where absent.
    public var scale: Tensor?
    /// `[filter]`; 0 where absent.
    public var shift: Tensor?
    /// Is added to the variance.
    public var epsilon: Float
    /// Of the filtered signals, `[filter]` each; those of the batch where absent.
    public var statistics: ChannelStatistics?

    public init(scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Float = 1e-5, statistics: ChannelStatistics? = nil) {
        self.scale = scale
        self.shift = shift
        self.epsilon = epsilon
        self.statistics = statistics
    }
}

/// Filters every electrode over time, normalises where asked to, and adds the electrodes up with spatial filters: the first layers of most
/// networks for EEG, as one.
///
/// All of it is linear for given statistics, and those of a batch follow from its signals, so the map of every filter on every electrode
/// need not exist: with w the filters over time, after the normalisation, and s the spatial filters, one filter for each output has the
/// weights Σ s[o, f, c] w[f, k]; or, where each output sees one filter over time, the electrodes are added up first.
/// Docs/ConvolutionsByAlgebra.md has the derivation. Values, gradients and statistics are those of `convolution2D`, `batchNorm` and
/// `convolution2D` up to rounding.
///
/// - Parameters:
///   - x: `[batch, electrode, time]`.
///   - temporal: `[filter, tap]`, each filter for all electrodes.
///   - temporalBias: `[filter]`.
///   - spatial: `[output, filter / groups, electrode]`.
///   - spatialBias: `[output]`.
///   - padding: over time.
///   - groups: how many parts the filters over time are divided into; each part of the outputs sees its own.
///   - order: the one with the fewest products where absent.
/// - Returns: `[batch, output, 1, time]`, and the statistics of the batch where it was normalised with them, through which no gradient
///   flows.
/// - Precondition: the shapes agree, the padded signal is at least as long as the filters, `order` is possible, and each filter gives more
///   than one value where statistics are taken of them.
public func temporalSpatialConvolution(
    _ x: Tensor, temporal: Tensor, temporalBias: Tensor? = nil, spatial: Tensor, spatialBias: Tensor? = nil,
    padding: ConvolutionPadding = .valid, groups: Int = 1, normalization: FilterNormalization? = nil, order: TemporalSpatialOrder? = nil
) -> (output: Tensor, statistics: ChannelStatistics?) {
    let pair = TemporalSpatialPair(x.shape, temporal.shape, spatial.shape, padding: padding, groups: groups)
    let needsStatistics = normalization.map { $0.statistics == nil } ?? false
    let order = order ?? pair.cheapestOrder(needsStatistics: needsStatistics)
    if order == .temporalFirst {
        return pair.temporalFirst(x, temporal, temporalBias, spatial, spatialBias, normalization)
    }
    var filters = TemporalFilters(weight: temporal, bias: temporalBias)
    var statistics: ChannelStatistics?
    if let normalization {
        statistics = needsStatistics ? pair.statistics(of: x, filters) : nil
        filters = filters.followed(by: normalization, with: normalization.statistics ?? statistics)
        statistics = statistics.map { pair.unbiased($0) }
    }
    let bias = pair.bias(filters, spatial, spatialBias)
    let filter = order == .joint ? pair.joint : pair.spatialFirst
    return (filter(x, filters.weight, spatial, bias), statistics)
}

/// Filters over time for all electrodes.
private struct TemporalFilters {
    /// `[filter, tap]`.
    var weight: Tensor
    /// `[filter]`.
    var bias: Tensor?

    /// The filters and a normalisation of what they give, as filters.
    func followed(by normalization: FilterNormalization, with statistics: ChannelStatistics?) -> TemporalFilters {
        guard let statistics else { return self }
        let inverse = rsqrt(statistics.variance + normalization.epsilon)
        let scale = normalization.scale.map { $0 * inverse } ?? inverse
        let centered = bias.map { $0 - statistics.mean } ?? -statistics.mean
        let shift = centered * scale
        return TemporalFilters(weight: weight * scale.expandingDimensions(at: 1), bias: normalization.shift.map { shift + $0 } ?? shift)
    }
}

/// The sizes of filters over time and of spatial filters behind them.
private struct TemporalSpatialPair {
    let batch: Int
    let electrodes: Int
    let samples: Int
    let filters: Int
    let taps: Int
    let outputs: Int
    let groups: Int
    let padding: ConvolutionPadding
    /// Samples of the result.
    let length: Int

    init(_ x: Shape, _ temporal: Shape, _ spatial: Shape, padding: ConvolutionPadding, groups: Int) {
        var shapes: String { "input \(x), filters over time \(temporal), spatial filters \(spatial)" }
        require(
            x.rank == 3 && temporal.rank == 2 && spatial.rank == 3,
            "temporalSpatialConvolution: three, two and three axes are needed: \(shapes)")
        require(
            groups > 0 && temporal[0] == spatial[1] * groups && spatial[0] % groups == 0 && x[1] == spatial[2],
            "temporalSpatialConvolution: filters or electrodes do not fit: \(shapes), \(groups) groups")
        (batch, electrodes, samples) = (x[0], x[1], x[2])
        (filters, taps, outputs) = (temporal[0], temporal[1], spatial[0])
        self.groups = groups
        self.padding = padding
        length = ConvolutionAxis(padding: padding).output(size: samples, taps: taps, operation: "convolution", shapes: shapes).size
    }

    func cheapestOrder(needsStatistics: Bool) -> TemporalSpatialOrder {
        .cheapest(
            electrodes: electrodes, filters: filters, outputs: outputs, groups: groups, taps: taps, needsStatistics: needsStatistics)
    }

    /// Every layer as it is written.
    func temporalFirst(
        _ x: Tensor, _ temporal: Tensor, _ temporalBias: Tensor?, _ spatial: Tensor, _ spatialBias: Tensor?,
        _ normalization: FilterNormalization?
    ) -> (output: Tensor, statistics: ChannelStatistics?) {
        var map = convolution2D(
            x.expandingDimensions(at: 1), weight: temporal.reshaped(to: [filters, 1, 1, taps]), bias: temporalBias,
            padding: (.valid, padding))
        var statistics: ChannelStatistics?
        if let normalization, let fixed = normalization.statistics {
            map = batchNorm(map, statistics: fixed, scale: normalization.scale, shift: normalization.shift, epsilon: normalization.epsilon)
        } else if let normalization {
            let result = batchNorm(map, scale: normalization.scale, shift: normalization.shift, epsilon: normalization.epsilon)
            (map, statistics) = (result.output, result.statistics)
        }
        let weight = spatial.reshaped(to: [outputs, filters / groups, electrodes, 1])
        return (convolution2D(map, weight: weight, bias: spatialBias, groups: groups), statistics)
    }

    /// Mean and variance, divided by the number of values, of what the filters give.
    func statistics(of x: Tensor, _ filters: TemporalFilters) -> ChannelStatistics {
        let results = apply(FilterStatistics(padding: padding), to: TensorList(x, filters.weight))
        return ChannelStatistics(mean: filters.bias.map { results[0] + $0 } ?? results[0], variance: results[1])
    }

    func unbiased(_ statistics: ChannelStatistics) -> ChannelStatistics {
        let count = Float(batch * electrodes * length)
        return ChannelStatistics(mean: statistics.mean.detached(), variance: statistics.variance.detached() * (count / (count - 1)))
    }

    /// What the bias of the filters over time becomes behind the spatial filters.
    func bias(_ filters: TemporalFilters, _ spatial: Tensor, _ spatialBias: Tensor?) -> Tensor? {
        guard let bias = filters.bias else { return spatialBias }
        let inGroup = self.filters / groups
        let sums = spatial.sum(over: [2]).reshaped(to: [groups, outputs / groups, inGroup])
        let total = (sums * bias.reshaped(to: [groups, 1, inGroup])).sum(over: [2]).reshaped(to: [outputs])
        return spatialBias.map { total + $0 } ?? total
    }

    /// Sums of electrodes, each filtered over time.
    func spatialFirst(_ x: Tensor, _ temporal: Tensor, _ spatial: Tensor, _ bias: Tensor?) -> Tensor {
        require(groups == filters, "temporalSpatialConvolution: spatial filters of \(filters / groups) filters over time cannot come first")
        let sums = convolution2D(x.expandingDimensions(at: 2), weight: spatial.reshaped(to: [outputs, electrodes, 1, 1]))
        let weight = temporal.repeated(outputs / groups, axis: 0).reshaped(to: [outputs, 1, 1, taps])
        return convolution2D(sums, weight: weight, bias: bias, padding: (.valid, padding), groups: outputs)
    }

    /// One filter for each output.
    func joint(_ x: Tensor, _ temporal: Tensor, _ spatial: Tensor, _ bias: Tensor?) -> Tensor {
        let (inGroup, outputsInGroup) = (filters / groups, outputs / groups)
        let mixing = spatial.reshaped(to: [groups, outputsInGroup, inGroup, electrodes]).transposed(2, 3)
        let weight = matmul(
            mixing.reshaped(to: [groups, outputsInGroup * electrodes, inGroup]), temporal.reshaped(to: [groups, inGroup, taps]))
        return convolution2D(
            x.expandingDimensions(at: 2), weight: weight.reshaped(to: [outputs, electrodes, 1, taps]), bias: bias,
            padding: (.valid, padding))
    }
}
