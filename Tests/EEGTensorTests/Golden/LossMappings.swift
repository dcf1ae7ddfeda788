import EEGTensor
import GoldenFiles

let lossMappings: [String: OperationMapping] = [
    "cross_entropy": {
        [
            crossEntropy(
                try $0.input, try $0.integers("target"), classWeights: $0.optionalFloats("class_weights"),
                labelSmoothing: try $0.float("label_smoothing"))
        ]
    },
    "cross_entropy_soft": {
        [crossEntropy(try $0.input, softmax(try $0["target_logits"]), classWeights: $0.optionalFloats("class_weights"))]
    },
    "kl_divergence": { [klDivergence(logSoftmax(try $0.input, axis: 1), softmax(try $0["target"], axis: 1))] },
    "mse": { [mseLoss(try $0.input, try $0["target"])] },
    "l1": { [l1Loss(try $0.input, try $0["target"])] },
    "huber": { [huberLoss(try $0.input, try $0["target"], delta: try $0.float("delta"))] },
    "smooth_l1": { [smoothL1Loss(try $0.input, try $0["target"], beta: try $0.float("beta"))] },
    "bce_with_logits": {
        [binaryCrossEntropy(try $0.input, sigmoid(try $0["target"]), positiveWeight: try $0.float("positive_weight"))]
    },
]
