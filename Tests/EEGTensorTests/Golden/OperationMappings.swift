import EEGTensor
import GoldenFiles

/// The library's counterpart of each operation in `ops/`: takes inputs and attributes from the file and gives all results in the order of
/// the loss.
let operationMappings: [String: OperationMapping] = [
    productMappings,
    convolutionMappings,
    layoutMappings,
    poolingMappings,
    elementwiseMappings,
    reductionMappings,
    signalMappings,
    lossMappings,
    recurrentMappings,
    linearAlgebraMappings,
    normalizationMappings,
    attentionMappings,
].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }

typealias OperationMapping = @Sendable (GoldenOperation) throws -> [Tensor]

private let productMappings: [String: OperationMapping] = [
    "matmul": { [matmul(try $0["a"], try $0["b"])] }
]

private let convolutionMappings: [String: OperationMapping] = [
    "convolution1d": {
        [
            convolution1D(
                try $0.input, weight: try $0["weight"], bias: $0.optional("bias"), stride: try $0.ints("stride")[0],
                padding: try $0.padding()[0], dilation: try $0.ints("dilation")[0], groups: try $0.int("groups"))
        ]
    },
    "convolution2d": {
        [
            convolution2D(
                try $0.input, weight: try $0["weight"], bias: $0.optional("bias"), stride: try $0.pair("stride"),
                padding: (try $0.padding()[0], try $0.padding()[1]), dilation: try $0.pair("dilation"), groups: try $0.int("groups"))
        ]
    },
    "transposed_convolution1d": {
        [
            transposedConvolution1D(
                try $0.input, weight: try $0["weight"], bias: $0.optional("bias"), stride: try $0.ints("stride")[0],
                padding: try $0.ints("padding")[0], outputPadding: try $0.ints("output_padding")[0], dilation: try $0.ints("dilation")[0],
                groups: try $0.int("groups"))
        ]
    },
    "transposed_convolution2d": {
        [
            transposedConvolution2D(
                try $0.input, weight: try $0["weight"], bias: $0.optional("bias"), stride: try $0.pair("stride"),
                padding: try $0.pair("padding"), outputPadding: try $0.pair("output_padding"), dilation: try $0.pair("dilation"),
                groups: try $0.int("groups"))
        ]
    },
]

private let layoutMappings: [String: OperationMapping] = [
    "index_select": { [try $0.input.gathered(at: try $0.integers("index"), axis: try $0.int("axis"))] },
    "pad_constant": { [try $0.input.padded(try $0.widths(), mode: .constant(try $0.float("value")))] },
    "pad_reflect": { [try $0.input.padded(try $0.widths(), mode: .reflect)] },
    "pad_replicate": { [try $0.input.padded(try $0.widths(), mode: .replicate)] },
]

private let signalMappings: [String: OperationMapping] = [
    "stft": {
        let frames = SignalFrames(
            transformLength: try $0.int("n_fft"), hop: try $0.int("hop"), windowLength: try $0.int("window_length"),
            centering: try $0.bool("center") ? .reflect : .none)
        let spectrum = ShortTimeFourierTransform(frames)(try $0.input)
        return [spectrum.real, spectrum.imaginary]
    }
]

extension GoldenOperation {
    /// How much is added before and after each of the last axes.
    fileprivate func widths() throws -> [(before: Int, after: Int)] { try pairs("padding").map { (before: $0, after: $1) } }

    /// An attribute of one number for each of two axes.
    fileprivate func pair(_ key: String) throws -> (Int, Int) { (try ints(key)[0], try ints(key)[1]) }

    /// The padding of a convolution along each axis.
    fileprivate func padding() throws -> [ConvolutionPadding] { try pairs("padding").map { .zeros(before: $0, after: $1) } }
}

/// Operations that the library promises: a missing mapping of one of them is a failure, of any other golden operation a remark.
let requiredOperations = [
    // Arithmetic and reductions
    "add_broadcast", "multiply_broadcast", "divide_broadcast", "sum", "mean", "variance", "max", "min", "prod", "softmax", "log_softmax",
    "logsumexp",
    // Activations
    "relu", "leaky_relu", "elu", "gelu_erf", "gelu_tanh", "silu", "sigmoid", "tanh", "softplus", "hard_sigmoid", "hard_swish",
    // Layout
    "index_select", "pad_constant", "pad_reflect", "pad_replicate", "unfold1d",
    // Products and attention
    "matmul", "scaled_dot_product_attention", "multi_head_attention",
    // Convolution, pooling, up-sampling
    "convolution1d", "convolution2d", "transposed_convolution1d", "transposed_convolution2d", "average_pool1d", "average_pool2d",
    "max_pool1d", "max_pool2d", "adaptive_average_pool1d", "adaptive_average_pool2d", "adaptive_max_pool1d", "interpolate_linear1d",
    "interpolate_nearest1d", "interpolate_bilinear2d",
    // Normalisation and recurrence
    "batch_norm", "layer_norm", "group_norm", "instance_norm", "lstm", "gru",
    // Losses
    "cross_entropy", "cross_entropy_soft", "kl_divergence", "mse", "l1", "huber", "bce_with_logits",
    // Linear algebra and spectra
    "cholesky", "eigenvalues_symmetric", "singular_values", "solve", "covariance", "matrix_log", "matrix_exp_symmetric", "matrix_sqrt",
    "stft",
]
