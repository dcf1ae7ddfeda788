import EEGModels

let deep4NetGolden = GoldenModel { golden in
    var configuration = Deep4Net.Configuration()
    configuration.temporalFilters = try golden.int("n_filters_time")
    configuration.spatialFilters = try golden.int("n_filters_spat")
    configuration.kernelLength = try golden.int("filter_time_length")
    configuration.laterFilters = try (2...4).map { try golden.int("n_filters_\($0)") }
    configuration.laterKernelLengths = try (2...4).map { try golden.int("filter_length_\($0)") }
    configuration.poolingLength = try golden.int("pool_time_length")
    configuration.poolingStride = try golden.int("pool_time_stride")
    configuration.stridesConvolutions = try golden.bool("stride_before_pool")
    configuration.firstPooling = try golden.string("first_pool_mode") == "max" ? .maximum : .average
    configuration.laterPooling = try golden.string("later_pool_mode") == "max" ? .maximum : .average
    configuration.finalLength = golden.optionalInt("final_conv_length")
    configuration.hasBatchNorm = try golden.bool("batch_norm")
    configuration.batchNormMomentum = try golden.float("batch_norm_alpha")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try Deep4Net(golden.scope, golden.shape, configuration)
}
