import EEGModels
import EEGTensor

/// A network of the zoo, built for windows and in a size that tests can afford.
struct ZooSmallModel: Sendable {
    let name: String
    let shape: SignalShape
    /// The configuration as a checkpoint would hold it.
    let configuration: any ModelConfiguration
    /// A network for windows of another shape and with another configuration.
    let build: @Sendable (SignalShape, any ModelConfiguration, Generator) throws -> any ZooModel

    init<M: ZooModel>(
        _ type: M.Type, channels: Int = 3, samples: Int, samplingRate: Double = 100, outputs: Int = 4,
        _ change: (inout M.Configuration) -> Void = { _ in }
    ) {
        var configuration = M.Configuration()
        change(&configuration)
        name = M.name
        shape = SignalShape(channels: channels, samples: samples, samplingRate: samplingRate, outputs: outputs)
        self.configuration = configuration
        build = { shape, configuration, generator in
            guard let configuration = configuration as? M.Configuration else { fatalError("\(configuration) is not for \(M.name)") }
            return try M(shape, configuration, generator: generator)
        }
    }

    func model(seed: UInt64 = 1) throws -> any ZooModel { try build(shape, configuration, Generator(seed: seed)) }
}

/// All networks of the zoo.
let zooSmallModels: [ZooSmallModel] = [
    ZooSmallModel(Deep4Net.self, samples: 560) { $0.laterFilters = [6, 7, 8] },
    ZooSmallModel(EEGNet.self, samples: 128),
    ZooSmallModel(ShallowFBCSPNet.self, samples: 160) { $0.temporalFilters = 6 },
    ZooSmallModel(SleepStagerChambon2018.self, samples: 300),
]
