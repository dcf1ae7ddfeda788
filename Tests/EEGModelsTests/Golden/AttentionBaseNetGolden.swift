import EEGModels
import GoldenFiles

let attentionBaseNetGolden = GoldenModel { golden in
    var configuration = AttentionBaseNet.Configuration()
    configuration.temporalFilters = try golden.int("n_temporal_filters")
    configuration.depthMultiplier = try golden.int("spatial_expansion")
    configuration.kernelLength = try golden.int("temp_filter_length_inp")
    configuration.poolingLength = try golden.int("pool_length_inp")
    configuration.poolingStride = try golden.int("pool_stride_inp")
    configuration.channels = try golden.int("ch_dim")
    configuration.secondKernelLength = try golden.int("temp_filter_length")
    configuration.secondPoolingLength = try golden.int("pool_length")
    configuration.secondPoolingStride = try golden.int("pool_stride")
    if let mode = golden.optional("attention_mode")?.string {
        guard let attention = ChannelAttention(rawValue: mode) else { throw GoldenError("unknown attention \(mode)") }
        configuration.attention = attention
    }
    configuration.attentionReduction = try golden.int("reduction_rate")
    configuration.codeWords = try golden.int("n_codewords")
    configuration.attentionKernelLength = try golden.int("kernel_size")
    configuration.attentionFrequency = try golden.int("freq_idx")
    configuration.dropoutRate = try golden.dropout("drop_prob_inp")
    configuration.secondDropoutRate = try golden.dropout("drop_prob_attn")
    return try AttentionBaseNet(golden.scope, golden.shape, configuration)
}
