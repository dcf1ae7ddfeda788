/// What is told about training while it runs, and can end it. All methods have defaults that do nothing.
public protocol TrainingCallback: Sendable {
    /// Called before the first batch; the history holds epochs where a run is resumed.
    func trainingWillBegin(_ history: TrainingHistory) throws

    /// Called after each batch of training.
    func batchDidEnd(_ report: BatchReport) throws

    /// Called after each epoch and its validation.
    ///
    /// - Parameter model: with the weights that were validated.
    /// - Returns: whether training goes on.
    func epochDidEnd(_ history: TrainingHistory, model: any Model) throws -> TrainingDecision

    /// Called at the end, also where training ends by an error, if `trainingWillBegin` was called and threw none.
    func trainingDidEnd(_ history: TrainingHistory)
}

extension TrainingCallback {
    public func trainingWillBegin(_ history: TrainingHistory) throws {}
    public func batchDidEnd(_ report: BatchReport) throws {}
    public func epochDidEnd(_ history: TrainingHistory, model: any Model) throws -> TrainingDecision { .goOn }
    public func trainingDidEnd(_ history: TrainingHistory) {}
}

/// Whether training goes on.
public enum TrainingDecision: Sendable, Hashable {
    case goOn, stop
}

/// What one batch of training gave.
public struct BatchReport: Sendable {
    /// Counted from 1.
    public let epoch: Int
    public let epochs: Int
    /// Counted from 1 in each epoch.
    public let batch: Int
    /// Batches of an epoch, where that is known.
    public let batchCount: Int?
    /// The mean loss of the batch.
    public let loss: Double
    /// The norm of the batch's gradients before they were clipped.
    public let gradientNorm: Double
    /// Windows of the epoch so far.
    public let windowCount: Int
    /// The optimiser's, before any group's own.
    public let learningRate: Double
}
