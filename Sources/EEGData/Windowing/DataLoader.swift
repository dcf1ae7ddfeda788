public import EEGTensor

/// Batches of windows, read ahead on threads of their own, in an order that depends on seed and epoch only.
///
/// ```swift
/// let training = try DataLoader(windows, batchSize: 32, shuffling: Generator(seed: 1), sampling: .balanced())
///     .transformed(using: Generator(seed: 2)) { signal, generator in signal * Float.random(in: 0.8...1.2, using: &generator) }
/// ```
public struct DataLoader: BatchSource {
    public let windows: WindowSet
    public let batchSize: Int
    /// Applied to every window before it is transformed; fit it on the training windows.
    public let standardization: Standardization?
    /// Where the order of each epoch comes from; nil for the order of time, each window once.
    public let shuffling: Generator?
    /// Which windows an epoch consists of.
    public let sampling: WindowSampling
    /// Whether a last batch that is not full is left out.
    public let dropsLast: Bool
    /// The threads that read ahead; 0 to read on the thread that uses the batches.
    public let workers: Int
    /// The most batches that are held ready or in work: what bounds the memory.
    public let prefetch: Int
    private var transforms: [any BatchTransform] = []

    /// - Throws: `EEGDataError` where a size is out of range, there are no windows, or sampling needs a generator and has none.
    public init(
        _ windows: WindowSet, batchSize: Int, standardization: Standardization? = nil, shuffling: Generator? = nil,
        sampling: WindowSampling = .all, dropsLast: Bool = false, workers: Int = 1, prefetch: Int = 4
    ) throws(EEGDataError) {
        guard (1...(1 << 40)).contains(batchSize) else {
            throw .invalidArgument(name: "batch size", expected: "1 to 2^40", found: "\(batchSize)")
        }
        guard (0...64).contains(workers) else { throw .invalidArgument(name: "workers", expected: "0 to 64", found: "\(workers)") }
        guard prefetch > 0 else { throw .invalidArgument(name: "prefetched batches", expected: "at least 1", found: "\(prefetch)") }
        guard windows.count > 0 else { throw .empty(what: "data loader", reason: "there are no windows") }
        try sampling.validate(for: windows)
        if case .all = sampling {
        } else if shuffling == nil {
            throw .invalidArgument(name: "shuffling", expected: "a generator for \(sampling)", found: "none")
        }
        self.windows = windows
        self.batchSize = batchSize
        self.standardization = standardization
        self.shuffling = shuffling
        self.sampling = sampling
        self.dropsLast = dropsLast
        self.workers = workers
        self.prefetch = prefetch
    }

    /// The loader with each batch changed as it is read, on the threads that read ahead: augmentation.
    ///
    /// Changes are made in the order in which they were asked for.
    public func transformed(by transform: some BatchTransform) -> DataLoader {
        var result = self
        result.transforms.append(transform)
        return result
    }

    /// The loader with each window changed as it is read, on the threads that read ahead.
    ///
    /// - Parameters:
    ///   - generator: each place in the order of each epoch gets a stream of its own, so that results depend neither on the number of workers nor
    ///     on the size of a batch.
    ///   - body: takes and returns a window `[channel, time]`; all results must have one shape.
    public func transformed(
        using generator: Generator, _ body: @escaping @Sendable (Tensor, inout Generator) throws -> Tensor
    ) -> DataLoader {
        transformed(by: WindowTransform(generator: generator, body: body))
    }

    /// The numbers of the windows in the order of an epoch.
    public func order(epoch: Int) -> [Int] {
        guard var generator = shuffling?.stream("epoch", epoch) else { return Array(0..<windows.count) }
        return sampling.order(of: windows, using: &generator)
    }

    public var batchCount: Int? {
        let count = sampling.count(of: windows)
        return dropsLast ? count / batchSize : (count + batchSize - 1) / batchSize
    }

    /// Calls `body` with the batches of an epoch, on the calling thread; the last one holds what remains.
    public func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws {
        let order = order(epoch: epoch)
        let count = dropsLast ? order.count / batchSize : (order.count + batchSize - 1) / batchSize
        let make: @Sendable (Int) throws -> Batch = { number in
            let places = (number * batchSize)..<min((number + 1) * batchSize, order.count)
            return try batch(of: order, places: places, epoch: epoch)
        }
        guard workers > 0 else {
            for number in 0..<count { try body(make(number)) }
            return
        }
        try forEachPrefetched(count, workers: workers, ahead: prefetch, make, body)
    }

    private func batch(of order: [Int], places: Range<Int>, epoch: Int) throws -> Batch {
        let indices = Array(order[places])
        var signals = try windows.signals(of: indices)
        if let standardization { signals = standardization(signals) }
        var batch = Batch(signals: signals, labels: indices.map { windows.windows[$0].label })
        batch.recordings = indices.map { windows.windows[$0].recording }
        for transform in transforms { try transform.transform(&batch, epoch: epoch, place: places.lowerBound) }
        return batch
    }
}
