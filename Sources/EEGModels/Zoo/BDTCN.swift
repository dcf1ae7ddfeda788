public import EEGTensor

/// BD-TCN: a ``TCN`` whose scores are averaged over time.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | input | `[batch, C, T]` |
/// | `base_tcn.temporal_blocks`, see ``TCN`` | `[batch, filters, T']` |
/// | mean over time | `[batch, filters]` |
/// | `base_tcn.final_layer.fc` | `[batch, class]` |
///
/// Since the last layer is linear, the mean is taken before it. Parameter names are those of braindecode.
///
/// Source: L. A. W. Gemein et al., "Machine-learning-based diagnostics of EEG pathology", NeuroImage 220 (2020) 117021.
public struct BDTCN: ZooModel {
    public static let name = "BDTCN"
    public static let headNames = ["base_tcn.final_layer"]

    public typealias Configuration = TCN.Configuration

    public let scope: ParameterScope
    public let shape: SignalShape
    private let base: TCN

    public var configuration: Configuration { base.configuration }

    /// - Throws: `ConfigurationError` as ``TCN`` does.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        try configuration.validate(for: shape, of: Self.name)
        self.scope = scope
        self.shape = shape
        base = try TCN(scope.child("base_tcn"), shape, configuration)
    }

    /// `[batch, channel, time]` to `[batch, filter, T']`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { base.features(x, &context) }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { base.scoresOfMean(features, &context) }
}
