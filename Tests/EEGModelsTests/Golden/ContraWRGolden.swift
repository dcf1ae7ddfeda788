import EEGModels

let contraWRGolden = GoldenModel { golden in
    var configuration = ContraWR.Configuration()
    configuration.residualFilters = try golden.ints("res_channels")
    configuration.embedding = try golden.int("emb_size")
    configuration.steps = try golden.int("steps")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try ContraWR(golden.scope, golden.shape, configuration)
}
