import EEGModels

let syncNetGolden = GoldenModel { golden in
    var configuration = SyncNet.Configuration()
    configuration.filters = try golden.int("num_filters")
    configuration.kernelLength = try golden.int("filter_width")
    configuration.poolingLength = try golden.int("pool_size")
    return try SyncNet(golden.scope, golden.shape, configuration)
}
