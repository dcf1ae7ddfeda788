internal import EEGFiles
internal import EEGTensor

extension Model {
    /// Writes all parameters and buffers as safetensors with PyTorch's names, and what kind of model they belong to. A file of that name is
    /// replaced as a whole or stays as it was.
    ///
    /// PyTorch reads it with `model.load_state_dict(safetensors.torch.load_file("model.safetensors"))`.
    ///
    /// - Throws: `CheckpointError` where the file cannot be written.
    public func save(to path: String) throws(CheckpointError) {
        try writeCheckpoint(savedTensors, metadata: checkpointMetadata, to: path)
    }

    /// The parameters and buffers under their names.
    var savedTensors: [(name: String, array: NumericArray)] {
        (scope.store.parameters + scope.store.buffers).map { ($0.name, NumericArray($0.value)) }
    }
}

func writeCheckpoint(
    _ tensors: [(name: String, array: NumericArray)], metadata: [String: String], to path: String
) throws(CheckpointError) {
    try checkpointFile { () throws(EEGDataError) in try SafetensorsFile.write(tensors, metadata: metadata, to: path) }
}

extension NumericArray {
    init(_ tensor: Tensor) { self.init(shape: Array(tensor.shape), values: .float(tensor.scalars)) }
}
