import EEGModels

let tidNetGolden = GoldenModel { golden in
    var configuration = TIDNet.Configuration()
    configuration.temporalFilters = try golden.int("t_filters")
    configuration.temporalLayers = try golden.int("temp_layers")
    configuration.temporalSpan = try golden.double("temp_span")
    configuration.pooling = try golden.int("pooling")
    configuration.spatialLayers = try golden.int("spat_layers")
    configuration.spatialGrowth = try golden.int("s_growth")
    configuration.bottleneck = try golden.int("bottleneck")
    let summary = try golden.int("summary")
    configuration.summary = summary == -1 ? nil : summary
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try TIDNet(golden.scope, golden.shape, configuration)
}
