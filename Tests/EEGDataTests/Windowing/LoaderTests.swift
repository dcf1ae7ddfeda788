import EEGData
import EEGTensor
import Foundation
import Synchronization
import Testing

@Suite struct LoaderTests {
    private func windows() throws -> WindowSet {
        let states = [Annotation(onset: 0, duration: 30, text: "x"), Annotation(onset: 30, duration: 5, text: "y")]
        return try WindowSet(of: (0..<3).map { try noiseRecording(seconds: 40, seed: UInt64($0), annotations: states) }) {
            recording throws(EEGDataError) in
            try recording.filtered(.lowPass(40)).resampled(to: 100).windows(inStates: ["x": 0, "y": 1], length: 1, stride: 1)
        }
    }

    private func batches(_ loader: DataLoader, epoch: Int = 0) throws -> [Batch] {
        var batches: [Batch] = []
        try loader.forEachBatch(epoch: epoch) { batches.append($0) }
        return batches
    }

    @Test func resultsDoNotDependOnTheNumberOfWorkers() throws {
        let windows = try windows()
        func load(workers: Int, prefetch: Int, batchSize: Int = 8) throws -> [Batch] {
            let loader = try DataLoader(windows, batchSize: batchSize, shuffling: Generator(seed: 5), workers: workers, prefetch: prefetch)
                .transformed(using: Generator(seed: 6)) { signal, generator in signal * Float.random(in: 0.5...2, using: &generator) }
            return try batches(loader, epoch: 2)
        }
        let expected = try load(workers: 0, prefetch: 1)
        #expect(expected.count == 14)
        for (workers, prefetch) in [(1, 4), (2, 2), (3, 8), (3, 1)] {
            let found = try load(workers: workers, prefetch: prefetch)
            let isEqual = zip(found, expected).allSatisfy { $0.signals == $1.signals && $0.labels == $1.labels }
            #expect(found.count == expected.count && isEqual, "\(workers) workers")
        }
        // Nor on the size of batches.
        let one = try load(workers: 2, prefetch: 4, batchSize: 200)[0].signals
        let firstOfLast = expected[13].signals[0, 1, 7]
        #expect(one[104, 1, 7] == firstOfLast)
    }

    @Test func batchesAreTransformedInOrder() throws {
        /// Notes the epoch, the place and the recording of each window in its first samples.
        struct Note: BatchTransform {
            func transform(_ batch: inout Batch, epoch: Int, place: Int) {
                let size = batch.signals.shape[1] * batch.signals.shape[2]
                let recordings = batch.recordings
                batch.signals.withUnsafeMutableBufferPointer { samples in
                    for (index, recording) in recordings.enumerated() {
                        samples[index * size] = Float(epoch)
                        samples[index * size + 1] = Float(place + index)
                        samples[index * size + 2] = Float(recording)
                    }
                }
            }
        }
        let windows = try windows()
        for workers in 0...2 {
            let loader = try DataLoader(windows, batchSize: 8, shuffling: Generator(seed: 5), workers: workers)
                .transformed(by: Note())
                .transformed(using: Generator(seed: 6)) { signal, _ in signal * 2 }
            let order = loader.order(epoch: 3)
            var place = 0
            for batch in try batches(loader, epoch: 3) {
                for window in 0..<batch.count {
                    let note = (0..<3).map { batch.signals[window, 0, $0] }
                    #expect(note == [6, 2 * Float(place), 2 * Float(windows.windows[order[place]].recording)])
                    place += 1
                }
            }
            #expect(place == 105)
        }
    }

    @Test func classesAreBalanced() throws {
        let windows = try windows()
        #expect(windows.classCounts == [90, 15])
        let loader = try DataLoader(windows, batchSize: 10, shuffling: Generator(seed: 1), sampling: .balanced(count: 60))
        let order = loader.order(epoch: 0)
        let counts = order.reduce(into: [0, 0]) { $0[windows.windows[$1].label] += 1 }
        #expect(counts == [30, 30])
        #expect(Set(order.filter { windows.windows[$0].label == 1 }).count == 15, "each window of the rare class")
        #expect(loader.order(epoch: 0) == order && loader.order(epoch: 1) != order)
        let weights = windows.windows.map { $0.label == 1 ? 1.0 : 0 }
        let weighted = try DataLoader(windows, batchSize: 10, shuffling: Generator(seed: 1), sampling: .weighted(weights, count: 500))
        #expect(weighted.order(epoch: 0).count == 500 && weighted.order(epoch: 0).allSatisfy { windows.windows[$0].label == 1 })
        #expect(abs(windows.classWeights[1] - 105 / 30) < 1e-6)
        #expect(throws: EEGDataError.self) { try DataLoader(windows, batchSize: 10, sampling: .balanced()) }
        #expect(throws: EEGDataError.self) {
            try DataLoader(windows, batchSize: 10, shuffling: Generator(seed: 1), sampling: .weighted([1]))
        }
    }

    @Test func theLastBatchCanBeLeftOut() throws {
        let windows = try windows()
        #expect(try batches(DataLoader(windows, batchSize: 50)).map(\.count) == [50, 50, 5])
        #expect(try batches(DataLoader(windows, batchSize: 50, dropsLast: true)).map(\.count) == [50, 50])
    }

    @Test func failuresReachTheCaller() throws {
        struct Stop: Error {}
        let windows = try windows()
        let failing = try DataLoader(windows, batchSize: 4, workers: 3).transformed(using: Generator(seed: 1)) { signal, _ in
            if signal[0, 0] > 5 { throw Stop() }
            return signal
        }
        #expect(throws: Stop.self) { try failing.forEachBatch(epoch: 0) { _ in } }
        let loader = try DataLoader(windows, batchSize: 4, workers: 3)
        var seen = 0
        #expect(throws: Stop.self) {
            try loader.forEachBatch(epoch: 0) { _ in
                seen += 1
                if seen == 3 { throw Stop() }
            }
        }
        #expect(seen == 3)
        #expect(throws: EEGDataError.self) { try DataLoader(windows, batchSize: 4, workers: -1) }
        #expect(throws: EEGDataError.self) { try DataLoader(windows, batchSize: 4, prefetch: 0) }
    }

    @Test func noMoreIsReadAheadThanAsked() throws {
        let windows = try windows()
        let made = Mutex(0)
        let loader = try DataLoader(windows, batchSize: 1, workers: 3, prefetch: 5).transformed(using: Generator(seed: 1)) { signal, _ in
            made.withLock { $0 += 1 }
            return signal
        }
        var taken = 0
        try loader.forEachBatch(epoch: 0) { _ in
            if taken == 0 { Thread.sleep(forTimeInterval: 0.3) }
            taken += 1
            let isBounded = made.withLock { $0 <= taken + 5 }
            #expect(isBounded)
        }
        #expect(taken == 105)
    }
}
