import EEGModels

let msvtNetGolden = GoldenModel { golden in
    var configuration = MSVTNet.Configuration()
    configuration.filters = try golden.ints("n_filters_list")
    configuration.kernelLengths = try golden.ints("conv1_kernels_size")
    configuration.secondKernelLength = try golden.int("conv2_kernel_size")
    configuration.depthMultiplier = try golden.int("depth_multiplier")
    configuration.firstPooling = try golden.int("pool1_size")
    configuration.secondPooling = try golden.int("pool2_size")
    configuration.layers = try golden.int("num_layers")
    configuration.heads = try golden.int("num_heads")
    configuration.expansion = try golden.int("ffn_expansion_factor")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    configuration.attentionDropoutRate = try golden.dropout("att_drop_prob")
    return try MSVTNet(golden.scope, golden.shape, configuration)
}
