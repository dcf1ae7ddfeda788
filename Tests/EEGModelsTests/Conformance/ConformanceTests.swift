import EEGModelTesting
import EEGModels
import EEGTensor
import Testing

@Suite struct ConformanceTests {
    @Test(arguments: FaultyModel.Fault.allCases)
    func theFaultIsNoticed(_ fault: FaultyModel.Fault) throws {
        let shape = SignalShape(channels: 2, samples: 20, samplingRate: 20, outputs: 3)
        let check = try ConformanceCheck { FaultyModel($0, shape, fault) }
        if let property = fault.property {
            #expect(check.failures.contains { $0.hasPrefix(property + ":") }, "\(check)")
        } else {
            #expect(check.passes, "\(check)")
        }
    }

    @Test func aParameterMayBeListedAsUnused() throws {
        let shape = SignalShape(channels: 2, samples: 20, samplingRate: 20, outputs: 3)
        var settings = ConformanceCheck.Settings()
        settings.unusedParameters = ["unused"]
        try expectConformance(settings) { FaultyModel($0, shape, .unusedParameter) }
        settings.unusedParameters = ["hidden.weight"]
        #expect(try !ConformanceCheck(settings) { FaultyModel($0, shape, .none) }.passes)
    }

    @Test(arguments: zooSmallModels)
    func theModelOfTheZooConforms(_ small: ZooSmallModel) throws {
        try expectZooConformance(try small.model())
    }

    private func expectZooConformance<M: ZooModel>(_ model: M) throws {
        var settings = ConformanceCheck.Settings()
        settings.unusedParameters = unusedParameters[M.name] ?? []
        settings.straightThroughParameters = straightThroughParameters[M.name] ?? []
        let (shape, configuration) = (model.shape, model.configuration)
        try expectConformance(settings) { scope in try M(scope, shape, configuration) }
    }

    /// What only a loss of its own uses, and, of sequences of one step, what leads from step to step.
    private let unusedParameters: [String: Set<String>] = [
        "AttnSleep": Set(["weight", "bias"].map { "feature_extractor.1.layers.0.self_attn.convs.0.\($0)" }),
        "MSVTNet": Set((0..<4).flatMap { ["branch_head.\($0).1.weight", "branch_head.\($0).1.bias"] }),
        "SSTDPN": ["proto_cpt"],
        "DeepSleepNet": [
            "bilstm.weight_hh_l0", "bilstm.weight_hh_l0_reverse", "bilstm.weight_hh_l1", "bilstm.weight_hh_l1_reverse",
        ],
    ]

    /// Prototypes, whose stored values the reference limits.
    private let straightThroughParameters: [String: Set<String>] = ["SSTDPN": ["proto_sep"]]

    @Test func everyModelWithGoldenFilesIsChecked() {
        let names = Set(
            goldenModels.keys.filter { $0.hasPrefix("braindecode/") }.compactMap { $0.split(separator: "/").last.map(String.init) })
        let missing = names.subtracting(zooSmallModels.map(\.name)).sorted()
        #expect(missing.isEmpty, "\(missing) are not in zooSmallModels")
    }
}
