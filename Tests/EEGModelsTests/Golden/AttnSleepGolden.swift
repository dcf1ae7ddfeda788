import EEGModels

let attnSleepGolden = GoldenModel { golden in
    var configuration = AttnSleep.Configuration()
    configuration.tokens = try golden.int("after_reduced_cnn_size")
    configuration.encoderLayers = try golden.int("n_tce")
    configuration.heads = try golden.int("n_attn_heads")
    configuration.hidden = try golden.int("d_ff")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    if golden.file.isTraining { configuration.convolutionDropoutRate = 0 }
    return try AttnSleep(golden.scope, golden.shape, configuration)
}
