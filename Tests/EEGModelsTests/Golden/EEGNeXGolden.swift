import EEGModels

let eegNeXGolden = GoldenModel { golden in
    var configuration = EEGNeX.Configuration()
    configuration.firstFilters = try golden.int("filter_1")
    configuration.secondFilters = try golden.int("filter_2")
    configuration.depthMultiplier = try golden.int("depth_multiplier")
    configuration.kernelLength = try golden.int("kernel_block_1_2")
    configuration.fourthKernelLength = try golden.int("kernel_block_4")
    configuration.fourthDilation = try golden.int("dilation_block_4")
    configuration.fifthKernelLength = try golden.int("kernel_block_5")
    configuration.fifthDilation = try golden.int("dilation_block_5")
    configuration.firstPooling = try golden.int("avg_pool_block4")
    configuration.secondPooling = try golden.int("avg_pool_block5")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    configuration.spatialMaximumNorm = try golden.float("max_norm_conv")
    configuration.finalMaximumNorm = try golden.float("max_norm_linear")
    return try EEGNeX(golden.scope, golden.shape, configuration)
}
