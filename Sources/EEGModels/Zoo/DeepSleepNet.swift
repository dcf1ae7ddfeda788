public import EEGTensor

/// A sleep stager with two convolutional paths, of short and of long kernels, and a bidirectional LSTM beside a shortcut.
///
/// | layer | shape for windows `[C, T]` |
/// |---|---|
/// | `cnn1.conv1` over 50 samples, stride 6, batch norm, ReLU; largest of 8, dropout | `[batch, 64, C, T₁]` |
/// | `cnn1.conv2`, `conv3`, `conv4` over 8 samples, each with batch norm and ReLU; largest of 4 | `[batch, 128, C, T₂]` |
/// | `cnn2.conv1` over 400 samples, stride 50, batch norm, ELU; largest of 4, dropout | `[batch, 64, C, T₃]` |
/// | `cnn2.conv2`, `conv3`, `conv4` over 6 samples, each with batch norm and ELU; largest of 2 | `[batch, 128, C, T₄]` |
/// | both as one vector, dropout | `[batch, 128 C (T₂ + T₄)]`, 3072 for one channel of 3000 samples |
/// | `bilstm`, two layers of 512 in each direction, and `residual_shortcut`, added; dropout | `[batch, 1024]` |
/// | `final_layer` | `[batch, class]` |
///
/// Parameter names are those of braindecode. As there, the LSTM sees one window at a time.
///
/// Source: A. Supratak et al., "DeepSleepNet: a model for automatic sleep stage scoring based on raw single-channel EEG", IEEE Trans. Neural
/// Syst. Rehabil. Eng. 25 (2017) 1998–2008.
public struct DeepSleepNet: ZooModel {
    public static let name = "DeepSleepNet"

    /// Sizes and rates, at first those published, for 100 samples a second.
    public struct Configuration: ModelConfiguration {
        /// The path with short kernels, for when something happens.
        public var short = Path(
            kernelLength: 50, stride: 6, padding: 22, firstPooling: Pooling(length: 8, padding: 2), laterKernelLength: 8,
            secondPooling: Pooling(length: 4, padding: 1))
        /// The path with long kernels, for which frequencies there are.
        public var long = Path(
            kernelLength: 400, stride: 50, padding: 175, firstPooling: Pooling(length: 4, padding: 0), laterKernelLength: 6,
            secondPooling: Pooling(length: 2, padding: 1))
        /// The hidden state of a direction of the LSTM.
        public var hidden = 512
        public var recurrentLayers = 2
        /// The share of values that dropout sets to zero.
        public var dropoutRate: Float = 0.5

        public init() {}

        /// The settings of a convolutional path.
        public struct Path: Sendable, Equatable, Codable {
            /// Filters of the first convolution.
            public var firstFilters = 64
            /// Filters of the others.
            public var laterFilters = 128
            /// Samples of the first kernel.
            public var kernelLength: Int
            public var stride: Int
            /// Zeros at both ends of the window.
            public var padding: Int
            public var firstPooling: Pooling
            public var laterKernelLength: Int
            public var secondPooling: Pooling
        }

        /// Windows without overlap.
        public struct Pooling: Sendable, Equatable, Codable {
            public var length: Int
            /// Places at both ends that count as smaller than all others.
            public var padding: Int
        }
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let paths: [ConvolutionalPath]
    private let shortcut: Linear
    private let shortcutNorm: BatchNorm
    private let recurrent: LSTM
    private let dropout: Dropout
    private let head: Linear

    /// - Throws: `ConfigurationError` for sizes that are not positive, padding above half of a pooling, rates outside of 0..<1, or windows too
    ///   short for a path.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let width = try shape.channels * configuration.width(for: shape)
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        let rate = configuration.dropoutRate
        paths = [
            ConvolutionalPath(scope.child("cnn1"), configuration.short, activation: .relu, dropoutRate: rate),
            ConvolutionalPath(scope.child("cnn2"), configuration.long, activation: .elu(), dropoutRate: rate),
        ]
        let states = 2 * configuration.hidden
        shortcut = Linear(scope.child("residual_shortcut").child("0"), inputs: width, outputs: states, hasBias: false)
        shortcutNorm = BatchNorm(scope.child("residual_shortcut").child("1"), channels: states, activation: .relu)
        recurrent = LSTM(
            scope.child("bilstm"), inputs: width, hidden: configuration.hidden, layers: configuration.recurrentLayers, isBidirectional: true,
            dropoutRate: rate)
        dropout = Dropout(rate: rate)
        head = Linear(scope.child("final_layer"), inputs: states, outputs: shape.outputs)
    }

    /// `[batch, channel, time]` to `[batch, 1024]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        let signals = x.expandingDimensions(at: 1)
        let both = dropout(concatenate(paths.map { $0(signals, &context).flattened() }, axis: 1), &context)
        let direct = shortcutNorm(shortcut(both, &context), &context)
        let states = recurrent(both.expandingDimensions(at: 1), &context).squeezed(axis: 1)
        return dropout(states + direct, &context)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor { head(features, &context) }
}

extension DeepSleepNet {
    /// Four convolutions, the first with a stride, with pooling behind the first and the last.
    private struct ConvolutionalPath: Layer {
        let convolutions: [Convolution2D]
        let norms: [BatchNorm]
        let poolings: [Configuration.Pooling]
        let dropout: Dropout

        init(_ scope: ParameterScope, _ path: Configuration.Path, activation: Activation, dropoutRate: Float) {
            let widths = [1, path.firstFilters, path.laterFilters, path.laterFilters, path.laterFilters]
            convolutions = (0..<4).map { index in
                Convolution2D(
                    scope.child("conv\(index + 1)").child("0"), inputs: widths[index], outputs: widths[index + 1],
                    kernel: (1, index == 0 ? path.kernelLength : path.laterKernelLength), stride: (1, index == 0 ? path.stride : 1),
                    padding: (.valid, index == 0 ? .zeros(path.padding) : .same), hasBias: false)
            }
            norms = (0..<4).map { index in
                BatchNorm(scope.child("conv\(index + 1)").child("1"), channels: widths[index + 1], activation: activation)
            }
            poolings = [path.firstPooling, path.secondPooling]
            dropout = Dropout(rate: dropoutRate)
        }

        /// `[batch, 1, channel, time]` to `[batch, 128, channel, place]`.
        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
            var result = x
            for (index, (convolution, norm)) in zip(convolutions, norms).enumerated() {
                result = norm(convolution(result, &context), &context)
                if index == 0 { result = dropout(pool(result, poolings[0]), &context) }
            }
            return pool(result, poolings[1])
        }

        private func pool(_ x: Tensor, _ pooling: Configuration.Pooling) -> Tensor {
            maxPooling2D(x, kernel: (1, pooling.length), padding: (0, pooling.padding))
        }
    }
}

extension DeepSleepNet.Configuration {
    /// What both paths give for a channel.
    fileprivate func width(for shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: DeepSleepNet.name)
        try check.positive(("hidden", hidden), ("recurrent layers", recurrentLayers))
        try check.rates(("dropout rate", dropoutRate))
        return try width(of: short, "short path", for: shape, check) + width(of: long, "long path", for: shape, check)
    }

    private func width(
        of path: Path, _ name: String, for shape: SignalShape, _ check: ConfigurationCheck
    ) throws(ConfigurationError) -> Int {
        try check.positive(
            ("\(name): first filters", path.firstFilters), ("\(name): later filters", path.laterFilters),
            ("\(name): kernel length", path.kernelLength), ("\(name): stride", path.stride),
            ("\(name): later kernel length", path.laterKernelLength))
        try check.zeroOrMore(("\(name): padding", path.padding))
        var left = windowCount(shape.samples, kernel: path.kernelLength, stride: path.stride, padding: path.padding)
        for pooling in [path.firstPooling, path.secondPooling] {
            try check.positive(("\(name): pooling length", pooling.length))
            guard (0...(pooling.length / 2)).contains(pooling.padding) else {
                throw check.error("\(name): pooling padding", expected: "from 0 to half of the length \(pooling.length)", found: pooling.padding)
            }
            left = windowCount(left, kernel: pooling.length, stride: pooling.length, padding: pooling.padding)
        }
        try check.samples(shape, leave: left, for: "the kernels and the pooling of the \(name)")
        return left * path.laterFilters
    }
}
