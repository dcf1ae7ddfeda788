internal import EEGFiles
internal import EEGTensor
internal import Foundation

extension ZooModel {
    /// The model of a checkpoint that `save(to:)` wrote, with its configuration and weights.
    ///
    /// ```swift
    /// let model = try EEGNet(contentsOf: "eegnet.safetensors")
    /// ```
    ///
    /// - Throws: `CheckpointError` where the file is not such a checkpoint of a model of this type, `ConfigurationError` where its
    ///   configuration is out of range.
    public init(contentsOf path: String) throws {
        let file = try checkpointFile { () throws(EEGDataError) in try SafetensorsFile(contentsOf: path) }
        guard file.metadata["model"] == Self.name else {
            throw CheckpointError.metadata(file: path, key: "model", expected: Self.name, found: file.metadata["model"] ?? "none")
        }
        guard let shape = SignalShape(checkpointText: file.metadata["signal_shape"] ?? "") else {
            throw CheckpointError.metadata(
                file: path, key: "signal_shape", expected: "positive sizes", found: file.metadata["signal_shape"] ?? "none")
        }
        let text = file.metadata["configuration"] ?? "none"
        guard let configuration = try? JSONDecoder().decode(Configuration.self, from: Data(text.utf8)) else {
            throw CheckpointError.metadata(
                file: path, key: "configuration", expected: "that of \(Self.name)", found: String(text.prefix(200)))
        }
        // What no tensor of the file comes near is no size of its network.
        let largest = max(largestPlainSize, shape.samples, file.entries.flatMap(\.shape).max() ?? 0)
        guard numbers(in: text).allSatisfy({ abs($0) <= Double(largest) }), max(shape.channels, shape.outputs) <= largest else {
            throw CheckpointError.metadata(
                file: path, key: "configuration", expected: "sizes of at most \(largest)", found: String(text.prefix(200)))
        }
        // A hostile file could ask for a network that fills the memory; one of about the size of the file is built, so that what is missing in the
        // file can be told by name. The values come from the file: the seed is of no consequence.
        let stored = file.entries.reduce(0.0) { $0 + $1.shape.reduce(1.0) { $0 * Double($1) } }
        let store = ParameterStore(elementLimit: max(2 * stored, 1e6))
        try self.init(ParameterScope(store: store, generator: Generator(seed: 0)), shape, configuration)
        guard !store.isOverLimit else {
            throw CheckpointError.metadata(
                file: path, key: "configuration", expected: "a network of the \(Int(stored)) values in the file", found: String(text.prefix(200)))
        }
        try load(from: path)
    }
}

extension Model {
    /// What a checkpoint says about the model beside its values.
    var checkpointMetadata: [String: String] {
        var metadata = ["format": "pt", "model": "\(Self.self)", "signal_shape": shape.checkpointText]
        if let zoo = self as? any ZooModel {
            metadata["model"] = type(of: zoo).name
            metadata["configuration"] = zoo.configurationText
        }
        return metadata
    }

    /// The first parts of the names of the last layer's parameters.
    var checkpointHeads: [String] { (Self.self as? any ZooModel.Type)?.headNames ?? ["final_layer"] }
}

extension ZooModel {
    fileprivate var configurationText: String { jsonText(configuration) }
}

/// Sizes up to this need not be those of a tensor in the file.
private let largestPlainSize = 4096

/// All numbers in a JSON text.
private func numbers(in text: String) -> [Double] {
    func collect(_ value: Any) -> [Double] {
        switch value {
        case let number as NSNumber: [number.doubleValue]
        case let array as [Any]: array.flatMap(collect)
        case let object as [String: Any]: object.values.flatMap(collect)
        default: []
        }
    }
    return (try? JSONSerialization.jsonObject(with: Data(text.utf8))).map(collect) ?? []
}

/// The JSON text of plain numbers, which always have one but where they are not finite: then it is empty.
private func jsonText(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
}

/// What a checkpoint says about the signals of a model.
private struct SavedShape: Codable {
    let channels: Int
    let samples: Int
    let samplingRate: Double
    let outputs: Int
}

extension SignalShape {
    fileprivate var checkpointText: String {
        jsonText(SavedShape(channels: channels, samples: samples, samplingRate: samplingRate, outputs: outputs))
    }

    /// The shape that a checkpoint states; nil where it states none that signals can have.
    fileprivate init?(checkpointText: String) {
        guard let saved = try? JSONDecoder().decode(SavedShape.self, from: Data(checkpointText.utf8)) else { return nil }
        // What lies beyond is no size of signals, and products of sizes could overflow.
        let sizes = 1...(1 << 22)
        guard sizes.contains(saved.channels), sizes.contains(saved.samples), sizes.contains(saved.outputs), saved.samplingRate > 0,
            saved.samplingRate.isFinite
        else { return nil }
        self.init(channels: saved.channels, samples: saved.samples, samplingRate: saved.samplingRate, outputs: saved.outputs)
    }
}
