import EEGModels

let hybridNetGolden = GoldenModel { golden in
    var configuration = HybridNet.Configuration()
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try HybridNet(golden.scope, golden.shape, configuration)
}
