import EEGAugment
import EEGTensor
import Testing

@Suite struct ReproducibilityTests {
    static let names = ["F3", "F4", "C3", "C4", "Cz"]

    /// All augmentations of single windows of five channels.
    static func all(probability: Double) throws -> [any WindowAugmentation] {
        let positions = try #require(ElectrodePositions.standard(names))
        return [
            try TimeReverse(probability: probability), try SignFlip(probability: probability), try GaussianNoise(probability: probability),
            try AmplitudeScale(probability: probability), try ChannelsDropout(probability: probability, channelProbability: 0.9),
            try ChannelsShuffle(probability: probability, channelProbability: 1),
            try ChannelsSymmetry(probability: probability, channelNames: names), try ChannelsRereference(probability: probability),
            try SmoothTimeMask(probability: probability, length: 40), try MaskEncoding(probability: probability, segments: 3),
            try BandstopFilter(probability: probability, samplingRate: 100, bandwidth: 4),
            try FrequencyShift(probability: probability, samplingRate: 100), try FTSurrogate(probability: probability),
            try FTSurrogate(probability: probability, areChannelsIndependent: true),
            try SensorsRotation(probability: probability, positions: positions),
            try SensorsRotation(probability: probability, positions: positions, axis: .x),
            try SensorsRotation(probability: probability, positions: positions, axis: .y),
            try ChannelCorruption(Corruption(), probability: probability),
        ]
    }

    @Test(arguments: [256, 255])
    func theSameForAnyBatchSizeAndNumberOfThreads(samples: Int) throws {
        let batch = noiseBatch(24, channels: 5, samples: samples)
        for augmentation in try Self.all(probability: 0.6) {
            let expected = try EEGRuntime.with(threads: 1) { try augmented(batch, by: augmentation, epoch: 3) }
            #expect(expected.signals != batch.signals, "\(augmentation) changes something")
            for threads in 2...3 {
                let found = try EEGRuntime.with(threads: threads) { try augmented(batch, by: augmentation, epoch: 3) }
                #expect(found.signals == expected.signals, "\(augmentation), \(threads) threads")
            }
            for size in [1, 7, 24] {
                for start in stride(from: 0, to: 24, by: size) {
                    let range = start..<min(start + size, 24)
                    let found = try augmented(batch.part(range), by: augmentation, epoch: 3, place: start)
                    #expect(found.signals == expected.part(range).signals, "\(augmentation), batches of \(size), at \(start)")
                }
            }
        }
    }

    @Test func otherSeedsAndEpochsGiveOtherNumbers() throws {
        let batch = noiseBatch(4, channels: 2, samples: 50)
        let noise = try GaussianNoise(probability: 1)
        let first = try augmented(batch, by: noise)
        #expect(try augmented(batch, by: noise).signals == first.signals)
        #expect(try augmented(batch, by: noise, epoch: 1).signals != first.signals)
        #expect(try augmented(batch, by: noise, seed: 8).signals != first.signals)
        // The same augmentation twice draws twice.
        let twice = try augmented(batch, by: noise, noise)
        let variance = zip(twice.signals.scalars, batch.signals.scalars).map { Double($0 - $1) }.variance
        #expect(abs(variance - 0.02) < 0.004)
    }

    @Test func probabilities() throws {
        let batch = noiseBatch(400, channels: 5, samples: 60)
        for augmentation in try Self.all(probability: 0) {
            #expect(try augmented(batch, by: augmentation).signals == batch.signals, "\(augmentation)")
        }
        func changed(_ augmentation: any Augmentation) throws -> Int {
            let result = try augmented(batch, by: augmentation)
            return (0..<400).count { result.part($0..<($0 + 1)).signals != batch.part($0..<($0 + 1)).signals }
        }
        #expect(try changed(SignFlip(probability: 1)) == 400)
        #expect(try (75...125).contains(changed(SignFlip(probability: 0.25))), "6 standard deviations")
    }

    @Test(arguments: [1, 2, 3, 5, 64, 101])
    func oneChannelAndShortWindows(samples: Int) throws {
        let batch = noiseBatch(6, channels: 1, samples: samples)
        let augmentations: [any Augmentation] = [
            try TimeReverse(probability: 1), try SignFlip(probability: 1), try GaussianNoise(probability: 1),
            try AmplitudeScale(probability: 1),
            try ChannelsDropout(probability: 1), try ChannelsShuffle(probability: 1), try ChannelsRereference(probability: 1),
            try ChannelsSymmetry(probability: 1, channelNames: ["C3"]), try SmoothTimeMask(probability: 1, length: 1),
            try MaskEncoding(probability: 1, maximumRatio: 1), try BandstopFilter(probability: 1, samplingRate: 100),
            try FrequencyShift(probability: 1, samplingRate: 100), try FTSurrogate(probability: 1), try ChannelCorruption(Corruption()),
            try Mixup(alpha: 0.3, classes: 3), try SegmentationReconstruction(probability: 1),
            try SensorsRotation(probability: 1, positions: #require(ElectrodePositions.standard(["Cz"]))),
        ]
        for augmentation in augmentations {
            let result = try augmented(batch, by: augmentation)
            #expect(result.signals.shape == batch.signals.shape && result.signals.scalars.allSatisfy(\.isFinite), "\(augmentation)")
        }
    }

    @Test func sourcesAreTransformed() throws {
        let batch = noiseBatch(10, channels: 3, samples: 40)
        let pipeline = AugmentationPipeline(
            [try GaussianNoise(probability: 0.5), try TimeReverse(probability: 0.5)], generator: Generator(seed: 1))
        func epoch(_ batches: [Batch]) throws -> [Float] {
            var values: [Float] = []
            try batches.transformed(by: pipeline).forEachBatch(epoch: 2) { values += $0.signals.scalars }
            return values
        }
        let whole = try epoch([batch])
        let parts = try epoch([batch.part(0..<3), batch.part(3..<4), batch.part(4..<10)])
        #expect(whole == parts)
        #expect([batch].transformed(by: pipeline).batchCount == 1)
    }

    @Test func failuresOfUsersAugmentationsAreThrown() throws {
        struct Failure: Error, Equatable { let window: Int }
        struct Failing: WindowAugmentation {
            let probability = 1.0
            func augment(_ window: SignalWindow, using generator: inout Generator) throws {
                if window.elements[0] >= 10 { throw Failure(window: Int(window.elements[0])) }
            }
        }
        let batch = Batch(signals: Tensor((0..<4000).map { Float($0 / 100) }, shape: [40, 1, 100]), labels: Array(repeating: 0, count: 40))
        for threads in 1...3 {
            _ = EEGRuntime.with(threads: threads) { #expect(throws: Failure(window: 10)) { try augmented(batch, by: Failing()) } }
        }
    }
}
