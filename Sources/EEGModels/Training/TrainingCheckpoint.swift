internal import EEGFiles
internal import EEGTensor
internal import Foundation

/// What a checkpoint of a training run holds beside the model: tensors whose names begin with `prefix`, and this, as JSON.
struct TrainingCheckpoint: Codable {
    static let prefix = "training/"
    static let metadataKey = "training"
    static let currentVersion = 1

    var version = Self.currentVersion
    /// The optimiser's rule.
    let rule: String
    let epoch: Int
    let batch: Int
    let step: Int
    let optimizerSteps: [String: Int]
    let schedule: [Double]
    let generator: Generator
    let isStopped: Bool
    let history: [EpochReport]
    let bestValue: Double?
    let bestEpoch: Int?
    let partialLoss: Double
    let partialWindows: Int
    /// Of the epoch under way; not in older files.
    let partialSeconds: Double?

    /// The JSON text; numbers come back as the same numbers.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    init?(text: String) {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let value = try? decoder.decode(Self.self, from: Data(text.utf8)) else { return nil }
        self = value
    }

    init(_ run: TrainingRun<some Model>) {
        rule = type(of: run.trainer.optimizer.rule).name
        epoch = run.epoch
        batch = run.batch
        step = run.step
        optimizerSteps = run.optimization.saved.steps
        schedule = run.schedule.memory
        generator = run.trainer.generator
        isStopped = run.isStopped
        history = run.history.reports
        bestValue = run.best?.value
        bestEpoch = run.best?.epoch
        partialLoss = run.partial.saved.loss
        partialWindows = run.partial.windowCount
        partialSeconds = run.partialSeconds
    }

    /// Whether the numbers are such as a run can have.
    var isPlausible: Bool {
        // Far beyond any run, and far from where sums overflow.
        let counts = 0...(1 << 40)
        return version == Self.currentVersion && epoch == history.count
            && ([batch, step, partialWindows] + optimizerSteps.values).allSatisfy(counts.contains)
            && (0...1e12).contains(partialSeconds ?? 0)
            && (bestEpoch == nil) == (bestValue == nil) && bestEpoch.map { (1...max(1, epoch)).contains($0) } ?? true
    }
}

extension TrainingRun {
    /// Writes the model and all that is needed to go on.
    func save(to path: String) throws {
        let prefix = TrainingCheckpoint.prefix
        var tensors = model.savedTensors
        tensors += optimization.saved.tensors.map { ("\(prefix)optimizer/\($0.name)", NumericArray($0.tensor)) }
        if let average {
            tensors += zip(parameters, average.averages).map { ("\(prefix)average/\($0.name)", NumericArray($1)) }
        }
        if let best {
            tensors += zip(modelTensors, best.tensors).map { ("\(prefix)best/\($0.name)", NumericArray($1)) }
        }
        tensors += partial.saved.arrays.map { ("\(prefix)epoch/\($0.name)", $0.array) }
        var metadata = model.checkpointMetadata
        metadata[TrainingCheckpoint.metadataKey] = try TrainingCheckpoint(self).text()
        try writeCheckpoint(tensors, metadata: metadata, to: path)
    }

    /// Takes up the run that a file holds; does nothing where there is no file.
    ///
    /// - Throws: `CheckpointError` where the file is not one of such a run.
    mutating func restore(from path: String) throws(CheckpointError) {
        AtomicFile.removeAbandoned(besides: path)
        guard FileManager.default.fileExists(atPath: path) else { return }
        let file = try checkpointFile { () throws(EEGDataError) in try SafetensorsFile(contentsOf: path) }
        let text = file.metadata[TrainingCheckpoint.metadataKey] ?? ""
        guard let saved = TrainingCheckpoint(text: text), saved.isPlausible else {
            throw .metadata(
                file: path, key: TrainingCheckpoint.metadataKey, expected: "the state of a training run", found: String(text.prefix(200)))
        }
        let rule = type(of: trainer.optimizer.rule).name
        guard saved.rule == rule else { throw .metadata(file: path, key: "rule of the optimiser", expected: rule, found: saved.rule) }
        guard saved.generator == trainer.generator else {
            throw .metadata(file: path, key: "generator", expected: "that of the trainer", found: "another")
        }
        let entries = Dictionary(uniqueKeysWithValues: file.entries.map { ($0.name, $0.shape) })
        func stored(_ name: String, _ shape: Shape) throws(CheckpointError) -> Tensor {
            let key = TrainingCheckpoint.prefix + name
            guard let found = entries[key] else { throw .keys(file: path, [.missing(key, nearest: nil)]) }
            guard found == Array(shape) else { throw .keys(file: path, [.shape(key, expected: Array(shape), found: found)]) }
            return try tensor(key, of: file, path)
        }

        try optimization.restore(steps: saved.optimizerSteps) { (name, shape) throws(CheckpointError) in
            try stored("optimizer/\(name)", shape)
        }
        if average != nil, saved.step > 0 {
            var averages: [Tensor] = []
            for parameter in parameters { averages.append(try stored("average/\(parameter.name)", parameter.value.shape)) }
            average?.averages = averages
        }
        if let value = saved.bestValue, let epoch = saved.bestEpoch, let stopping = trainer.earlyStopping {
            var tensors: [Tensor] = []
            if stopping.restoresBestWeights {
                for tensor in modelTensors { tensors.append(try stored("best/\(tensor.name)", tensor.value.shape)) }
            }
            best = BestWeights(value: value, epoch: epoch, tensors: tensors)
        }
        partial = try Evaluation(
            outputs: model.shape.outputs, loss: saved.partialLoss, windows: saved.partialWindows, file: file, path: path,
            prefix: "\(TrainingCheckpoint.prefix)epoch/")
        try model.load(from: path)
        schedule.memory = saved.schedule
        history = TrainingHistory(reports: saved.history, bestEpoch: saved.bestEpoch)
        partialSeconds = saved.partialSeconds ?? 0
        (epoch, batch, step, isStopped) = (saved.epoch, saved.batch, saved.step, saved.isStopped)
    }
}

extension Evaluation {
    /// Takes back what was saved.
    ///
    /// - Throws: `CheckpointError` where the arrays are not those of predictions with that many outputs.
    fileprivate init(
        outputs: Int, loss: Double, windows: Int, file: SafetensorsFile, path: String, prefix: String
    ) throws(CheckpointError) {
        var arrays: [String: NumericArray] = [:]
        for entry in file.entries where entry.name.hasPrefix(prefix) {
            let array = try checkpointFile { () throws(EEGDataError) in try file.array(entry.name) }
            arrays[String(entry.name.dropFirst(prefix.count))] = array
        }
        guard let evaluation = Evaluation(outputs: outputs, loss: loss, windows: windows, arrays: arrays) else {
            throw .metadata(
                file: path, key: "\(prefix)…", expected: "predictions of a model with \(outputs) outputs",
                found: "arrays that do not fit together")
        }
        self = evaluation
    }
}
