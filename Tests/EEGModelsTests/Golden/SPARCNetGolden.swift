import EEGModels

let sparcNetGolden = GoldenModel { golden in
    var configuration = SPARCNet.Configuration()
    configuration.blockLayers = try golden.int("block_layers")
    configuration.growth = try golden.int("growth_rate")
    configuration.bottleneck = try golden.int("bottleneck_size")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try SPARCNet(golden.scope, golden.shape, configuration)
}
