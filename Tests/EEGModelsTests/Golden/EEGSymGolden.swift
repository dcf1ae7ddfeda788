import EEGModels

let eegSymGolden = GoldenModel { golden in
    var configuration = EEGSym.Configuration()
    configuration.filters = try golden.int("filters_per_branch")
    configuration.kernelDurations = try golden.doubles("scales_time").map { $0 / 1000 }
    configuration.electrodes = try golden.electrodes
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try EEGSym(golden.scope, golden.shape, configuration)
}
