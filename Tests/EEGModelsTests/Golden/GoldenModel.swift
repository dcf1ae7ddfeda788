import EEGModels
import EEGTensor
import GoldenFiles

/// How the tests build one model of the golden files: a line in `goldenModels` and a closure that reads the configuration.
struct GoldenModel: Sendable {
    /// The outputs of the reference by name, computed from its inputs by name.
    typealias Forward = @Sendable (_ inputs: [String: Tensor], _ context: inout ForwardContext) throws -> [String: Tensor]

    /// A model of a golden file.
    struct Built {
        let store: ParameterStore
        /// The first parts of the names of parameters that the reference leaves out.
        var leftOut: [String] = []
        let forward: Forward
    }

    let build: @Sendable (GoldenCase) throws -> Built
}

extension GoldenModel {
    /// A model with one input and one output.
    init<M: Model>(_ build: @escaping @Sendable (GoldenCase) throws -> M) {
        self.init(build) { model, inputs, context in
            guard let input = inputs["input"] else { throw GoldenError("no input") }
            return ["output": model(input, &context)]
        }
    }

    /// A network of the zoo; its features, without its last layer, where the reference was asked for them.
    init<M: ZooModel>(_ build: @escaping @Sendable (GoldenCase) throws -> M) {
        self.build = { golden in
            let model = try build(golden)
            let isHeadless = golden.isOn("return_feats")
            return Built(store: model.scope.store, leftOut: isHeadless ? M.headNames : []) { inputs, context in
                guard let input = inputs["input"] else { throw GoldenError("no input") }
                return ["output": isHeadless ? model.features(input, &context) : model(input, &context)]
            }
        }
    }

    /// A model or layer with other inputs or outputs.
    ///
    /// - Parameter leftOut: the first parts of the names of parameters that the reference leaves out.
    init<M: Sendable>(
        _ build: @escaping @Sendable (GoldenCase) throws -> M, leftOut: [String] = [],
        forward: @escaping @Sendable (M, [String: Tensor], inout ForwardContext) throws -> [String: Tensor]
    ) {
        self.build = { golden in
            let model = try build(golden)
            return Built(store: golden.scope.store, leftOut: leftOut) { inputs, context in try forward(model, inputs, &context) }
        }
    }
}

/// The configuration of a golden file as a mapping reads it: what differs from the defaults, else the default.
struct GoldenCase: Sendable {
    let file: GoldenModelFile
    /// Where the model must make its parameters.
    let scope = ParameterScope(generator: Generator(seed: 1))

    init(_ file: GoldenModelFile) { self.file = file }

    /// The model's size: `n_chans`, `n_times`, `sfreq`, `n_outputs`, else what the first input says.
    var shape: SignalShape {
        get throws {
            let input = file.description.inputs[0].shape
            return SignalShape(
                channels: optional("n_chans")?.int ?? input[1], samples: optional("n_times")?.int ?? input[input.count - 1],
                samplingRate: optional("sfreq")?.double ?? 100, outputs: optional("n_outputs")?.int ?? 2)
        }
    }

    /// The names of the channels.
    var electrodes: [String] {
        get throws {
            try array("chs_info").map { channel in
                guard let name = channel["ch_name"]?.string else { throw GoldenError("\(file.name): a channel without a name") }
                return name
            }
        }
    }

    /// A setting, nil where it is null or not stated.
    func optional(_ key: String) -> JSONValue? {
        let value = file.description.config[key] ?? file.description.defaults[key]
        return value == .null ? nil : value
    }

    func int(_ key: String) throws -> Int { try value(key, \.int) }
    func ints(_ key: String) throws -> [Int] { try value(key) { $0.array?.compactMap(\.int) } }
    func float(_ key: String) throws -> Float { Float(try value(key, \.double)) }
    func double(_ key: String) throws -> Double { try value(key, \.double) }
    func doubles(_ key: String) throws -> [Double] { try value(key) { $0.array?.compactMap(\.double) } }
    func array(_ key: String) throws -> [JSONValue] { try value(key, \.array) }
    func bool(_ key: String) throws -> Bool { try value(key, \.bool) }
    func string(_ key: String) throws -> String { try value(key, \.string) }
    func optionalInt(_ key: String) -> Int? { optional(key)?.int }
    /// Whether a setting is stated and true.
    func isOn(_ key: String) -> Bool { optional(key)?.bool == true }
    /// A share of dropout: none in training mode, where the reference had it switched off.
    func dropout(_ key: String) throws -> Float { file.isTraining ? 0 : try float(key) }

    private func value<Value>(_ key: String, _ convert: (JSONValue) -> Value?) throws -> Value {
        guard let found = optional(key), let value = convert(found) else { throw GoldenError("\(file.name): no setting \(key) of that form") }
        return value
    }
}

/// The models that the library has, by the name in the golden files.
let goldenModels: [String: GoldenModel] = [
    "braindecode/ATCNet": atcNetGolden,
    "braindecode/AttentionBaseNet": attentionBaseNetGolden,
    "braindecode/AttnSleep": attnSleepGolden,
    "braindecode/BDTCN": bdtcnGolden,
    "braindecode/BrainModule": brainModuleGolden,
    "braindecode/ContraWR": contraWRGolden,
    "braindecode/CTNet": ctNetGolden,
    "braindecode/Deep4Net": deep4NetGolden,
    "braindecode/DeepSleepNet": deepSleepNetGolden,
    "braindecode/DGCNN": dgcnnGolden,
    "braindecode/EEGConformer": eegConformerGolden,
    "braindecode/EEGInceptionERP": eegInceptionERPGolden,
    "braindecode/EEGInceptionMI": eegInceptionMIGolden,
    "braindecode/EEGITNet": eegITNetGolden,
    "braindecode/EEGNet": eegNetGolden,
    "braindecode/EEGNeX": eegNeXGolden,
    "braindecode/EEGSimpleConv": eegSimpleConvGolden,
    "braindecode/EEGSym": eegSymGolden,
    "braindecode/EEGTCNet": eegTCNetGolden,
    "braindecode/FBCNet": fbcNetGolden,
    "braindecode/FBLightConvNet": fbLightConvNetGolden,
    "braindecode/FBMSNet": fbmsNetGolden,
    "braindecode/HybridNet": hybridNetGolden,
    "braindecode/IFNet": ifNetGolden,
    "braindecode/MSVTNet": msvtNetGolden,
    "braindecode/SCCNet": sccNetGolden,
    "braindecode/ShallowFBCSPNet": shallowFBCSPNetGolden,
    "braindecode/SincShallowNet": sincShallowNetGolden,
    "braindecode/SleepStagerBlanco2020": sleepStagerBlanco2020Golden,
    "braindecode/SleepStagerChambon2018": sleepStagerChambon2018Golden,
    "braindecode/SPARCNet": sparcNetGolden,
    "braindecode/SSTDPN": sstdpnGolden,
    "braindecode/SyncNet": syncNetGolden,
    "braindecode/TCFormer": tcFormerGolden,
    "braindecode/TCN": tcnGolden,
    "braindecode/TIDNet": tidNetGolden,
    "braindecode/TSception": tsceptionGolden,
    "braindecode/USleep": uSleepGolden,
]
