import EEGAugment
import EEGTensor
import Testing

@Suite struct CorruptionTests {
    /// Windows of silence, so that what is left is the noise.
    private func silence(_ count: Int, channels: Int = 4, samples: Int = 3000, recordings: Int = 1) -> Batch {
        var batch = Batch(signals: Tensor(zeros: [count, channels, samples]), labels: [Int](repeating: 0, count: count))
        batch.recordings = (0..<count).map { $0 * recordings / count }
        return batch
    }

    @Test func trainingWindowsAreEachCorruptedInTheirOwnWay() throws {
        let batch = silence(2000, samples: 200)
        let result = try augmented(batch, by: ChannelCorruption(Corruption()))
        var hits = [Int](repeating: 0, count: 5)
        var variances: [Double] = [], deviations: [Double] = []
        for window in 0..<2000 {
            let corrupted = (0..<4).map { result.channel(window, $0) }.filter { $0.contains { $0 != 0 } }
            hits[corrupted.count] += 1
            variances += corrupted.map(\.variance)
            deviations += corrupted.map { $0.variance.squareRoot() }
        }
        // Each channel with probability 1/2: binomial, 6.25 % of windows stay clean.
        for (count, expected) in zip(hits, [0.0625, 0.25, 0.375, 0.25, 0.0625]) { #expect(abs(Double(count) / 2000 - expected) < 0.04) }
        // E η² E σ² = 7/12 · 1300 µV².
        #expect(abs(variances.mean - 758.3) < 25)
        #expect((deviations.min() ?? 0) > 8.5 && (deviations.max() ?? 100) < 58, "0.5 · 20 to 1 · 50, give or take the sampling of 200")
    }

    @Test func halfOfTheSignalVarianceIsKeptAsThePaperSays() throws {
        // A signal of variance 300 under noise: (1 - η)² 300 + η² σ², on average 300/12 + 758.3.
        var generator = Generator(seed: 4)
        let signals = Tensor(normalWithMean: 0, standardDeviation: Float(300).squareRoot(), shape: [1500, 4, 200], using: &generator)
        let batch = Batch(signals: signals, labels: [Int](repeating: 0, count: 1500))
        let result = try augmented(batch, by: ChannelCorruption(Corruption(channels: .fixed([true, false, true, false]))))
        let variances = (0..<1500).flatMap { window in [0, 2].map { result.channel(window, $0).variance } }
        #expect(abs(variances.mean - 783.3) < 30)
        for window in 0..<1500 { #expect(result.channel(window, 1) == batch.channel(window, 1)) }
    }

    @Test func oneStrengthForAllChannelsOfAWindow() throws {
        let ones = Batch(signals: Tensor(ones: [50, 4, 20]), labels: [Int](repeating: 0, count: 50))
        let result = try augmented(ones, by: ChannelCorruption(Corruption(channels: .random(probability: 1), noise: 0...0)))
        for window in 0..<50 {
            let kept = result.channel(window, 0)[0]
            #expect((0...0.5).contains(kept) && (0..<4).allSatisfy { result.channel(window, $0).allSatisfy { $0 == kept } })
        }
        #expect(Set((0..<50).map { result.channel($0, 0)[0] }).count == 50)
    }

    @Test func theSameChannelsWhateverTheLength() throws {
        func mask(_ samples: Int) throws -> [Bool] {
            let result = try augmented(silence(30, samples: samples), by: ChannelCorruption(Corruption()))
            return (0..<30).flatMap { window in (0..<4).map { result.channel(window, $0)[0] != 0 } }
        }
        #expect(try mask(50) == mask(300))
    }

    @Test func ownStandardDeviation() throws {
        let batch = noiseBatch(40, channels: 2, samples: 2000)
        let corruption = try Corruption(channels: .random(probability: 1), strength: 1...1, noise: nil)
        let result = try augmented(batch, by: ChannelCorruption(corruption))
        let ratios = (0..<40).map { result.channel($0, 1).variance / batch.channel($0, 1).variance }
        #expect(abs(ratios.mean - 1) < 0.03)
    }

    /// Channels and noise levels that the authors' programs draw for the first recordings with the seed 87.
    @Test func publishedMasks() throws {
        let corruption = try RecordingCorruption(recordings: 6, channels: 4, randomness: .asPublished(seed: 87))
        let masks = ["1110", "1111", "1001", "0001", "0100", "0011"]
        let levels = [
            [27.2223, 46.0593, 36.4236], [30.0171, 25.4873, 30.8738, 32.0557], [21.8675, 32.5763], [20.317], [39.6173], [26.8086, 39.1368],
        ]
        for (event, (mask, level)) in zip(corruption.events[0], zip(masks, levels)) {
            #expect(event.isCorrupted.map { $0 ? "1" : "0" }.joined() == mask)
            let noise = try #require(event.noise).filter { $0 > 0 }
            #expect(noise.count == level.count && zip(noise, level).allSatisfy { abs($0 - $1) < 6e-5 })
        }
        #expect(corruption.strengths == [0, 0.25, 0.5, 0.75, 1] && corruption.events.count == 5)
        #expect(zip(corruption.events, corruption.strengths).allSatisfy { $0.allSatisfy { [strength = $1] in $0.strength == strength } })
        // The stream runs on: other masks at the next strength, unless they are shared.
        #expect(corruption.events[0].map(\.isCorrupted) != corruption.events[1].map(\.isCorrupted))
        let shared = try RecordingCorruption(recordings: 6, channels: 4, sharesMasks: true, randomness: .asPublished(seed: 87))
        #expect(shared.events.allSatisfy { $0.map(\.isCorrupted) == corruption.events[0].map(\.isCorrupted) })
        #expect(shared.events[4].allSatisfy { $0.strength == 1 })
    }

    @Test(arguments: [0, 1])
    func recordingsAreCorruptedAsAWhole(published: Int) throws {
        let randomness: RecordingCorruption.Randomness = published == 1 ? .asPublished(seed: 87) : .corrected(Generator(seed: 87))
        let corruption = try RecordingCorruption(recordings: 5, channels: 4, randomness: randomness)
        let batch = silence(100, recordings: 5)
        var untouched = batch
        try corruption.transform(strengthIndex: 0).transform(&untouched, epoch: 0, place: 0)
        #expect(untouched.signals == batch.signals, "a strength of 0 changes nothing")
        var result = batch
        try corruption.transform(strengthIndex: 4).transform(&result, epoch: 0, place: 0)
        for recording in 0..<5 {
            let event = corruption.events[4][recording]
            for channel in 0..<4 {
                let windows = (0..<20).map { result.channel(recording * 20 + $0, channel) }
                let deviation = (windows.map(\.variance).mean).squareRoot()
                let level = event.noise?[channel] ?? 0
                #expect(abs(deviation - level) <= 0.02 * level)
                if event.isCorrupted[channel] {
                    #expect((20...50).contains(level) && Set(windows.map { $0[0] }).count == 20, "fresh noise in each window")
                } else {
                    #expect(windows.allSatisfy { $0.allSatisfy { $0 == 0 } })
                }
            }
        }
        // The same in parts, in every epoch, and on several threads.
        for threads in 1...3 {
            try EEGRuntime.with(threads: threads) {
                for range in [0..<30, 30..<31, 31..<100] {
                    var part = batch.part(range)
                    try corruption.transform(strengthIndex: 4).transform(&part, epoch: 5, place: range.lowerBound)
                    #expect(part.signals == result.part(range).signals)
                }
            }
        }
    }

    @Test func corruptionIsAConvexMix() throws {
        let corruption = try RecordingCorruption(
            recordings: 1, channels: 2, strengths: [0.75], channelProbability: 1, noise: 10...10, randomness: .corrected(Generator(seed: 2))
        )
        var batch = Batch(signals: Tensor(repeating: 100, shape: [10, 2, 2000]), labels: [Int](repeating: 0, count: 10))
        batch.recordings = [Int](repeating: 0, count: 10)
        try corruption.transform(strengthIndex: 0).transform(&batch, epoch: 0, place: 0)
        let samples = batch.signals.scalars.map(Double.init)
        #expect(abs(samples.mean - 25) < 0.15 && abs(samples.variance - 56.25) < 1.5)
    }

    @Test func unsuitableBatches() throws {
        let corruption = try RecordingCorruption(recordings: 2, channels: 4, randomness: .corrected(Generator(seed: 1)))
        func apply(_ batch: Batch) throws {
            var batch = batch
            try corruption.transform(strengthIndex: 1).transform(&batch, epoch: 0, place: 0)
        }
        var unknown = silence(3, samples: 5)
        unknown.recordings = []
        #expect(throws: AugmentationError.self) { try apply(unknown) }
        unknown.recordings = [0, 1, 2]
        #expect(throws: AugmentationError.self) { try apply(unknown) }
        #expect(throws: AugmentationError.self) { try apply(silence(2, channels: 3, samples: 5)) }
        let fixed = try ChannelCorruption(Corruption(channels: .fixed([true])))
        #expect(throws: AugmentationError.self) { try augmented(silence(2, samples: 5), by: fixed) }
    }
}
