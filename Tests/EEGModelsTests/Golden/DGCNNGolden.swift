import EEGModels

let dgcnnGolden = GoldenModel { golden in
    var configuration = DGCNN.Configuration()
    configuration.filters = try golden.int("n_filters")
    configuration.order = try golden.int("cheb_order")
    configuration.hidden = try golden.ints("mlp_dims")
    configuration.electrodes = try golden.electrodes
    configuration.neighbors = try golden.int("n_neighbors")
    configuration.dropoutRate = try golden.dropout("drop_prob")
    return try DGCNN(golden.scope, golden.shape, configuration)
}
