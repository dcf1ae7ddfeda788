import EEGModels

let sstdpnGolden = GoldenModel { golden in
    var configuration = SSTDPN.Configuration()
    configuration.temporalFilters = try golden.int("n_spectral_filters_temporal")
    configuration.temporalKernelLength = try golden.int("temporal_conv_kernel_size")
    configuration.fusedFilters = try golden.int("n_fused_filters")
    configuration.attentionKernelLength = try golden.int("spt_attn_global_context_kernel")
    configuration.attentionEpsilon = try golden.float("spt_attn_epsilon")
    configuration.separationMaximumNorm = try golden.float("proto_sep_maxnorm")
    configuration.compactionDeviation = try golden.float("proto_cpt_std")
    return try SSTDPN(golden.scope, golden.shape, configuration)
}
