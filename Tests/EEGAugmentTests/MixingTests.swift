import EEGAugment
import EEGTensor
import Foundation
import Testing

@Suite struct MixingTests {
    /// Windows whose samples are all equal to the number of the window, with classes 0, 1, 2, 0 …
    private func numbered(_ count: Int, samples: Int = 6) -> Batch {
        Batch(
            signals: Tensor((0..<count).flatMap { [Float](repeating: Float($0), count: 2 * samples) }, shape: [count, 2, samples]),
            labels: (0..<count).map { $0 % 3 })
    }

    @Test(arguments: [0.2, 1, 4])
    func betaNumbers(alpha: Double) {
        var generator = Generator(seed: 3)
        let numbers = (0..<40_000).map { _ in generator.beta(alpha) }
        #expect(numbers.allSatisfy { (0...1).contains($0) } && abs(numbers.mean - 0.5) < 0.01)
        #expect(abs(numbers.variance - 1 / (4 * (2 * alpha + 1))) < 0.004)
    }

    @Test func windowsAndTargetsAreMixedAlike() throws {
        let batch = numbered(64)
        for drawsEachWindow in [false, true] {
            let result = try augmented(batch, by: Mixup(alpha: 0.4, classes: 3, drawsEachWindow: drawsEachWindow))
            let targets = try #require(result.targets)
            #expect(targets.shape == [64, 3] && result.labels == batch.labels)
            var shares: Set<Float> = []
            for window in 0..<64 {
                let row = (0..<3).map { targets[window, $0] }
                #expect(abs(row.reduce(0, +) - 1) < 1e-6 && row.allSatisfy { $0 >= 0 })
                let mixed = result.channel(window, 0)
                #expect(mixed.allSatisfy { $0 == mixed[0] })
                if row[window % 3] < 1 { shares.insert(row[window % 3]) }
            }
            #expect(drawsEachWindow ? shares.count > 20 : shares.count <= 2)
            // A permutation: each window is the other one of exactly one window.
            #expect(drawsEachWindow || abs(Double(result.signals.scalars.reduce(0, +)) - Double(batch.signals.scalars.reduce(0, +))) < 0.5)
            for threads in 1...3 {
                let again = try EEGRuntime.with(threads: threads) {
                    try augmented(batch, by: Mixup(alpha: 0.4, classes: 3, drawsEachWindow: drawsEachWindow))
                }
                #expect(again.signals == result.signals && again.targets == result.targets)
            }
        }
        let same = try augmented(batch, by: Mixup(alpha: 0, classes: 3))
        #expect(same.signals == batch.signals && same.targets?.argmax(axis: -1) == batch.labels)
    }

    @Test func targetsAreMixedAgain() throws {
        let values = Tensor((0..<8).map(Float.init), shape: [8, 1])
        let batch = Batch(signals: numbered(8).signals, targets: values)
        let result = try augmented(batch, by: Mixup(alpha: 1, classes: 1), Mixup(alpha: 1, classes: 1))
        let targets = try #require(result.targets)
        for window in 0..<8 { #expect(abs(targets[window, 0] - result.signals[window, 1, 3]) < 1e-5) }
        #expect(throws: AugmentationError.self) { try augmented(numbered(4), by: Mixup(alpha: 1, classes: 2)) }
    }

    @Test(arguments: [nil, 4, 6, 1])
    func segmentsComeFromWindowsOfTheSameClass(segments: Int?) throws {
        let batch = numbered(90, samples: 30)
        let result = try augmented(batch, by: SegmentationReconstruction(probability: 1, segments: segments))
        // The largest divisor of 30 up to its root is 5; with 4 the last segment has two samples more.
        let count = segments ?? 5
        let length = 30 / count
        var sources: Set<Double> = []
        for window in 0..<90 {
            let (first, second) = (result.channel(window, 0), result.channel(window, 1))
            #expect(first == second, "all channels from the same window")
            for segment in 0..<count {
                let range = (segment * length)..<(segment == count - 1 ? 30 : (segment + 1) * length)
                #expect(first[range].allSatisfy { $0 == first[range.lowerBound] } && Int(first[range.lowerBound]) % 3 == window % 3)
                sources.insert(first[range.lowerBound])
            }
        }
        #expect(sources.count > 50 && result.labels == batch.labels)
    }

    @Test func segmentationNeedsLabels() throws {
        let values = Batch(signals: numbered(4).signals, targets: Tensor(zeros: [4, 1]))
        #expect(throws: AugmentationError.self) { try augmented(values, by: SegmentationReconstruction(probability: 1)) }
        #expect(throws: AugmentationError.self) { try augmented(numbered(4), by: SegmentationReconstruction(probability: 1, segments: 7)) }
    }
}
