internal import EEGTensor

/// A change of single windows `[channel, time]`, each with random numbers of its own.
struct WindowTransform: BatchTransform {
    let generator: Generator
    let body: @Sendable (Tensor, inout Generator) throws -> Tensor

    func transform(_ batch: inout Batch, epoch: Int, place: Int) throws {
        let shape = batch.signals.shape
        let size = shape[1] * shape[2]
        var results: [Tensor] = []
        for index in 0..<batch.count {
            let window = Tensor(unsafeUninitializedShape: [shape[1], shape[2]]) { target in
                batch.signals.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0[(index * size)..<((index + 1) * size)]) }
            }
            var generator = generator.stream("epoch", epoch).stream("window", place + index)
            let result = try body(window, &generator)
            guard result.rank == 2, results.isEmpty || result.shape == results[0].shape else {
                throw EEGDataError.invalidArgument(
                    name: "transformed window", expected: "[channel, time], all alike", found: "\(result.shape)")
            }
            results.append(result)
        }
        if !results.isEmpty { batch.signals = stacked(results) }
    }
}

/// Signals `[channel, time]` of one shape as `[window, channel, time]`.
private func stacked(_ signals: [Tensor]) -> Tensor {
    let shape = signals[0].shape
    let size = shape.elementCount
    return Tensor(unsafeUninitializedShape: [signals.count, shape[0], shape[1]]) { target in
        for (place, signal) in signals.enumerated() {
            signal.withUnsafeBufferPointer { _ = target[(place * size)...].update(fromContentsOf: $0) }
        }
    }
}
