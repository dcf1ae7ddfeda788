public import EEGTensor

/// A U-shaped network for sleep staging: halves the time resolution level by level, doubles it again with what the levels had, and averages
/// over each window.
///
/// | layer | shape for windows `[C, T]` at 128 Hz |
/// |---|---|
/// | input | `[batch, C, T]` |
/// | `encoder_blocks.0` … `.11`: convolution over 9 samples, ELU, batch norm, largest of 2 | `[batch, 6, T / 2]`, … `[batch, 214, T / 4096]` |
/// | `bottom`: convolution over 9 samples, ELU, batch norm | `[batch, 302, T / 4096]` |
/// | `decoder_blocks.0` … `.11`: each place twice, convolution over 2 samples, ELU, batch norm; with what the encoder had, convolution over 9 samples, ELU, batch norm | `[batch, 214, T / 2048]`, … `[batch, 6, T]` |
/// | `clf.0` 1 × 1, tanh, mean over the window | `[batch, 6, 1]` |
/// | `final_layer.0`, ELU, `final_layer.2` | `[batch, class]` |
///
/// Signals that hold several windows, `[batch, channel, S T]`, give scores `[batch, class, S]`. Parameter names are those of braindecode.
///
/// Source: M. Perslev et al., "U-Sleep: resilient high-frequency sleep staging", npj Digit. Med. 4 (2021) 72.
public struct USleep: ZooModel {
    public static let name = "USleep"

    /// Sizes and rates, at first those published.
    public struct Configuration: ModelConfiguration {
        /// Levels of the encoder.
        public var depth = 12
        /// Filters of the first level, before they are multiplied by √`complexity`; they grow by √2 from level to level.
        public var filters = 5
        public var complexity = 1.67
        /// The length of the kernels in seconds, 9 samples at 128 Hz. The samples must be an odd number.
        public var kernelDuration = 0.0703125
        /// Whether an even number of samples is raised by one.
        public var makesKernelOdd = false
        /// Whether the decoder sees what the encoder had.
        public var hasSkipConnections = true

        public init() {}
    }

    public let scope: ParameterScope
    public let shape: SignalShape
    public let configuration: Configuration
    private let encoder: [Block]
    private let bottom: Block
    private let decoder: [(upward: Block, merging: Block)]
    private let classifier: Convolution1D
    private let head: [Convolution1D]

    /// A convolution, ELU and a batch norm.
    private struct Block: Layer {
        let convolution: Convolution1D
        let norm: BatchNorm

        init(_ scope: ParameterScope, at index: Int, inputs: Int, outputs: Int, kernel: Int) {
            convolution = Convolution1D(scope.child("\(index)"), inputs: inputs, outputs: outputs, kernel: kernel, padding: .same)
            norm = BatchNorm(scope.child("\(index + 2)"), channels: outputs)
        }

        func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor { norm(elu(convolution(x, &context)), &context) }
    }

    /// - Throws: `ConfigurationError` for sizes that are not positive or too large, or an even kernel.
    public init(
        _ scope: ParameterScope, _ shape: SignalShape, _ configuration: Configuration = Configuration()
    ) throws(ConfigurationError) {
        let kernel = try configuration.kernelLength(for: shape)
        let widths = try configuration.widths(for: shape)
        let depth = configuration.depth
        self.scope = scope
        self.shape = shape
        self.configuration = configuration
        encoder = (0..<depth).map { level in
            Block(
                scope.child("encoder_blocks").child("\(level)").child("block_prepool"), at: 0, inputs: widths[level],
                outputs: widths[level + 1], kernel: kernel)
        }
        bottom = Block(scope.child("bottom"), at: 0, inputs: widths[depth], outputs: widths[depth + 1], kernel: kernel)
        decoder = (0..<depth).map { index in
            let block = scope.child("decoder_blocks").child("\(index)")
            let width = widths[depth - index]
            return (
                upward: Block(block.child("block_preskip"), at: 1, inputs: widths[depth - index + 1], outputs: width, kernel: 2),
                merging: Block(
                    block.child("block_postskip"), at: 0, inputs: configuration.hasSkipConnections ? 2 * width : width, outputs: width,
                    kernel: kernel)
            )
        }
        classifier = Convolution1D(scope.child("clf").child("0"), inputs: widths[1], outputs: widths[1], kernel: 1)
        head = [
            Convolution1D(scope.child("final_layer").child("0"), inputs: widths[1], outputs: shape.outputs, kernel: 1),
            Convolution1D(scope.child("final_layer").child("2"), inputs: shape.outputs, outputs: shape.outputs, kernel: 1),
        ]
    }

    /// `[batch, channel, S T]` to `[batch, 6, S]`.
    public func features(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
        var result = x
        var levels: [Tensor] = []
        for block in encoder {
            let level = block(result, &context)
            levels.append(level)
            let isOdd = level.shape[2] % 2 == 1
            result = maxPooling1D(isOdd ? level.padded(before: 1, after: 1) : level, kernel: 2)
        }
        result = bottom(result, &context)
        for (block, level) in zip(decoder, levels.reversed()) {
            result = block.upward(result.repeated(2, axis: 2), &context)
            let length = min(result.shape[2], level.shape[2])
            let parts = configuration.hasSkipConnections ? [result, level] : [result]
            result = concatenate(parts.map { $0.shape[2] == length ? $0 : $0.sliced(axis: 2, 0..<length) }, axis: 1)
            result = block.merging(result, &context)
        }
        return averagePooling1D(tanh(classifier(result, &context)), kernel: shape.samples)
    }

    public func scores(_ features: Tensor, _ context: inout ForwardContext) -> Tensor {
        let scores = head[1](elu(head[0](features, &context)), &context)
        return scores.shape[2] == 1 ? scores.flattened() : scores
    }
}

extension USleep.Configuration {
    fileprivate func kernelLength(for shape: SignalShape) throws(ConfigurationError) -> Int {
        let check = ConfigurationCheck(model: USleep.name)
        let samples = (kernelDuration * shape.samplingRate).rounded(.toNearestOrEven)
        guard samples >= 1, samples < 1e6 else {
            throw check.error("kernel duration", expected: "from 1 to 1000000 samples at \(shape.samplingRate) Hz", found: "\(kernelDuration) s")
        }
        let length = Int(samples) + (makesKernelOdd && Int(samples) % 2 == 0 ? 1 : 0)
        guard length % 2 == 1 else {
            throw check.error("kernel duration", expected: "an odd number of samples at \(shape.samplingRate) Hz", found: length)
        }
        return length
    }

    /// Channels of the input, filters of the levels, and those of the bottom.
    fileprivate func widths(for shape: SignalShape) throws(ConfigurationError) -> [Int] {
        let check = ConfigurationCheck(model: USleep.name)
        try check.positive(("depth", depth), ("filters", filters))
        guard depth <= 20 else { throw check.error("depth", expected: "at most 20", found: depth) }
        guard complexity > 0, complexity <= 1e6 else {
            throw check.error("complexity", expected: "a positive number up to 1000000", found: complexity)
        }
        var widths = [shape.channels]
        var filters = filters
        for _ in 0...depth {
            widths.append(Int(Double(filters) * complexity.squareRoot()))
            filters = Int(Double(filters) * 2.0.squareRoot())
        }
        for width in widths { try check.positive(("filters of a level", width)) }
        return widths
    }
}
