import EEGModels

let tsceptionGolden = GoldenModel { golden in
    var configuration = TSception.Configuration()
    configuration.temporalFilters = try golden.int("number_filter_temp")
    configuration.spatialFilters = try golden.int("number_filter_spat")
    configuration.kernelDurations = try golden.doubles("inception_windows")
    configuration.pooling = try golden.int("pool_size")
    configuration.hidden = try golden.int("hidden_size")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try TSception(golden.scope, golden.shape, configuration)
}
