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
    ZooSmallModel(ATCNet.self, samples: 360),
    ZooSmallModel(AttentionBaseNet.self, samples: 240) { $0.attention = .convolutionalBlock },
    ZooSmallModel(BDTCN.self, samples: 120) { $0.filters = 5 },
    ZooSmallModel(BrainModule.self, samples: 80) {
        $0.filters = 6
        $0.depth = 4
    },
    ZooSmallModel(ContraWR.self, samples: 96, samplingRate: 32) {
        $0.residualFilters = [4, 6]
        $0.embedding = 8
    },
    ZooSmallModel(AttnSleep.self, channels: 1, samples: 3000) { $0.encoderLayers = 1 },
    ZooSmallModel(CTNet.self, samples: 200) { $0.layers = 2 },
    ZooSmallModel(Deep4Net.self, samples: 560) { $0.laterFilters = [6, 7, 8] },
    ZooSmallModel(DeepSleepNet.self, samples: 1500) { $0.hidden = 8 },
    ZooSmallModel(DGCNN.self, samples: 60) {
        $0.order = 3
        $0.hidden = [12]
        $0.electrodes = ["C3", "Cz", "C4"]
        $0.neighbors = 1
    },
    ZooSmallModel(EEGConformer.self, samples: 220) { $0.layers = 2 },
    ZooSmallModel(EEGInceptionERP.self, samples: 128, samplingRate: 128),
    ZooSmallModel(EEGInceptionMI.self, samples: 100, samplingRate: 50) {
        $0.convolutions = 2
        $0.filters = 4
    },
    ZooSmallModel(EEGITNet.self, samples: 100),
    ZooSmallModel(EEGNet.self, samples: 128),
    ZooSmallModel(EEGNeX.self, samples: 160) {
        $0.secondFilters = 8
        $0.kernelLength = 16
    },
    ZooSmallModel(EEGSimpleConv.self, samples: 160) { $0.filters = 8 },
    ZooSmallModel(EEGSym.self, channels: 3, samples: 130, samplingRate: 32) {
        $0.kernelDurations = [0.5, 0.125]
        $0.electrodes = ["C3", "Cz", "C4"]
    },
    ZooSmallModel(EEGTCNet.self, samples: 320) { $0.kernelLength = 16 },
    ZooSmallModel(FBCNet.self, samples: 120) { $0.spatialFilters = 4 },
    ZooSmallModel(FBLightConvNet.self, samples: 130) {
        $0.spatialFilters = 16
        $0.windowLength = 60
    },
    ZooSmallModel(FBMSNet.self, samples: 120) {
        $0.mixedFilters = 8
        $0.depthMultiplier = 2
        $0.kernelLengths = [7, 15, 31, 61]
    },
    ZooSmallModel(HybridNet.self, samples: 530),
    ZooSmallModel(IFNet.self, samples: 160) { $0.spatialFilters = 6 },
    ZooSmallModel(MSVTNet.self, samples: 180) { $0.filters = [2, 2, 4, 4] },
    ZooSmallModel(SCCNet.self, samples: 160),
    ZooSmallModel(ShallowFBCSPNet.self, samples: 160) { $0.temporalFilters = 6 },
    ZooSmallModel(SleepStagerBlanco2020.self, channels: 4, samples: 900) { $0.filters = 6 },
    ZooSmallModel(SleepStagerChambon2018.self, samples: 300),
    ZooSmallModel(SSTDPN.self, samples: 120, samplingRate: 40) {
        $0.temporalKernelLength = 15
        $0.fusedFilters = 12
        $0.attentionKernelLength = 50
    },
    ZooSmallModel(SpatiallyFilteredStager.self, samples: 600),
    ZooSmallModel(SyncNet.self, samples: 60) {
        $0.filters = 2
        $0.kernelLength = 12
        $0.poolingLength = 10
    },
    ZooSmallModel(TCFormer.self, samples: 120) {
        $0.temporalFilters = 4
        $0.groupWidth = 8
        $0.layers = 1
    },
    ZooSmallModel(TCN.self, samples: 120) { $0.filters = 5 },
    ZooSmallModel(TIDNet.self, samples: 160) {
        $0.temporalFilters = 6
        $0.spatialGrowth = 4
    },
    ZooSmallModel(SincShallowNet.self, samples: 100),
    ZooSmallModel(SPARCNet.self, samples: 80) { $0.growth = 4 },
    ZooSmallModel(TSception.self, samples: 160) { $0.hidden = 12 },
    ZooSmallModel(USleep.self, samples: 256, samplingRate: 128) { $0.depth = 3 },
]
