import EEGModels

let sincShallowNetGolden = GoldenModel { golden in
    var configuration = SincShallowNet.Configuration()
    configuration.filters = try golden.int("num_time_filters")
    configuration.kernelLength = try golden.int("time_filter_len")
    configuration.firstFrequency = try golden.double("first_freq")
    configuration.frequencyStep = try golden.double("freq_stride")
    configuration.bandwidth = try golden.double("bandwidth")
    configuration.minimumFrequency = try golden.double("min_freq")
    configuration.depthMultiplier = try golden.int("depth_multiplier")
    configuration.poolingLength = try golden.int("pool_size")
    configuration.poolingStride = try golden.int("pool_stride")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try SincShallowNet(golden.scope, golden.shape, configuration)
}
