import EEGModels
import GoldenFiles

let ifNetGolden = GoldenModel { golden in
    var configuration = IFNet.Configuration()
    configuration.bands = try golden.array("bands").map { band in
        guard let edges = band.array?.compactMap(\.double), edges.count == 2 else { throw GoldenError("\(golden.file.name): a band is \(band)") }
        return FrequencyBand(low: edges[0], high: edges[1])
    }
    configuration.spatialFilters = try golden.int("n_filters_spat")
    configuration.kernelLengths = try golden.ints("kernel_sizes")
    configuration.segments = try golden.int("stride_factor")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    configuration.finalMaximumNorm = try golden.float("linear_max_norm")
    return try IFNet(golden.scope, golden.shape, configuration)
}
