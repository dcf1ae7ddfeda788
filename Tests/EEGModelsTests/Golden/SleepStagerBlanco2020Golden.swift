import EEGModels

let sleepStagerBlanco2020Golden = GoldenModel { golden in
    var configuration = SleepStagerBlanco2020.Configuration()
    configuration.filters = try golden.int("n_conv_chans")
    configuration.groups = try golden.int("n_groups")
    configuration.pooling = try golden.int("max_pool_size")
    configuration.normalizes = try golden.bool("apply_batch_norm")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try SleepStagerBlanco2020(golden.scope, golden.shape, configuration)
}
