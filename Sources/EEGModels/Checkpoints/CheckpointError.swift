public import EEGFiles

/// Why a checkpoint cannot be read or written. Every case names the file.
public enum CheckpointError: Error, Sendable, Equatable {
    /// The file cannot be read or written, or is no safetensors file.
    case file(EEGDataError)
    /// The names or shapes in the file are not those of the model.
    case keys(file: String, [KeyMismatch])
    /// A tensor has elements that no parameter can have.
    case elementType(file: String, key: String, found: String)
    /// What the file says about the model or the training run is missing, unreadable or does not fit.
    case metadata(file: String, key: String, expected: String, found: String)
}

/// A name that a model and a checkpoint do not agree on.
public enum KeyMismatch: Sendable, Equatable {
    /// The model has it, the file does not; `nearest` is the most similar name of the file that the model does not have.
    case missing(String, nearest: String?)
    /// The file has it, the model does not; `nearest` is the most similar name of the model that the file does not have.
    case unexpected(String, nearest: String?)
    /// Both have it, with other shapes.
    case shape(String, expected: [Int], found: [Int])
}

extension CheckpointError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .file(let error): return "\(error)"
        case .keys(let file, let mismatches):
            let shown = mismatches.prefix(20).map { "\n  \($0)" }.joined()
            let rest = mismatches.count > 20 ? "\n  and \(mismatches.count - 20) more" : ""
            return "\(file): the tensors are not those of the model:\(shown)\(rest)"
        case .elementType(let file, let key, let found):
            return "\(file): \(key): expected floating-point numbers, found elements of type \(found)"
        case .metadata(let file, let key, let expected, let found):
            return "\(file): metadata \"\(key)\": expected \(expected), found \(found)"
        }
    }
}

extension KeyMismatch: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let name, let nearest): "\(name) is missing" + (nearest.map { "; the file has \($0)" } ?? "")
        case .unexpected(let name, let nearest): "\(name) is not in the model" + (nearest.map { "; the model has \($0)" } ?? "")
        case .shape(let name, let expected, let found): "\(name) has the shape \(found), the model needs \(expected)"
        }
    }
}
