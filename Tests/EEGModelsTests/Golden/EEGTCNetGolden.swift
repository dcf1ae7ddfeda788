import EEGModels

let eegTCNetGolden = GoldenModel { golden in
    var configuration = EEGTCNet.Configuration()
    configuration.temporalFilters = try golden.int("filter_1")
    configuration.depthMultiplier = try golden.int("depth_multiplier")
    configuration.kernelLength = try golden.int("kern_length")
    configuration.blocks = try golden.int("depth")
    configuration.blockFilters = try golden.int("filters")
    configuration.blockKernelLength = try golden.int("kernel_size")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    configuration.blockDropoutRate = try golden.dropout("drop_prob")
    configuration.finalMaximumNorm = try golden.float("max_norm_const")
    return try EEGTCNet(golden.scope, golden.shape, configuration)
}
