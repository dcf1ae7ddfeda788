import EEGModels

let fbLightConvNetGolden = GoldenModel { golden in
    var configuration = FBLightConvNet.Configuration()
    configuration.spatialFilters = try golden.int("n_filters_spat")
    configuration.windowLength = try golden.int("win_len")
    configuration.heads = try golden.int("heads")
    return try FBLightConvNet(golden.scope, golden.shape, configuration)
}
