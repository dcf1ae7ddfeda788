import EEGModels

let atcNetGolden = GoldenModel { golden in
    var configuration = ATCNet.Configuration()
    configuration.temporalFilters = try golden.int("conv_block_n_filters")
    configuration.depthMultiplier = try golden.int("conv_block_depth_mult")
    configuration.kernelLength = try golden.int("conv_block_kernel_length_1")
    configuration.secondKernelLength = try golden.int("conv_block_kernel_length_2")
    configuration.firstPooling = try golden.int("conv_block_pool_size_1")
    configuration.secondPooling = try golden.int("conv_block_pool_size_2")
    configuration.windows = try golden.int("n_windows")
    configuration.heads = try golden.int("num_heads")
    configuration.headDepth = try golden.int("head_dim")
    configuration.residualBlocks = try golden.int("tcn_depth")
    configuration.residualKernelLength = try golden.int("tcn_kernel_size")
    configuration.finalMaximumNorm = try golden.float("max_norm_const")
    configuration.convolutionMaximumNorm = golden.optional("conv_max_norm_const") == nil ? nil : try golden.float("conv_max_norm_const")
    configuration.convolutionDropoutRate = try golden.dropout("conv_block_dropout")
    configuration.attentionDropoutRate = try golden.dropout("att_drop_prob")
    configuration.residualDropoutRate = try golden.dropout("tcn_drop_prob")
    if golden.file.isTraining { configuration.blockDropoutRate = 0 }
    return try ATCNet(golden.scope, golden.shape, configuration)
}
