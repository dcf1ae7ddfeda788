import EEGModels

let sccNetGolden = GoldenModel { golden in
    var configuration = SCCNet.Configuration()
    configuration.components = try golden.int("n_spatial_filters")
    configuration.filters = try golden.int("n_spatial_filters_smooth")
    configuration.batchNormMomentum = try golden.float("batch_norm_momentum")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try SCCNet(golden.scope, golden.shape, configuration)
}
