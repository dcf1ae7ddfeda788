import EEGModels

let sleepStagerChambon2018Golden = GoldenModel { golden in
    var configuration = SleepStagerChambon2018.Configuration()
    configuration.filters = try golden.int("n_conv_chs")
    configuration.kernelDuration = try golden.double("time_conv_size_s")
    configuration.paddingDuration = try golden.double("pad_size_s")
    configuration.poolingDuration = try golden.double("max_pool_size_s")
    configuration.hasBatchNorm = try golden.bool("apply_batch_norm")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try SleepStagerChambon2018(golden.scope, golden.shape, configuration)
}
