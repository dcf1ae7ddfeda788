import EEGModels

let eegITNetGolden = GoldenModel { golden in
    var configuration = EEGITNet.Configuration()
    configuration.filters = try golden.int("n_filters_time")
    configuration.kernelLength = try golden.int("kernel_length")
    configuration.pooling = try golden.int("pool_kernel")
    configuration.causalKernelLength = try golden.int("tcn_kernel_size")
    configuration.dilation = try golden.int("tcn_dilatation")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try EEGITNet(golden.scope, golden.shape, configuration)
}
