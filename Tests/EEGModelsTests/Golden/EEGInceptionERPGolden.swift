import EEGModels

let eegInceptionERPGolden = GoldenModel { golden in
    var configuration = EEGInceptionERP.Configuration()
    configuration.filters = try golden.int("n_filters")
    configuration.depthMultiplier = try golden.int("depth_multiplier")
    configuration.scales = try golden.doubles("scales_samples_s")
    configuration.poolings = try golden.ints("pooling_sizes")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    configuration.momentum = try golden.float("batch_norm_alpha")
    return try EEGInceptionERP(golden.scope, golden.shape, configuration)
}
