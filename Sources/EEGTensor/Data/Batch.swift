/// Windows of signals with what is to be predicted for them: classes, or values.
public struct Batch: Sendable {
    /// `[batch, channel, time]`.
    public var signals: Tensor
    /// For each window its class, counted from 0, or a class for each of its steps, `[batch, step]` in row-major order; empty where there are
    /// `targets` alone.
    public var labels: [Int]
    /// `[batch, …]`: values for a regression, or the probabilities of classes.
    public var targets: Tensor?
    /// For each window the number of the recording it comes from; empty where the source does not tell.
    public var recordings: [Int] = []

    /// Windows with classes.
    ///
    /// - Precondition: there are as many labels as windows, or a multiple of them.
    public init(signals: Tensor, labels: [Int]) {
        require(signals.rank == 3, "Batch: signals must be [batch, channel, time], their shape is \(signals.shape)")
        let windows = signals.shape[0]
        require(
            windows == 0 ? labels.isEmpty : labels.count >= windows && labels.count % windows == 0,
            "Batch: signals of shape \(signals.shape) but \(labels.count) labels")
        self.signals = signals
        self.labels = labels
    }

    /// Windows with values.
    ///
    /// - Precondition: the first axis of both is the batch.
    public init(signals: Tensor, targets: Tensor) {
        require(signals.rank == 3, "Batch: signals must be [batch, channel, time], their shape is \(signals.shape)")
        require(
            targets.rank >= 1 && targets.shape[0] == signals.shape[0],
            "Batch: signals of shape \(signals.shape) but targets of shape \(targets.shape)")
        self.signals = signals
        self.targets = targets
        labels = []
    }

    /// The number of windows.
    public var count: Int { signals.shape[0] }
}

/// Where training and evaluation take their batches from.
public protocol BatchSource: Sendable {
    /// The number of batches of an epoch, where it is known: for showing how far training is.
    var batchCount: Int? { get }

    /// Calls `body` with one batch after the other, all windows once.
    ///
    /// - Parameter epoch: decides the order, so that a repeated epoch is the same.
    /// - Throws: what reading the data throws, and what `body` throws.
    func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws
}

extension BatchSource {
    public var batchCount: Int? { nil }
}

/// Batches in memory, in the same order at every epoch.
extension Array: BatchSource where Element == Batch {
    public var batchCount: Int? { count }

    public func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws {
        for batch in self { try body(batch) }
    }
}
