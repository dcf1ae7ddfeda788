import EEGModels

let tcnGolden = GoldenModel { golden in
    var configuration = TCN.Configuration()
    configuration.blocks = try golden.int("n_blocks")
    configuration.filters = try golden.int("n_filters")
    configuration.kernelLength = try golden.int("kernel_size")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try TCN(golden.scope, golden.shape, configuration)
}
