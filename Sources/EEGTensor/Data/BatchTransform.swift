/// A change of batches on their way from a source to a model, such as augmentation.
///
/// Random numbers must come from the epoch and a window's place in it, never from the order of calls: then results are the same for any number
/// of worker threads.
public protocol BatchTransform: Sendable {
    /// Changes a batch.
    ///
    /// - Parameters:
    ///   - epoch: the epoch the batch is a part of.
    ///   - place: the place of the first window in the order of that epoch; the others follow.
    func transform(_ batch: inout Batch, epoch: Int, place: Int) throws
}

/// The batches of a source, each changed as it is handed out, on the calling thread.
public struct TransformedBatches<Source: BatchSource>: BatchSource {
    public let source: Source
    public let transform: any BatchTransform

    public var batchCount: Int? { source.batchCount }

    public func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws {
        var place = 0
        try source.forEachBatch(epoch: epoch) { batch in
            var changed = batch
            try transform.transform(&changed, epoch: epoch, place: place)
            place += batch.count
            try body(changed)
        }
    }
}

extension BatchSource {
    /// The same batches, each changed by `transform` as it is handed out.
    public func transformed(by transform: some BatchTransform) -> TransformedBatches<Self> {
        TransformedBatches(source: self, transform: transform)
    }
}
