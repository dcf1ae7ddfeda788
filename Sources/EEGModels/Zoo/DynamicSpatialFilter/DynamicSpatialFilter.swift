public import EEGTensor

/// A spatial filter that is chosen anew for each window, so that a network can turn away from corrupted channels.
///
/// A small network reads how strong the channels are and how they go together, and gives a matrix W and a vector b; the output is W X + b, with
/// one row a virtual channel.
///
/// | step | shape for C channels, C′ outputs |
/// |---|---|
/// | features of the window | `[batch, 1, C]` or `[batch, 1, C (C + 1) / 2]` |
/// | `mlp.0`, ReLU | `[batch, 1, hidden]` |
/// | `mlp.2` | `[batch, 1, C′ (C + 1)]`: b first, then W row by row |
/// | soft threshold of W, in the variants "-st" | `[batch, 1, C′, C]` |
/// | W X + b | `[batch, 1, C′, time]` |
///
/// Source: H. Banville, S. U. N. Wood, C. Aimone, D.-A. Engemann and A. Gramfort, "Robust learning from corrupted EEG with dynamic spatial
/// filtering", NeuroImage 251 (2022) 118994. A patent application of InteraXon covers the method (WO 2022/241578 A1).
public struct DynamicSpatialFilter: Layer {
    /// Sizes and variants; at first DSFd.
    public struct Configuration: ModelConfiguration {
        public var features = SpatialFilterFeatures.logVariance
        /// Units of the small network; nil: ``hiddenRatio`` times the number of features.
        public var hidden: Int?
        public var hiddenRatio: Float = 1
        /// C′, the virtual channels; nil: as many as channels.
        public var outputs: Int?
        /// Filter weights are moved towards 0 by this much, those nearer become 0; nil: they stay as they are. Published: 0.1.
        public var softThreshold: Float?

        public init() {}

        public init(features: SpatialFilterFeatures, softThreshold: Float? = nil, outputs: Int? = nil) {
            self.features = features
            self.softThreshold = softThreshold
            self.outputs = outputs
        }

        /// "DSFd": log variances, no threshold.
        public static let dsfd = Configuration(features: .logVariance)
        /// "DSFm-st": the log covariance, with a threshold.
        public static let dsfmSoftThreshold = Configuration(features: .logCovariance, softThreshold: 0.1)
    }

    public let configuration: Configuration
    /// C.
    public let channels: Int
    /// C′.
    public let outputs: Int
    private let first: Linear
    private let second: Linear

    /// - Parameter scope: gives the parameters `mlp.0.weight`, `mlp.0.bias`, `mlp.2.weight` and `mlp.2.bias`.
    /// - Throws: `ConfigurationError` for sizes that are not positive and a threshold that is negative.
    public init(_ scope: ParameterScope, channels: Int, _ configuration: Configuration = Configuration()) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: "DynamicSpatialFilter")
        try check.positive(("channels", channels))
        let inputs = configuration.features.count(channels: channels)
        guard configuration.hiddenRatio > 0, configuration.hiddenRatio <= 1000 else {
            throw check.error("hidden ratio", expected: "above 0, at most 1000", found: configuration.hiddenRatio)
        }
        let hidden = configuration.hidden ?? Int(configuration.hiddenRatio * Float(inputs))
        outputs = configuration.outputs ?? channels
        try check.positive(("hidden units", hidden), ("outputs", outputs))
        if let threshold = configuration.softThreshold, !(threshold >= 0 && threshold.isFinite) {
            throw check.error("soft threshold", expected: "0 or more", found: threshold)
        }
        self.configuration = configuration
        self.channels = channels
        first = Linear(scope.child("mlp").child("0"), inputs: inputs, outputs: hidden)
        second = Linear(scope.child("mlp").child("2"), inputs: hidden, outputs: outputs * (channels + 1))
    }

    /// `[batch, C, time]`, or `[batch, band, C, time]`, to `[batch, band, C′, time]`: one band for windows without that axis.
    ///
    /// - Parameter x: in microvolts.
    public func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { filtered(x, &context).output }

    /// The filtered windows with the filters that were chosen.
    ///
    /// - Parameters:
    ///   - x: `[batch, C, time]` or `[batch, band, C, time]`, in microvolts.
    ///   - features: `[batch, feature]`, for windows of one band, where they were computed before; nil: they are computed here.
    /// - Precondition: the shapes fit.
    public func filtered(_ x: Tensor, features: Tensor? = nil, _ context: inout ForwardContext) -> SpatiallyFiltered {
        require(
            (x.rank == 3 || x.rank == 4) && x.shape[x.rank - 2] == channels,
            "DynamicSpatialFilter: windows of shape \(x.shape) for \(channels) channels")
        let windows = x.rank == 3 ? x.expandingDimensions(at: 1) : x
        let bands = windows.shape[1]
        require(
            features == nil || (bands == 1 && features?.rank == 2), "DynamicSpatialFilter: features \(features?.shape ?? []) for windows \(x.shape)")
        let input = features.map { $0.expandingDimensions(at: 1) } ?? configuration.features(windows)
        let choice = second(relu(first(input, &context)), &context)
        let batch = windows.shape[0]
        let bias = choice.sliced(axis: -1, 0..<outputs).reshaped(to: [batch, bands, outputs, 1])
        var weights = choice.sliced(axis: -1, outputs...).reshaped(to: [batch, bands, outputs, channels])
        if let threshold = configuration.softThreshold { weights = softThresholded(weights, below: threshold, above: threshold) }
        return SpatiallyFiltered(
            output: matmul(weights, windows) + bias, features: input, attention: SpatialAttention(weights: weights, bias: bias))
    }
}

/// What a dynamic spatial filter gives.
public struct SpatiallyFiltered: Sendable {
    /// `[batch, band, C′, time]`.
    public let output: Tensor
    /// What the filters were chosen by, `[batch, band, feature]`.
    public let features: Tensor
    public let attention: SpatialAttention
}

/// The spatial filters of windows.
public struct SpatialAttention: Sendable {
    /// `[batch, band, C′, C]`, after the soft threshold.
    public let weights: Tensor
    /// `[batch, band, C′, 1]`.
    public let bias: Tensor

    /// How much each channel enters: the norm of its weights over all virtual channels, `[batch, band, C]`. It falls as a channel gets corrupted.
    public var importance: Tensor { sqrt(weights.squared().sum(over: -2)) }

    /// The importance as shares of that of all channels; equal shares where all filters are 0. This form is ours, for figures.
    public var relativeImportance: Tensor {
        let importance = importance
        let sum = importance.sum(over: -1, keepingDimensions: true)
        let channels = Float(importance.shape.last ?? 1)
        return (importance / sum.replacing(with: 1, where: sum .<= 0)).replacing(with: 1 / channels, where: sum .<= 0)
    }
}

/// Values moved towards 0: those above `b` by `b`, those below −`a` by `a`, all between become 0.
public func softThresholded(_ x: Tensor, below a: Float, above b: Float) -> Tensor { relu(x - b) - relu(-x - a) }
