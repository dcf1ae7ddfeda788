import EEGTensor
import GoldenFiles

let normalizationMappings: [String: OperationMapping] = [
    "batch_norm": { file in
        let running = ChannelStatistics(mean: try file["running_mean"], variance: try file["running_var"])
        let (scale, shift, epsilon) = (file.optional("weight"), file.optional("bias"), try file.float("epsilon"))
        guard try file.bool("training") else {
            let output = batchNorm(try file.input, statistics: running, scale: scale, shift: shift, epsilon: epsilon)
            return [output, running.mean, running.variance]
        }
        let result = batchNorm(try file.input, scale: scale, shift: shift, epsilon: epsilon)
        let moved = running.moved(towards: result.statistics, momentum: try file.float("momentum"))
        return [result.output, moved.mean, moved.variance]
    },
    "group_norm": {
        [
            groupNorm(
                try $0.input, groups: try $0.int("groups"), scale: $0.optional("weight"), shift: $0.optional("bias"),
                epsilon: try $0.float("epsilon"))
        ]
    },
    "instance_norm": {
        [instanceNorm(try $0.input, scale: $0.optional("weight"), shift: $0.optional("bias"), epsilon: try $0.float("epsilon"))]
    },
    "layer_norm": {
        [
            layerNorm(
                try $0.input, axes: try $0.ints("normalized_shape").count, scale: $0.optional("weight"), shift: $0.optional("bias"),
                epsilon: try $0.float("epsilon"))
        ]
    },
]
