import EEGTensor
import GoldenFiles

let attentionMappings: [String: OperationMapping] = [
    "scaled_dot_product_attention": {
        [scaledDotProductAttention(try $0["query"], try $0["key"], try $0["value"], isCausal: try $0.bool("causal"))]
    },
    "multi_head_attention": {
        let result = multiHeadAttention(
            try $0.input, heads: try $0.int("heads"), inputWeight: try $0["in_proj_weight"], inputBias: try $0["in_proj_bias"],
            outputWeight: try $0["out_proj_weight"], outputBias: try $0["out_proj_bias"], returnsWeights: true)
        guard let weights = result.weights else { throw GoldenError("\($0.file.name): no weights") }
        return [result.output, weights]
    },
]
