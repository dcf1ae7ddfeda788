/// Windows in memory with their classes, given out in batches in a new order at every epoch.
///
/// ```swift
/// let training = TensorDataset(signals: x, labels: y, batchSize: 32, shuffling: Generator(seed: 1))
/// ```
public struct TensorDataset: BatchSource {
    /// `[window, channel, time]`.
    public let signals: Tensor
    /// For each window its class, counted from 0.
    public let labels: [Int]
    public let batchSize: Int
    /// Where the order of each epoch comes from; nil: the order of the windows.
    public let shuffling: Generator?
    /// Whether windows that do not fill a batch are left out of the epoch.
    public let dropsLast: Bool

    /// - Precondition: there are as many labels as windows, and at least one window a batch.
    public init(signals: Tensor, labels: [Int], batchSize: Int, shuffling: Generator? = nil, dropsLast: Bool = false) {
        require(signals.rank == 3, "TensorDataset: signals must be [window, channel, time], their shape is \(signals.shape)")
        require(signals.shape[0] == labels.count, "TensorDataset: signals of shape \(signals.shape) but \(labels.count) labels")
        require(batchSize > 0, "TensorDataset: \(batchSize) windows a batch")
        self.signals = signals
        self.labels = labels
        self.batchSize = batchSize
        self.shuffling = shuffling
        self.dropsLast = dropsLast
    }

    /// The number of windows.
    public var count: Int { labels.count }

    public var batchCount: Int? { dropsLast ? count / batchSize : (count + batchSize - 1) / batchSize }

    /// The numbers of the windows in the order of an epoch.
    public func order(epoch: Int) -> [Int] {
        guard var generator = shuffling?.stream("epoch", epoch) else { return Array(labels.indices) }
        return labels.indices.shuffled(using: &generator)
    }

    public func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws {
        let order = order(epoch: epoch)
        for start in stride(from: 0, to: order.count, by: batchSize) {
            let indices = Array(order[start..<min(start + batchSize, order.count)])
            if dropsLast, indices.count < batchSize { return }
            try body(Batch(signals: signals.gathered(at: indices), labels: indices.map { labels[$0] }))
        }
    }
}
