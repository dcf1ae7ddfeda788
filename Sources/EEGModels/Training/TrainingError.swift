internal import EEGTensor

/// Why training or evaluation cannot go on.
public enum TrainingError: Error, Sendable, Equatable {
    /// A setting is out of its range.
    case invalidSetting(name: String, expected: String, found: String)
    /// The source gave no batches, or one without windows.
    case empty(what: String)
    /// A batch does not fit the model: windows `[channel, time]`.
    case shapeMismatch(expected: [Int], found: [Int])
    /// Labels or targets do not fit what the model gives, `[batch, …]`; `found` is empty where there are no targets.
    case targetMismatch(output: [Int], found: [Int])
    /// A class that the model does not have.
    case labelOutOfRange(label: Int, classes: Int)
    /// A value that is not a finite number.
    case notFinite(what: String, epoch: Int, batch: Int)
    /// The program was asked to stop, as by Ctrl-C; the run is saved in this file and can be resumed.
    case interrupted(checkpoint: String)
}

extension TrainingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidSetting(let name, let expected, let found): "\(name) must be \(expected), got \(found)"
        case .empty(let what): "\(what) is empty"
        case .shapeMismatch(let expected, let found): "windows of shape \(found) do not fit a model for \(expected) (channels, samples)"
        case .targetMismatch(let output, let found):
            found.isEmpty
                ? "the loss needs targets for outputs of shape \(output), the batch has none"
                : "labels or targets of shape \(found) do not fit outputs of shape \(output)"
        case .labelOutOfRange(let label, let classes): "label \(label) is not among the \(classes) classes 0 to \(classes - 1)"
        case .notFinite(let what, let epoch, let batch): "\(what) is not a finite number in epoch \(epoch + 1), batch \(batch + 1)"
        case .interrupted(let checkpoint): "interrupted; the run is saved in \(checkpoint)"
        }
    }
}

/// Checks what comes from outside before it reaches the model.
func check(_ batch: Batch, for shape: SignalShape, epoch: Int, number: Int) throws(TrainingError) {
    guard batch.count > 0 else { throw .empty(what: "batch \(number + 1)") }
    let found = [batch.signals.shape[1], batch.signals.shape[2]]
    guard found == [shape.channels, shape.samples] else { throw .shapeMismatch(expected: [shape.channels, shape.samples], found: found) }
    let classes = Evaluation.classes(outputs: shape.outputs)
    for label in batch.labels where label < 0 || label >= classes {
        throw .labelOutOfRange(label: label, classes: classes)
    }
    guard batch.signals.hasOnlyFiniteValues else { throw .notFinite(what: "a signal", epoch: epoch, batch: number) }
    guard batch.targets?.hasOnlyFiniteValues ?? true else { throw .notFinite(what: "a target", epoch: epoch, batch: number) }
}

extension Tensor {
    /// Whether all elements are finite numbers.
    var hasOnlyFiniteValues: Bool {
        // A sum is finite only if every summand is; squares can exceed the range where elements do not.
        sumOfSquares.isFinite || withUnsafeBufferPointer { $0.allSatisfy(\.isFinite) }
    }
}
