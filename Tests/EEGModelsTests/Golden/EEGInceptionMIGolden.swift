import EEGModels

let eegInceptionMIGolden = GoldenModel { golden in
    var configuration = EEGInceptionMI.Configuration()
    configuration.convolutions = try golden.int("n_convs")
    configuration.filters = try golden.int("n_filters")
    configuration.kernelUnit = try golden.double("kernel_unit_s")
    return try EEGInceptionMI(golden.scope, golden.shape, configuration)
}
