import EEGData
import EEGTensor
import Foundation
import Testing

/// Recordings as tensors: the same samples as channel by channel, from memory, from files and computed.
@Suite struct SignalsTests {
    private let folder: TemporaryFolder
    private let recording: Recording

    init() throws {
        folder = try TemporaryFolder()
        recording = try noiseRecording(["Fz", "Cz", "Pz"], seconds: 40)
    }

    private func expectSame(_ recording: Recording, _ indices: [Int], _ range: Range<Int>) throws {
        let signals = try recording.signals(of: indices, in: range)
        let expected = try recording.samples(of: indices, in: indices.map { _ in range })
        #expect(signals.shape == [indices.count, range.count])
        let isSame = signals.scalars == Array(expected.joined())
        #expect(isSame, "channels \(indices), samples \(range)")
    }

    @Test func signalsAreTheSamplesOfTheirChannels() throws {
        var stored = recording.channels
        for index in stored.indices { stored[index].digitization = Digitization(physical: (-200, 200)) }
        let all = Array(stored.indices)
        let path = folder.path("noise.edf")
        try Recording(channels: stored, samples: try recording.samples(of: all)).writeEDF(to: path)
        for recording in [recording, try Recording(contentsOf: path), try recording.filtered(.bandPass(4...38))] {
            let count = recording.channels[0].sampleCount
            #expect(try recording.signals().shape == [3, count])
            try expectSame(recording, all, 0..<count)
            try expectSame(recording, [2, 0], 199..<1403)
            try expectSame(recording, [1], 7..<7)
        }
    }

    @Test func refusesChannelsThatMakeNoTensor() throws {
        let channels = [("fast", 200.0, 400), ("slow", 100.0, 200)].map { Channel(label: $0, samplingRate: $1, sampleCount: $2) }
        let mixed = try Recording(
            channels: channels, samples: channels.map { [Float](repeating: 0, count: $0.sampleCount) })
        #expect(throws: EEGDataError.self) { try mixed.signals() }
        #expect(throws: EEGDataError.self) { try recording.signals(of: []) }
        #expect(throws: EEGDataError.self) { try recording.signals(of: [3]) }
        #expect(throws: EEGDataError.self) { try recording.signals(in: 0..<1_000_000) }
    }
}
