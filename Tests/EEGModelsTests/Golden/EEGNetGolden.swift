import EEGModels

let eegNetGolden = GoldenModel { golden in
    var configuration = EEGNet.Configuration()
    configuration.temporalFilters = try golden.int("F1")
    configuration.depthMultiplier = try golden.int("D")
    configuration.separableFilters = golden.optionalInt("F2")
    configuration.kernelLength = try golden.int("kernel_length")
    configuration.separableKernelLength = try golden.int("depthwise_kernel_length")
    configuration.firstPooling = try golden.int("pool1_kernel_size")
    configuration.secondPooling = try golden.int("pool2_kernel_size")
    configuration.pooling = try golden.string("pool_mode") == "max" ? .maximum : .average
    configuration.dropoutRate = try golden.dropout("drop_prob")
    configuration.spatialMaximumNorm = try golden.float("conv_spatial_max_norm")
    if golden.isOn("final_layer_with_constraint") { configuration.finalMaximumNorm = try golden.float("norm_rate") }
    return try EEGNet(golden.scope, golden.shape, configuration)
}
