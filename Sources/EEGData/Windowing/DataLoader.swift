public import EEGTensor

/// Batches of windows, read when they are needed, in an order that depends on seed and epoch only.
public struct DataLoader: BatchSource {
    public let windows: WindowSet
    public let batchSize: Int
    /// Applied to every batch; fit it on the training windows.
    public let standardization: Standardization?
    /// Where the order of each epoch comes from; nil for the order of time.
    public let shuffling: Generator?

    /// - Throws: `EEGDataError` where the batch size is not positive or there are no windows.
    public init(
        _ windows: WindowSet, batchSize: Int, standardization: Standardization? = nil, shuffling: Generator? = nil
    ) throws(EEGDataError) {
        guard batchSize > 0 else { throw .invalidArgument(name: "batch size", expected: "at least 1", found: "\(batchSize)") }
        guard windows.count > 0 else { throw .empty(what: "data loader", reason: "there are no windows") }
        self.windows = windows
        self.batchSize = batchSize
        self.standardization = standardization
        self.shuffling = shuffling
    }

    /// The numbers of the windows in the order of an epoch.
    public func order(epoch: Int) -> [Int] {
        guard var generator = shuffling?.stream("epoch", epoch) else { return Array(0..<windows.count) }
        return (0..<windows.count).shuffled(using: &generator)
    }

    /// Calls `body` with the batches of an epoch; the last one holds what remains.
    public func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws {
        let order = order(epoch: epoch)
        for start in stride(from: 0, to: order.count, by: batchSize) {
            let indices = Array(order[start..<min(start + batchSize, order.count)])
            var signals = try windows.signals(of: indices)
            if let standardization { signals = standardization(signals) }
            try body(Batch(signals: signals, labels: indices.map { windows.windows[$0].label }))
        }
    }
}
