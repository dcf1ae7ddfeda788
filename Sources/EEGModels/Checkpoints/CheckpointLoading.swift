internal import EEGFiles
internal import EEGTensor

/// Which tensors of a checkpoint a model takes, and under which names.
///
/// ```swift
/// try model.load(from: "pretrained.safetensors", .replacingHead)
/// try model.load(from: "parallel.safetensors", CheckpointLoading { $0.hasPrefix("module.") ? String($0.dropFirst(7)) : $0 })
/// ```
public struct CheckpointLoading: Sendable {
    /// The layers whose parameters keep their values.
    enum Kept: Sendable {
        /// The last layer, as the model names it.
        case head
        case layers([String])
    }

    let kept: Kept
    /// The model's name for a tensor of the file; nil to leave the tensor out.
    let renames: @Sendable (_ key: String) -> String?

    private init(kept: Kept, _ renames: @escaping @Sendable (_ key: String) -> String?) {
        self.kept = kept
        self.renames = renames
    }

    /// - Parameters:
    ///   - layers: the layers of the model that keep their values, whatever the file holds.
    ///   - renames: the model's name for a tensor of the file; nil to leave the tensor out.
    public init(keeping layers: [String] = [], _ renames: @escaping @Sendable (_ key: String) -> String? = { $0 }) {
        self.init(kept: .layers(layers), renames)
    }

    /// All tensors under their own names.
    public static let strict = CheckpointLoading()

    /// All but those of the last layer, which keeps its values: for other classes than those of the checkpoint. It is what `ZooModel.headNames`
    /// says, for other models `final_layer`.
    public static let replacingHead = CheckpointLoading(kept: .head) { $0 }
}

extension Model {
    /// Takes the parameters and buffers from a safetensors file with PyTorch's names. Nothing changes unless all fit.
    ///
    /// Half-precision and double-precision tensors are converted. Integers that only PyTorch keeps, such as `num_batches_tracked`, are left out.
    /// A PyTorch `state_dict` becomes such a file by
    ///
    /// ```python
    /// safetensors.torch.save_file({k: v.contiguous() for k, v in model.state_dict().items()}, "model.safetensors")
    /// ```
    ///
    /// - Throws: `CheckpointError` for a file that is none, and for missing, unexpected and mis-shaped tensors, all of them at once.
    public func load(from path: String, _ loading: CheckpointLoading = .strict) throws(CheckpointError) {
        let file = try checkpointFile { () throws(EEGDataError) in try SafetensorsFile(contentsOf: path) }
        let kept =
            switch loading.kept {
            case .head: checkpointHeads
            case .layers(let layers): layers
            }
        let keeps = { (name: String) in kept.contains { name == $0 || name.hasPrefix("\($0).") } }
        let wanted = (scope.store.parameters + scope.store.buffers).filter { !keeps($0.name) }
        let keys = try matchedKeys(of: file, path, wanted, keeps: keeps, loading.renames)
        var values: [(Parameter, Tensor)] = []
        for parameter in wanted {
            guard let key = keys[parameter.name] else { continue }
            values.append((parameter, try tensor(key, of: file, path)))
        }
        for (parameter, value) in values { parameter.value = value }
    }

    /// For each name of the model the tensor of the file.
    private func matchedKeys(
        of file: SafetensorsFile, _ path: String, _ wanted: [Parameter], keeps: (String) -> Bool, _ renames: (String) -> String?
    ) throws(CheckpointError) -> [String: String] {
        let shapes = Dictionary(uniqueKeysWithValues: wanted.map { ($0.name, Array($0.value.shape)) })
        var keys: [String: String] = [:]
        var mismatches: [KeyMismatch] = []
        var unexpected: [String] = []
        for entry in file.entries where !entry.name.hasPrefix(TrainingCheckpoint.prefix) {
            guard let name = renames(entry.name) else { continue }
            guard let shape = shapes[name], keys[name] == nil else {
                if !keeps(name), !entry.isInteger { unexpected.append(entry.name) }
                continue
            }
            keys[name] = entry.name
            if entry.shape != shape { mismatches.append(.shape(name, expected: shape, found: entry.shape)) }
        }
        let missing = wanted.map(\.name).filter { keys[$0] == nil }
        mismatches += missing.map { .missing($0, nearest: nearestName(to: $0, among: unexpected)) }
        mismatches += unexpected.enumerated().map { index, name in
            // Only the first are shown: a foreign file may have very many.
            .unexpected(name, nearest: index < 100 ? nearestName(to: name, among: missing) : nil)
        }
        guard mismatches.isEmpty else { throw .keys(file: path, mismatches) }
        return keys
    }
}

extension SafetensorsFile.Entry {
    /// Whether the elements are whole numbers or truth values.
    var isInteger: Bool { ["I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "BOOL"].contains(elementType) }
}

/// A tensor of floating-point numbers.
func tensor(_ key: String, of file: SafetensorsFile, _ path: String) throws(CheckpointError) -> Tensor {
    guard let entry = file.entries.first(where: { $0.name == key }), ["F16", "BF16", "F32", "F64"].contains(entry.elementType) else {
        throw .elementType(file: path, key: key, found: file.entries.first { $0.name == key }?.elementType ?? "none")
    }
    guard entry.shape.count <= Shape.maximumRank else {
        throw .keys(file: path, [.shape(key, expected: [], found: entry.shape)])
    }
    let array = try checkpointFile { () throws(EEGDataError) in try file.array(key) }
    return Tensor(array.floats, shape: Shape(array.shape))
}

/// Errors of files as errors of checkpoints.
func checkpointFile<Result>(_ body: () throws(EEGDataError) -> Result) throws(CheckpointError) -> Result {
    do { return try body() } catch { throw .file(error) }
}
