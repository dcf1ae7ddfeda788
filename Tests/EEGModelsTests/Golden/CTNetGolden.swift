import EEGModels

let ctNetGolden = GoldenModel { golden in
    var configuration = CTNet.Configuration()
    configuration.width = try golden.int("embed_dim")
    configuration.depthMultiplier = try golden.int("depth_multiplier")
    configuration.kernelLength = try golden.int("kernel_size")
    configuration.firstPooling = try golden.int("pool_size_1")
    configuration.secondPooling = try golden.int("pool_size_2")
    configuration.layers = try golden.int("num_layers")
    configuration.heads = try golden.int("num_heads")
    configuration.convolutionDropoutRate = try golden.dropout("cnn_drop_prob")
    configuration.positionDropoutRate = try golden.dropout("att_positional_drop_prob")
    configuration.finalDropoutRate = try golden.dropout("final_drop_prob")
    if golden.file.isTraining { configuration.attentionDropoutRate = 0 }
    return try CTNet(golden.scope, golden.shape, configuration)
}
