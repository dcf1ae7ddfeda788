public import EEGTensor

/// A sleep stager for corrupted recordings: a dynamic spatial filter in front of the network of Chambon et al., trained together.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `0`, the dynamic spatial filter | `[batch, C′, T]` |
/// | `1`, ``SleepStagerChambon2018`` with batch norm and `fc` as its last layer | `[batch, class]` |
///
/// Without a filter it is the stager alone ("vanilla") and its parameters have no number in front. Names are those of the original program.
///
/// Source: H. Banville et al., "Robust learning from corrupted EEG with dynamic spatial filtering", NeuroImage 251 (2022) 118994.
public struct SpatiallyFilteredStager: ZooModel {
    public static let name = "SpatiallyFilteredStager"
    public static let headNames = ["1.fc", "fc"]

    /// Sizes and rates, at first those of the original program with DSFd.
    public struct Configuration: ModelConfiguration {
        /// Nil: no filter.
        public var filter: DynamicSpatialFilter.Configuration? = .dsfd
        public var stager: SleepStagerChambon2018.Configuration

        public init() {
            stager = SleepStagerChambon2018.Configuration()
            stager.filters = 16
            stager.paddingDuration = 0.1
            stager.hasBatchNorm = true
            stager.dropoutRate = 0.5
        }

        public init(filter: DynamicSpatialFilter.Configuration?) {
            self.init()
            self.filter = filter
        }
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    /// Nil in the vanilla network.
    public let filter: DynamicSpatialFilter?
    private let stager: SleepStagerChambon2018

    /// - Throws: `ConfigurationError` for settings out of range and windows too short for the pooling.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        if let wanted = configuration.filter {
            let filter = try DynamicSpatialFilter(scope.child("0"), channels: shape.channels, wanted)
            self.filter = filter
            let filtered = SignalShape(
                channels: filter.outputs, samples: shape.samples, samplingRate: shape.samplingRate, outputs: shape.outputs)
            stager = try SleepStagerChambon2018(scope.child("1"), filtered, configuration.stager, head: "fc")
        } else {
            filter = nil
            stager = try SleepStagerChambon2018(scope, shape, configuration.stager, head: "fc")
        }
    }

    /// What the filter makes of windows `[batch, C, T]`, with the attention to each channel; nil in the vanilla network.
    ///
    /// - Parameter filterFeatures: `[batch, feature]`, what the filter is chosen by, where it was computed before; nil: it is computed here.
    public func filtered(_ x: Tensor, filterFeatures: Tensor? = nil, _ context: inout ForwardContext) -> SpatiallyFiltered? {
        require(filter != nil || filterFeatures == nil, "SpatiallyFilteredStager: features for a network without a filter")
        return filter?.filtered(x, features: filterFeatures, &context)
    }

    /// `[batch, C, T]` to the stager's features.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { features(x, filterFeatures: nil, &context) }

    private func features(_ x: Tensor, filterFeatures: Tensor?, _ context: inout ForwardContext) -> Tensor {
        stager.features(filtered(x, filterFeatures: filterFeatures, &context).map { $0.output.squeezed(axis: 1) } ?? x, &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { stager.scores(features, &context) }

    /// Windows `[batch, C, T]` to scores `[batch, class]`, with filters chosen by features that were computed before.
    ///
    /// - Parameter filterFeatures: `[batch, feature]`, as ``SpatialFilterFeatures`` gives them.
    /// - Precondition: the network has a filter, and the shapes fit.
    public func callAsFunction(_ x: Tensor, filterFeatures: Tensor, _ context: inout ForwardContext) -> Tensor {
        scores(features(x, filterFeatures: filterFeatures, &context), &context)
    }
}
