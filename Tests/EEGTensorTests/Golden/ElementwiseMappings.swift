import EEGTensor
import GoldenFiles

let elementwiseMappings: [String: OperationMapping] = [
    "abs": { [abs(try $0.input)] },
    "add_broadcast": { [try $0["a"] + $0["b"]] },
    "multiply_broadcast": { [try $0["a"] * $0["b"]] },
    "divide_broadcast": { [try $0["a"] / $0["b"]] },
    "exp": { [exp(try $0.input)] },
    "log": { [log(try $0.input)] },
    "log1p": { [log1p(try $0.input)] },
    "sqrt": { [sqrt(try $0.input)] },
    "rsqrt": { [rsqrt(try $0.input)] },
    "reciprocal": { [try $0.input.reciprocal()] },
    "square": { [try $0.input.squared()] },
    "power": { [pow(try $0.input, try $0.float("exponent"))] },
    "sin": { [sin(try $0.input)] },
    "cos": { [cos(try $0.input)] },
    "erf": { [erf(try $0.input)] },
    "relu": { [relu(try $0.input)] },
    "leaky_relu": { [leakyReLU(try $0.input, slope: try $0.float("slope"))] },
    "elu": { [elu(try $0.input, alpha: try $0.float("alpha"))] },
    "selu": { [selu(try $0.input)] },
    "gelu_erf": { [gelu(try $0.input)] },
    "gelu_tanh": { [geluTanh(try $0.input)] },
    "silu": { [silu(try $0.input)] },
    "sigmoid": { [sigmoid(try $0.input)] },
    "tanh": { [tanh(try $0.input)] },
    "softplus": { [softplus(try $0.input, beta: try $0.float("beta"), threshold: try $0.float("threshold"))] },
    "hard_sigmoid": { [hardSigmoid(try $0.input)] },
    "hard_swish": { [hardSwish(try $0.input)] },
    "mish": { [mish(try $0.input)] },
]

let reductionMappings: [String: OperationMapping] = [
    "sum": { [try $0.input.sum(over: [try $0.int("axis")])] },
    "mean": { [try $0.input.mean(over: [try $0.int("axis")])] },
    "max": {
        [try $0.input.max(over: [try $0.int("axis")]), positions(try $0.input.argmax(axis: try $0.int("axis")), try $0.outputShape)]
    },
    "min": {
        [try $0.input.min(over: [try $0.int("axis")]), positions(try $0.input.argmin(axis: try $0.int("axis")), try $0.outputShape)]
    },
    "prod": { [try $0.input.product(over: [try $0.int("axis")])] },
    "variance": { [try $0.input.variance(over: [try $0.int("axis")], unbiased: try $0.bool("unbiased"))] },
    "logsumexp": { [try $0.input.logSumExp(over: [try $0.int("axis")])] },
    "cumsum": { [try $0.input.cumulativeSum(axis: try $0.int("axis"))] },
    "softmax": { [softmax(try $0.input, axis: try $0.int("axis"))] },
    "log_softmax": { [logSoftmax(try $0.input, axis: try $0.int("axis"))] },
]

private func positions(_ indices: [Int], _ shape: Shape) -> Tensor { Tensor(indices.map { Float($0) }, shape: shape) }

extension GoldenOperation {
    /// The shape of the first result.
    fileprivate var outputShape: Shape {
        get throws { Shape(try file.tensor("output").shape) }
    }
}
