import EEGModels
import EEGTensor
import GoldenFiles

let eegConformerGolden = GoldenModel(build: { golden in
    var configuration = EEGConformer.Configuration()
    configuration.filters = try golden.int("n_filters_time")
    configuration.kernelLength = try golden.int("filter_time_length")
    configuration.poolingLength = try golden.int("pool_time_length")
    configuration.poolingStride = try golden.int("pool_time_stride")
    configuration.layers = try golden.int("num_layers")
    configuration.heads = try golden.int("num_heads")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    configuration.attentionDropoutRate = try golden.dropout("att_drop_prob")
    if golden.file.isTraining { configuration.denseDropoutRates = [0, 0] }
    let model = try EEGConformer(golden.scope, golden.shape, configuration)
    // The reference's features are those of the transformer.
    let givesTokens = golden.isOn("return_features")
    return GoldenModel.Built(store: model.scope.store) { inputs, context in
        guard let input = inputs["input"] else { throw GoldenError("no input") }
        return ["output": givesTokens ? model.tokens(input, &context) : model(input, &context)]
    }
})
