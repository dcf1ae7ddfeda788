import EEGTensor
import GoldenFiles

let poolingMappings: [String: OperationMapping] = [
    "max_pool1d": {
        [
            maxPooling1D(
                try $0.input, kernel: try $0.ints("kernel")[0], stride: try $0.ints("stride")[0], padding: try $0.ints("padding")[0],
                ceilMode: try $0.bool("ceil_mode"))
        ]
    },
    "max_pool2d": {
        [
            maxPooling2D(
                try $0.input, kernel: try $0.sizes("kernel"), stride: try $0.sizes("stride"), padding: try $0.sizes("padding"),
                ceilMode: try $0.bool("ceil_mode"))
        ]
    },
    "average_pool1d": {
        [
            averagePooling1D(
                try $0.input, kernel: try $0.ints("kernel")[0], stride: try $0.ints("stride")[0], padding: try $0.ints("padding")[0],
                ceilMode: try $0.bool("ceil_mode"), countsPadding: try $0.bool("count_include_padding"))
        ]
    },
    "average_pool2d": {
        [
            averagePooling2D(
                try $0.input, kernel: try $0.sizes("kernel"), stride: try $0.sizes("stride"), padding: try $0.sizes("padding"),
                ceilMode: try $0.bool("ceil_mode"), countsPadding: try $0.bool("count_include_padding"))
        ]
    },
    "adaptive_average_pool1d": { [adaptiveAveragePooling1D(try $0.input, outputs: try $0.ints("output_size")[0])] },
    "adaptive_average_pool2d": { [adaptiveAveragePooling2D(try $0.input, outputs: try $0.sizes("output_size"))] },
    "adaptive_max_pool1d": { [adaptiveMaxPooling1D(try $0.input, outputs: try $0.ints("output_size")[0])] },
    "interpolate_nearest1d": { [try $0.interpolated(.nearest)] },
    "interpolate_linear1d": { [try $0.interpolated(.linear(alignCorners: try $0.bool("align_corners")))] },
    "interpolate_bilinear2d": {
        [interpolate2D(try $0.input, size: try $0.sizes("size"), mode: .linear(alignCorners: try $0.bool("align_corners")))]
    },
    "unfold1d": { [unfold1D(try $0.input, size: try $0.int("size"), step: try $0.int("step"))] },
]

extension GoldenOperation {
    /// An attribute of one number for each of two axes.
    fileprivate func sizes(_ key: String) throws -> (height: Int, width: Int) { (try ints(key)[0], try ints(key)[1]) }

    /// Interpolation along time, by size or by scale.
    fileprivate func interpolated(_ mode: InterpolationMode) throws -> Tensor {
        file.description.attributes["size"] == nil
            ? interpolate1D(try input, scale: Double(try float("scale")), mode: mode)
            : interpolate1D(try input, size: try ints("size")[0], mode: mode)
    }
}
