import EEGModels

let fbcNetGolden = GoldenModel { golden in
    var configuration = FBCNet.Configuration()
    configuration.spatialFilters = try golden.int("n_filters_spat")
    configuration.segments = try golden.int("stride_factor")
    configuration.spatialMaximumNorm = try golden.float("cnn_max_norm")
    configuration.finalMaximumNorm = try golden.float("linear_max_norm")
    return try FBCNet(golden.scope, golden.shape, configuration)
}
