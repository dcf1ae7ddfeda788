import EEGModels

let brainModuleGolden = GoldenModel { golden in
    var configuration = BrainModule.Configuration()
    configuration.filters = try golden.int("hidden_dim")
    configuration.depth = try golden.int("depth")
    configuration.kernelLength = try golden.int("kernel_size")
    configuration.dilationGrowth = try golden.int("dilation_growth")
    configuration.dilationPeriod = try golden.int("dilation_period")
    configuration.gateInterval = try golden.int("glu")
    configuration.dropoutRate = try golden.dropout("conv_drop_prob")
    return try BrainModule(golden.scope, golden.shape, configuration)
}
