import EEGModels

let eegSimpleConvGolden = GoldenModel { golden in
    var configuration = EEGSimpleConv.Configuration()
    configuration.filters = try golden.int("feature_maps")
    configuration.blocks = try golden.int("n_convs")
    configuration.resamplingRate = try golden.int("resampling_freq")
    configuration.kernelLength = try golden.int("kernel_size")
    return try EEGSimpleConv(golden.scope, golden.shape, configuration)
}
