import EEGModels

let shallowFBCSPNetGolden = GoldenModel { golden in
    var configuration = ShallowFBCSPNet.Configuration()
    configuration.temporalFilters = try golden.int("n_filters_time")
    configuration.spatialFilters = try golden.int("n_filters_spat")
    configuration.kernelLength = try golden.int("filter_time_length")
    configuration.poolingLength = try golden.int("pool_time_length")
    configuration.poolingStride = try golden.int("pool_time_stride")
    configuration.pooling = try golden.string("pool_mode") == "max" ? .maximum : .average
    configuration.finalLength = golden.optionalInt("final_conv_length")
    configuration.hasBatchNorm = try golden.bool("batch_norm")
    configuration.batchNormMomentum = try golden.float("batch_norm_alpha")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try ShallowFBCSPNet(golden.scope, golden.shape, configuration)
}
