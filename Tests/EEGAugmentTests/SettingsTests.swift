import EEGAugment
import EEGTensor
import Testing

@Suite struct SettingsTests {
    @Test(arguments: [-0.1, 1.1, Double.nan])
    func probabilities(probability: Double) throws {
        let positions = try #require(ElectrodePositions.standard(["C3", "C4"]))
        func expectRefusal(_ make: () throws -> any Augmentation, sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(throws: AugmentationError.self, sourceLocation: sourceLocation) { try make() }
        }
        expectRefusal { try TimeReverse(probability: probability) }
        expectRefusal { try SignFlip(probability: probability) }
        expectRefusal { try GaussianNoise(probability: probability) }
        expectRefusal { try AmplitudeScale(probability: probability) }
        expectRefusal { try ChannelsDropout(probability: probability) }
        expectRefusal { try ChannelsDropout(probability: 1, channelProbability: probability) }
        expectRefusal { try ChannelsShuffle(probability: probability) }
        expectRefusal { try ChannelsShuffle(probability: 1, channelProbability: probability) }
        expectRefusal { try ChannelsSymmetry(probability: probability, channelNames: ["C3"]) }
        expectRefusal { try ChannelsRereference(probability: probability) }
        expectRefusal { try SmoothTimeMask(probability: probability) }
        expectRefusal { try MaskEncoding(probability: probability) }
        expectRefusal { try MaskEncoding(probability: 1, maximumRatio: probability) }
        expectRefusal { try BandstopFilter(probability: probability, samplingRate: 100) }
        expectRefusal { try FrequencyShift(probability: probability, samplingRate: 100) }
        expectRefusal { try FTSurrogate(probability: probability) }
        expectRefusal { try FTSurrogate(probability: 1, phaseNoiseMagnitude: Float(probability)) }
        expectRefusal { try SensorsRotation(probability: probability, positions: positions) }
        expectRefusal { try SegmentationReconstruction(probability: probability) }
        expectRefusal { try ChannelCorruption(Corruption(), probability: probability) }
        expectRefusal { try ChannelCorruption(Corruption(channels: .random(probability: probability))) }
    }

    @Test func otherSettings() throws {
        #expect(throws: AugmentationError.self) { try GaussianNoise(probability: 1, standardDeviation: -1) }
        #expect(throws: AugmentationError.self) { try AmplitudeScale(probability: 1, factors: 0...Float.infinity) }
        #expect(throws: AugmentationError.self) { try AmplitudeScale(probability: 1, factors: -3e38...3e38) }
        #expect(throws: AugmentationError.self) { try ChannelsSymmetry(probability: 1, channelNames: ["C3", "C3"]) }
        #expect(throws: AugmentationError.self) { try SmoothTimeMask(probability: 1, length: 0) }
        #expect(throws: AugmentationError.self) { try MaskEncoding(probability: 1, segments: 0) }
        #expect(throws: AugmentationError.self) { try BandstopFilter(probability: 1, samplingRate: 100, bandwidth: 48) }
        #expect(throws: AugmentationError.self) { try BandstopFilter(probability: 1, samplingRate: 100, bandwidth: 0) }
        #expect(throws: AugmentationError.self) { try BandstopFilter(probability: 1, samplingRate: 0) }
        #expect(throws: AugmentationError.self) { try BandstopFilter(probability: 1, samplingRate: 100, maximumFrequency: .nan) }
        #expect(throws: AugmentationError.self) { try FrequencyShift(probability: 1, samplingRate: .infinity) }
        #expect(throws: AugmentationError.self) { try FrequencyShift(probability: 1, samplingRate: 100, maximumShift: -1) }
        #expect(throws: AugmentationError.self) { try Mixup(alpha: -1, classes: 2) }
        #expect(throws: AugmentationError.self) { try Mixup(alpha: .leastNonzeroMagnitude, classes: 2) }
        #expect(throws: AugmentationError.self) { try Mixup(alpha: 1, classes: 0) }
        #expect(throws: AugmentationError.self) { try SegmentationReconstruction(probability: 1, segments: 0) }
        #expect(throws: AugmentationError.self) { try Corruption(strength: 0.5...1.5) }
        #expect(throws: AugmentationError.self) { try Corruption(noise: -1...2) }
        let positions = ElectrodePositions(names: ["a"], positions: [.init(x: 0, y: 0, z: 0)])
        #expect(throws: AugmentationError.self) { try SensorsRotation(probability: 1, positions: positions) }
        let none = ElectrodePositions(names: [], positions: [])
        #expect(throws: AugmentationError.self) { try SensorsRotation(probability: 1, positions: none) }
        let generator = RecordingCorruption.Randomness.corrected(Generator(seed: 1))
        #expect(throws: AugmentationError.self) { try RecordingCorruption(recordings: 0, channels: 4, randomness: generator) }
        #expect(throws: AugmentationError.self) {
            try RecordingCorruption(recordings: 1, channels: 4, strengths: [], randomness: generator)
        }
        #expect(throws: AugmentationError.self) {
            try RecordingCorruption(recordings: 1, channels: 4, strengths: [2], randomness: generator)
        }
    }

    @Test func errorsTellWhatIsWrong() throws {
        let error = #expect(throws: AugmentationError.self) { try TimeReverse(probability: 2) }
        #expect(error?.description == "probability must be 0 to 1, got 2.0")
        let mismatch = #expect(throws: AugmentationError.self) {
            try augmented(noiseBatch(1, channels: 2, samples: 20), by: SmoothTimeMask(probability: 1))
        }
        #expect(mismatch?.description == "SmoothTimeMask needs at least 100 samples, the windows are [2, 20] (channels, samples)")
    }
}
