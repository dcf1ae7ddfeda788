import EEGModels

let fbmsNetGolden = GoldenModel { golden in
    var configuration = FBMSNet.Configuration()
    configuration.kernelLengths = try golden.ints("kernels_weights")
    configuration.mixedFilters = try golden.int("n_filters_spat")
    configuration.depthMultiplier = try golden.int("dilatability")
    configuration.segments = try golden.int("stride_factor")
    configuration.spatialMaximumNorm = try golden.float("cnn_max_norm")
    configuration.finalMaximumNorm = try golden.float("linear_max_norm")
    return try FBMSNet(golden.scope, golden.shape, configuration)
}
