/// Windows of signals with their classes.
public struct Batch: Sendable {
    /// `[batch, channel, time]`.
    public var signals: Tensor
    /// For each window its class, counted from 0.
    public var labels: [Int]

    /// - Precondition: there are as many labels as windows.
    public init(signals: Tensor, labels: [Int]) {
        require(signals.rank == 3, "Batch: signals must be [batch, channel, time], their shape is \(signals.shape)")
        require(signals.shape[0] == labels.count, "Batch: signals of shape \(signals.shape) but \(labels.count) labels")
        self.signals = signals
        self.labels = labels
    }

    /// The number of windows.
    public var count: Int { labels.count }
}

/// Where training and evaluation take their batches from.
public protocol BatchSource: Sendable {
    /// Calls `body` with one batch after the other, all windows once.
    ///
    /// - Parameter epoch: decides the order, so that a repeated epoch is the same.
    /// - Throws: what reading the data throws, and what `body` throws.
    func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws
}

/// Batches in memory, in the same order at every epoch.
extension Array: BatchSource where Element == Batch {
    public func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws {
        for batch in self { try body(batch) }
    }
}
