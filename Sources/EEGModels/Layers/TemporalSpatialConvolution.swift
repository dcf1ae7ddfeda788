public import EEGTensor

/// A convolution over time with one input, a batch norm where one is given, and a convolution over all electrodes, computed in the
/// cheapest order.
///
/// Outputs, gradients and running statistics are those of the three layers one after the other, up to rounding, without the map of every
/// filter on every electrode. Where a layer's own output is asked for (``Explainer/gradCAM(of:classes:at:)``), the layers run as they are.
public struct TemporalSpatialConvolution: Layer {
    private let temporal: any ElectrodeTimeConvolution
    private let norm: BatchNorm?
    private let spatial: any ElectrodeTimeConvolution

    /// - Parameters:
    ///   - temporal: a kernel 1 × k with one input.
    ///   - norm: without an activation, or the layers run as they are.
    ///   - spatial: a kernel over all electrodes × 1.
    public init(temporal: Convolution2D, norm: BatchNorm? = nil, spatial: Convolution2D) {
        self.init(temporal as any ElectrodeTimeConvolution, norm, spatial as any ElectrodeTimeConvolution)
    }

    init(_ temporal: any ElectrodeTimeConvolution, _ norm: BatchNorm?, _ spatial: any ElectrodeTimeConvolution) {
        self.temporal = temporal
        self.norm = norm
        self.spatial = spatial
    }

    /// `[batch, electrode, time]` to `[batch, output, 1, time]`.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let (filters, mixing) = (temporal.kernel, spatial.kernel)
        guard context.probe == nil, areLinear(filters.shape, mixing.shape, electrodes: x.shape[1]) else {
            let filtered = temporal(x.expandingDimensions(at: 1), &context)
            return spatial(norm?(filtered, &context) ?? filtered, &context)
        }
        let result = temporalSpatialConvolution(
            x, temporal: filters.reshaped(to: [filters.shape[0], filters.shape[3]]), temporalBias: temporal.kernelBias,
            spatial: mixing.squeezed(axis: 3), spatialBias: spatial.kernelBias, padding: temporal.timePadding, groups: spatial.groups,
            normalization: norm?.filterNormalization(context.mode), order: context.temporalSpatialOrder)
        if let statistics = result.statistics { norm?.moveRunningStatistics(towards: statistics, &context) }
        return result.output
    }

    /// Whether the layers are filters over time for each electrode, a normalisation, and sums over all electrodes.
    private func areLinear(_ filters: Shape, _ mixing: Shape, electrodes: Int) -> Bool {
        temporal.isPlain && temporal.groups == 1 && filters[1] == 1 && filters[2] == 1 && spatial.isPlain && spatial.timePadding == .valid
            && mixing[2] == electrodes && mixing[3] == 1 && norm.map { $0.activation == .none } != false
    }
}
