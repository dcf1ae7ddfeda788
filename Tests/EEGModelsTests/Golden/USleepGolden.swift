import EEGModels

let uSleepGolden = GoldenModel { golden in
    var configuration = USleep.Configuration()
    configuration.depth = try golden.int("depth")
    configuration.filters = try golden.int("n_time_filters")
    configuration.complexity = try golden.double("complexity_factor")
    configuration.kernelDuration = try golden.double("time_conv_size_s")
    configuration.makesKernelOdd = try golden.bool("ensure_odd_conv_size")
    configuration.hasSkipConnections = try golden.bool("with_skip_connection")
    return try USleep(golden.scope, golden.shape, configuration)
}
