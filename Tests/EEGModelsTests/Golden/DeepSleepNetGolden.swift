import EEGModels

let deepSleepNetGolden = GoldenModel { golden in
    var configuration = DeepSleepNet.Configuration()
    func read(_ path: inout DeepSleepNet.Configuration.Path, _ name: String) throws {
        path.firstFilters = try golden.int("\(name)_n_filters_1")
        path.laterFilters = try golden.int("\(name)_n_filters_2")
        path.kernelLength = try golden.int("\(name)_first_kernel_size")
        path.stride = try golden.int("\(name)_first_stride")
        path.padding = try golden.int("\(name)_first_padding")
        path.firstPooling.length = try golden.int("\(name)_pool1_kernel_size")
        path.firstPooling.padding = try golden.int("\(name)_pool1_padding")
        path.laterKernelLength = try golden.int("\(name)_deep_kernel_size")
        path.secondPooling.length = try golden.int("\(name)_pool2_kernel_size")
        path.secondPooling.padding = try golden.int("\(name)_pool2_padding")
    }
    try read(&configuration.short, "small")
    try read(&configuration.long, "large")
    configuration.hidden = try golden.int("bilstm_hidden_size")
    configuration.recurrentLayers = try golden.int("bilstm_num_layers")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try DeepSleepNet(golden.scope, golden.shape, configuration)
}
