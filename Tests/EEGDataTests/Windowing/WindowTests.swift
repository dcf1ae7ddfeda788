import EEGData
import EEGTensor
import Foundation
import Testing

/// Sample k of channel c is `1000 c + k`, at 100 Hz.
private func ramp(_ count: Int, channels: Int = 2, annotations: [Annotation]) throws -> Recording {
    try Recording(
        channels: (0..<channels).map { Channel(label: "C\($0)", samplingRate: 100, sampleCount: count) },
        samples: (0..<channels).map { channel in (0..<count).map { Float(1000 * channel + $0) } }, annotations: annotations)
}

@Suite struct WindowTests {
    private let states = [
        Annotation(onset: 0, duration: 2, text: "open"), Annotation(onset: 2, duration: 3, text: "closed"),
        Annotation(onset: 1, duration: 0.1, text: "noise"),
    ]

    @Test func windowsLieInsideOneState() throws {
        let windows = try ramp(1000, annotations: states).windows(inStates: ["open": 0, "closed": 1], length: 1, stride: 0.5)
        #expect(windows.windows.map(\.start) == [0, 50, 100, 200, 250, 300, 350, 400])
        #expect(windows.windows.map(\.label) == [0, 0, 0, 1, 1, 1, 1, 1])
        #expect(windows.shape == SignalShape(channels: 2, samples: 100, samplingRate: 100, outputs: 2))
        #expect(windows.classCounts == [3, 5])
        #expect(windows.classNames == ["open", "closed"])
        let signals = try windows.signals(of: [1, 7])
        #expect(signals.shape == [2, 2, 100])
        #expect(signals[0, 0, 0] == 50 && signals[0, 1, 99] == 1149 && signals[1, 1, 0] == 1400)
    }

    @Test func statesThatNoAnnotationHasAreTold() throws {
        let recording = try ramp(1000, annotations: states)
        let misspelt = try recording.windows(inStates: ["opne": 0, "closed": 1], length: 1, stride: 0.5)
        #expect(misspelt.recordings[0].notes == ["no annotation is called opne; there are closed, noise, open"])
        let epochs = try recording.windows(alignedTo: ["open": 0, "shut": 1], length: 1)
        #expect(epochs.recordings[0].notes.last?.contains("called shut;") == true)
        #expect(try recording.windows(inStates: ["open": 0, "closed": 1], length: 1, stride: 0.5).recordings[0].notes.isEmpty)
        #expect(try recording.windows(length: 1, stride: 1).recordings[0].notes.isEmpty)
    }

    @Test func theStateAtTheMiddleCanCount() throws {
        let recording = try ramp(1000, annotations: states)
        let windows = try recording.windows(inStates: ["open": 0, "closed": 1], label: .middle, length: 1, stride: 0.5)
        #expect(windows.windows.map(\.start) == Array(stride(from: 0, through: 400, by: 50)))
        #expect(
            windows.windows.map(\.label) == [0, 0, 0, 1, 1, 1, 1, 1, 1], "the middle sample of the fourth is the first with closed eyes")
    }

    @Test func meanIsTakenOffEachChannelOfAWindow() throws {
        var windows = try ramp(1000, annotations: states).windows(inStates: ["open": 0, "closed": 1], length: 1, stride: 0.5)
        windows.removesMean = true
        let signals = try windows.signals(of: [0, 3])
        #expect(signals[0, 0, 0] == -49.5 && signals[0, 1, 99] == 49.5 && signals[1, 1, 0] == -49.5)
    }

    @Test func voltagesAreReadInMicrovolts() throws {
        let channel = Channel(label: "A", unit: .millivolt, samplingRate: 1, sampleCount: 2)
        let recording = try Recording(channels: [channel], samples: [[1, -2]], annotations: [Annotation(onset: 0, duration: 2, text: "x")])
        #expect(try recording.windows(inStates: ["x": 0], length: 2, stride: 1).signals(of: [0]).scalars == [1000, -2000])
    }

    @Test func unusableRequestsThrow() throws {
        let recording = try ramp(1000, annotations: states)
        for (length, stride) in [(0.0, 1.0), (-1, 1), (1, 0), (1, -1), (.nan, 1), (1, .nan), (.infinity, 1), (0.001, 1), (100, 1)] {
            #expect(throws: EEGDataError.self, "length \(length), stride \(stride)") {
                try recording.windows(inStates: ["open": 0], length: length, stride: stride)
            }
        }
        #expect(throws: EEGDataError.self) { try recording.windows(inStates: ["absent": 0], length: 1, stride: 1) }
        #expect(throws: EEGDataError.self) { try recording.windows(inStates: [:], length: 1, stride: 1) }
        #expect(throws: EEGDataError.self) { try recording.windows(inStates: ["open": 1], length: 1, stride: 1) }
        let channels = [Channel(label: "a", samplingRate: 1, sampleCount: 2), Channel(label: "b", samplingRate: 2, sampleCount: 4)]
        let mixed = try Recording(channels: channels, samples: [[0, 0], [0, 0, 0, 0]])
        #expect(throws: EEGDataError.self) { try mixed.windows(inStates: ["open": 0], length: 1, stride: 1) }
        #expect(throws: EEGDataError.self) { try Recording(channels: channels, samples: [[0, 0]]) }
        #expect(throws: EEGDataError.self) { try Recording(channels: channels, samples: [[0, 0], [0]]) }
    }

    @Test func windowsWithNaNThrow() throws {
        var samples = [Float](repeating: 1, count: 400)
        samples[250] = .nan
        let recording = try Recording(
            channels: [Channel(label: "Cz", samplingRate: 100, sampleCount: 400)], samples: [samples],
            annotations: [Annotation(onset: 0, duration: 4, text: "x")])
        let windows = try recording.windows(inStates: ["x": 0], length: 1, stride: 1)
        #expect(throws: EEGDataError.notFinite(what: "window", channel: "Cz", time: 2.5)) { try windows.signals(of: [2]) }
        let loader = try DataLoader(windows, batchSize: 2)
        #expect(throws: EEGDataError.self) { try loader.forEachBatch(epoch: 0) { _ in } }
    }

    @Test func badSamplesAreFoundAndInterpolated() throws {
        var samples = (0..<100).map { Float($0) }
        samples[0] = 1e6
        samples[40] = -1e6
        samples[41] = .nan
        let channels = ["a", "b"].map { Channel(label: $0, samplingRate: 50, sampleCount: 100) }
        let recording = try Recording(
            channels: channels, samples: [samples, (0..<100).map { Float(2 * $0) }],
            annotations: [
                Annotation(onset: 0, text: "bad"), Annotation(onset: 0.8, duration: 0.04, text: "bad"),
                Annotation(onset: 1, duration: 1, text: "x"),
            ])
        let found = try recording.outliers(beyond: 1000)
        #expect(found.map(\.sample) == [0, 40, 41])
        #expect(found.map(\.channels) == [[0], [0], [0]])

        let repaired = try recording.interpolating { $0.text == "bad" }
        #expect(try repaired.samples(of: 0)[0] == 1)
        #expect(try repaired.samples(of: 0)[1...] == (1..<100).map { Float($0) }[...])
        #expect(try repaired.samples(of: 1)[1...] == (1..<100).map { Float(2 * $0) }[...])
        #expect(repaired.annotations == recording.annotations)
        #expect(throws: EEGDataError.self) { try recording.outliers(beyond: 0) }
    }
}

@Suite struct TimeBlockTests {
    private func windows(seconds: Double, length: Double, stride: Double) throws -> WindowSet {
        let annotations = Swift.stride(from: 0.0, to: seconds, by: 2).map {
            Annotation(onset: $0, duration: 2, text: Int($0 / 2) % 2 == 0 ? "open" : "closed")
        }
        return try ramp(Int(seconds * 100), annotations: annotations).windows(
            inStates: ["open": 0, "closed": 1], length: length, stride: stride)
    }

    @Test(arguments: [(5, 2, 1.0), (5, 1, 0.0), (2, 3, 0.5), (10, 2, 2.0)])
    func nothingLeaks(folds: Int, blocks: Int, gap: Double) throws {
        let all = try windows(seconds: 117.03, length: 1, stride: 0.25)
        let result = try all.timeBlockFolds(folds, blocksPerFold: blocks, gap: gap)
        #expect(result.count == folds)
        for fold in result {
            #expect(fold.testBlocks.count == blocks)
            for test in fold.testing.windows {
                let time = all.seconds(of: test)
                #expect(fold.testBlocks.contains { $0.lowerBound <= time.lowerBound && time.upperBound <= $0.upperBound })
            }
            for training in fold.training.windows {
                let time = all.seconds(of: training)
                let isApart = fold.testing.windows.allSatisfy { test in
                    let other = all.seconds(of: test)
                    return time.upperBound + gap <= other.lowerBound + 1e-9 || other.upperBound + gap <= time.lowerBound + 1e-9
                }
                #expect(isApart, "training window at \(time) is within \(gap) s of a test window")
            }
        }
        // No window is tested twice.
        let tested = result.flatMap(\.testing.windows)
        #expect(Set(tested).count == tested.count)
    }

    @Test func unusableArgumentsThrow() throws {
        let all = try windows(seconds: 40, length: 1, stride: 1)
        for (folds, blocks, gap) in [(1, 1, 0.0), (0, 1, 0), (2, 0, 0), (2, -1, 0), (2, 1, -1), (2, 1, .nan), (2, 1, 1000), (100, 5, 0)] {
            #expect(throws: EEGDataError.self, "\(folds) folds, \(blocks) blocks, gap \(gap)") {
                try all.timeBlockFolds(folds, blocksPerFold: blocks, gap: gap)
            }
        }
    }

    @Test func standardizationKnowsOnlyTheWindowsItIsFittedTo() throws {
        let all = try windows(seconds: 60, length: 1, stride: 1)
        let fold = try #require(try all.timeBlockFolds(5, blocksPerFold: 2, gap: 1).first)
        let before = try Standardization(fitting: fold.training)
        // Other values in the held-out blocks, the same elsewhere.
        var changed = try all.recordings[0].samples(of: [0, 1])
        for block in fold.testBlocks {
            for index in Int(block.lowerBound * 100)..<Int(block.upperBound * 100) { changed[0][index] = 1e9 }
        }
        let other = try Recording(channels: all.recordings[0].channels, samples: changed, annotations: all.recordings[0].annotations)
        let otherFold = try #require(
            try other.windows(inStates: ["open": 0, "closed": 1], length: 1, stride: 1).timeBlockFolds(5, blocksPerFold: 2, gap: 1).first)
        let after = try Standardization(fitting: otherFold.training)
        #expect(before.means == after.means && before.deviations == after.deviations)

        let scaled = try before(fold.training.signals(of: Array(0..<fold.training.count)))
        for channel in 0..<2 {
            let values = (0..<scaled.shape[0]).flatMap { window in (0..<100).map { Double(scaled[window, channel, $0]) } }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            #expect(abs(mean) < 1e-5 && abs(variance - 1) < 1e-4)
        }
    }

    @Test func aConstantChannelCannotBeScaled() throws {
        let recording = try Recording(
            channels: [Channel(label: "flat", samplingRate: 100, sampleCount: 400)], samples: [[Float](repeating: 4300.1, count: 400)],
            annotations: [Annotation(onset: 0, duration: 4, text: "x")])
        let windows = try recording.windows(inStates: ["x": 0], length: 1, stride: 1)
        #expect(throws: EEGDataError.self) { try Standardization(fitting: windows) }
    }
}

@Suite struct DataLoaderTests {
    private func loader(batchSize: Int, shuffling: Generator?) throws -> DataLoader {
        let recording = try ramp(1000, annotations: [Annotation(onset: 0, duration: 10, text: "x")])
        return try DataLoader(recording.windows(inStates: ["x": 0], length: 1, stride: 0.3), batchSize: batchSize, shuffling: shuffling)
    }

    private func starts(of loader: DataLoader, epoch: Int) throws -> [[Float]] {
        var starts: [[Float]] = []
        try loader.forEachBatch(epoch: epoch) { batch in starts.append((0..<batch.count).map { batch.signals[$0, 0, 0] }) }
        return starts
    }

    @Test func everyEpochHoldsAllWindowsInItsOwnOrder() throws {
        let loader = try loader(batchSize: 4, shuffling: Generator(seed: 7))
        let first = try starts(of: loader, epoch: 0)
        let second = try starts(of: loader, epoch: 1)
        #expect(first.map(\.count) == [4, 4, 4, 4, 4, 4, 4, 3])
        #expect(first != second)
        #expect(Set(first.joined()) == Set(second.joined()) && Set(first.joined()).count == 31)
        #expect(try starts(of: loader, epoch: 0) == first)
        #expect(try starts(of: self.loader(batchSize: 4, shuffling: Generator(seed: 7)), epoch: 1) == second)
        #expect(try starts(of: self.loader(batchSize: 4, shuffling: Generator(seed: 8)), epoch: 0) != first)
    }

    @Test func withoutShufflingTheOrderIsThatOfTime() throws {
        let found = try starts(of: loader(batchSize: 31, shuffling: nil), epoch: 3)
        #expect(found == [stride(from: 0, through: 900, by: 30).map { Float($0) }])
    }

    @Test(arguments: [0, -1]) func nonPositiveBatchSizesThrow(size: Int) throws {
        #expect(throws: EEGDataError.self) { try loader(batchSize: size, shuffling: nil) }
    }

    @Test func noWindowsThrow() throws {
        let recording = try ramp(1000, annotations: [Annotation(onset: 0, duration: 10, text: "x")])
        let windows = try recording.windows(inStates: ["x": 0], length: 1, stride: 0.3).filter { _ in false }
        #expect(throws: EEGDataError.self) { try DataLoader(windows, batchSize: 4) }
        #expect(throws: EEGDataError.self) { try Standardization(fitting: windows) }
    }
}
