public import EEGTensor

/// The hybrid network: ``Deep4Net`` and ``ShallowFBCSPNet`` side by side, both smaller and without strides, under one last layer, which gives
/// scores for each sample that both see.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `reduced_deep_model.conv_time_spat`, over 10 samples and the electrodes, `bnorm`, ELU, maximum of 3 | `[batch, 30, 1, T − 11]` |
/// | dropout, `conv_2` of 10 samples 3 apart, `bnorm_2`, ELU, maximum of 3 samples 3 apart | `[batch, 40, 1, T − 44]` |
/// | dropout, `conv_3` of 10 samples 9 apart, `bnorm_3`, ELU, maximum of 3 samples 9 apart | `[batch, 50, 1, T − 143]` |
/// | dropout, `conv_4` of 10 samples 27 apart, `bnorm_4`, ELU, maximum of 3 samples 27 apart | `[batch, 60, 1, T − 440]` |
/// | `final_layer` of 2 samples 81 apart | `[batch, 60, 1, T − 521]` |
/// | `reduced_shallow_model.conv_time_spat`, over 28 samples and the electrodes, `bnorm`, square | `[batch, 40, 1, T − 27]` |
/// | mean of 75 samples, logarithm, dropout | `[batch, 40, 1, T − 101]` |
/// | `final_layer` of 29 samples 15 apart | `[batch, 40, 1, T − 521]` |
/// | both, `final_layer.0` | `[batch, class, T − 521]` |
///
/// Parameter names are those of braindecode, whose layers hold time before electrodes.
///
/// Source: R. T. Schirrmeister et al., "Deep learning with convolutional neural networks for EEG decoding and visualization", Hum. Brain
/// Mapp. 38 (2017) 5391–5420.
public struct HybridNet: ZooModel {
    public static let name = "HybridNet"

    /// Rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let deep: Deep
    private let shallow: Shallow
    private let head: TimeFirstConvolution

    /// The samples that a score follows from, less one.
    private static let reach = 521

    /// - Throws: `ConfigurationError` for a rate outside of 0..<1 or windows of fewer than 522 samples.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let check = ConfigurationCheck(model: Self.name)
        try check.rates(("dropout rate", configuration.dropoutRate))
        try check.samples(shape, leave: shape.samples - Self.reach, for: "\(Self.reach + 1) samples")
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let dropout = Dropout(rate: configuration.dropoutRate)
        deep = Deep(scope.child("reduced_deep_model"), channels: shape.channels, dropout)
        shallow = Shallow(scope.child("reduced_shallow_model"), channels: shape.channels, dropout)
        head = TimeFirstConvolution(scope.child("final_layer").child("0"), inputs: 100, outputs: shape.outputs, kernel: (1, 1))
    }

    /// `[batch, channel, time]` to `[batch, 100, 1, T − 521]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        concatenate([deep(x, &context), shallow(x, &context)], axis: 1)
    }

    /// `[batch, class, T − 521]`.
    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context).squeezed(axis: 2) }

    /// Filters over time and electrodes, as both networks begin with.
    private static func front(
        _ scope: ParameterScope, filters: (temporal: Int, spatial: Int), kernel: Int, channels: Int
    ) -> TemporalSpatialConvolution {
        let temporal = TimeFirstConvolution(
            scope.child("conv_time"), inputs: 1, outputs: filters.temporal, kernel: (kernel, 1), initializer: .glorotUniform,
            biasInitializer: .constant(0))
        let spatial = TimeFirstConvolution(
            scope.child("conv_spat"), inputs: filters.temporal, outputs: filters.spatial, kernel: (1, channels), hasBias: false,
            initializer: .glorotUniform)
        return TemporalSpatialConvolution(temporal, nil, spatial)
    }
}

extension HybridNet {
    /// Four convolutions with maxima behind them.
    private struct Deep: Layer {
        /// The first is over time and electrodes.
        private let convolutions: [any Layer]
        private let norms: [BatchNorm]
        private let dropout: Dropout
        private let last: TimeFirstConvolution

        init(_ scope: ParameterScope, channels: Int, _ dropout: Dropout) {
            let widths = [30, 40, 50, 60]
            let front = front(scope.child("conv_time_spat"), filters: (20, widths[0]), kernel: 10, channels: channels)
            let later: [any Layer] = (1...3).map { index in
                TimeFirstConvolution(
                    scope.child("conv_\(index + 1)"), inputs: widths[index - 1], outputs: widths[index], kernel: (10, 1),
                    dilation: Self.spacing(index), hasBias: false, initializer: .glorotUniform)
            }
            convolutions = [front] + later
            norms = widths.enumerated().map { index, width in
                BatchNorm(scope.child(index == 0 ? "bnorm" : "bnorm_\(index + 1)"), channels: width, activation: .elu())
            }
            self.dropout = dropout
            last = TimeFirstConvolution(
                scope.child("final_layer"), inputs: 60, outputs: 60, kernel: (2, 1), dilation: Self.spacing(4))
        }

        /// `[batch, channel, time]` to `[batch, 60, 1, T − 521]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            var result = x
            for (index, convolution) in convolutions.enumerated() {
                if index > 0 { result = dropout(result, &context) }
                result = norms[index](convolution(result, &context), &context).maximaOfThree(apart: Self.spacing(index))
            }
            return last(result, &context)
        }

        /// How many samples lie between neighbours of a kernel, where pooling by 3 would have a stride of 3: a power of it.
        private static func spacing(_ index: Int) -> Int { (0..<index).reduce(1) { product, _ in 3 * product } }
    }

    /// One convolution and the logarithm of its power.
    private struct Shallow: Layer {
        private let front: TemporalSpatialConvolution
        private let norm: BatchNorm
        private let dropout: Dropout
        private let last: TimeFirstConvolution

        init(_ scope: ParameterScope, channels: Int, _ dropout: Dropout) {
            front = HybridNet.front(scope.child("conv_time_spat"), filters: (30, 40), kernel: 28, channels: channels)
            norm = BatchNorm(scope.child("bnorm"), channels: 40)
            self.dropout = dropout
            last = TimeFirstConvolution(scope.child("final_layer"), inputs: 40, outputs: 40, kernel: (29, 1), dilation: 15)
        }

        /// `[batch, channel, time]` to `[batch, 40, 1, T − 521]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            let power = TemporalPooling.average(norm(front(x, &context), &context).squared(), length: 75, stride: 1)
            return last(dropout(log(power.clamped(to: 1e-6...Float.greatestFiniteMagnitude)), &context), &context)
        }
    }
}

extension Tensor {
    /// The largest of three samples, each `spacing` behind the one before, at every place of the last axis where there are three.
    fileprivate func maximaOfThree(apart spacing: Int) -> Tensor {
        let count = shape[rank - 1] - 2 * spacing
        let parts = (0..<3).map { sliced(axis: -1, ($0 * spacing)..<($0 * spacing + count)) }
        return maximum(maximum(parts[0], parts[1]), parts[2])
    }
}
