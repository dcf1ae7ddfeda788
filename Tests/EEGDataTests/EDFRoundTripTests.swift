import EEGData
import Foundation
import Testing

/// Recordings that are written as EDF+ and read back.
@Suite struct EDFRoundTripTests {
    static func sine(_ count: Int, amplitude: Float, period: Float) -> [Float] {
        (0..<count).map { amplitude * sin(2 * .pi * Float($0) / period) }
    }

    /// Two rates, inverted polarity, odd lengths, annotations around the recording.
    static func mixedRecording() throws -> Recording {
        let channels = [
            Channel(
                label: "EEG O1", samplingRate: 128, sampleCount: 1280, digitization: Digitization(physical: (-200, 200)),
                transducer: "AgAgCl electrode", prefiltering: "HP:0.1Hz"),
            Channel(
                label: "EOG left", unit: .millivolt, samplingRate: 128, sampleCount: 1280, digitization: Digitization(physical: (2.5, -2.5))
            ),
            Channel(
                label: "Temp rectal", unit: PhysicalUnit("degC"), samplingRate: 0.5, sampleCount: 5,
                digitization: Digitization(physical: (34, 40.25), digital: (-2000, 2000))),
        ]
        let annotations = [
            Annotation(onset: -0.5, duration: 0, text: "before the start"), Annotation(onset: 0.1, duration: nil, text: ""),
            Annotation(onset: 3.25, duration: 1.5, text: "Augen zu, 眼睛 & <tags>"),
            Annotation(onset: 1e-5, duration: 12345.678, text: "late end"),
            Annotation(onset: 99, text: "after the end"),
        ]
        return try Recording(
            channels: channels,
            samples: [sine(1280, amplitude: 150, period: 12.8), sine(1280, amplitude: 2, period: 300), [36.5, 36.6, 36.7, 36.8, 36.9]],
            start: StartTime(year: 2026, month: 2, day: 28, hour: 23, minute: 59, second: 7), annotations: annotations)
    }

    @Test func everythingIsReadBack() throws {
        let original = try Self.mixedRecording()
        let folder = try TemporaryFolder()
        try original.writeEDF(to: folder.path("a.edf"), equipment: "Test_recorder")
        let copy = try Recording(contentsOf: folder.path("a.edf"))

        #expect(copy.channels == original.channels)
        #expect(copy.start == original.start)
        #expect(copy.duration == 10)
        #expect(copy.notes.isEmpty)
        #expect(copy.annotations.map(\.text) == ["before the start", "late end", "", "Augen zu, 眼睛 & <tags>", "after the end"])
        #expect(copy.annotations.map(\.duration) == [0, 12345.678, nil, 1.5, nil])
        #expect(zip(copy.annotations.map(\.onset), [-0.5, 1e-5, 0.1, 3.25, 99]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(try copy.digitalSamples(of: [0, 1, 2]) == original.digitalSamples(of: [0, 1, 2]))
        for (index, channel) in original.channels.enumerated() {
            let step = try Float(#require(channel.digitization).step.magnitude)
            let pairs = zip(try copy.samples(of: index), try original.samples(of: index))
            #expect(pairs.allSatisfy { abs($0 - $1) <= step * 0.501 }, "\(channel.label)")
        }
        // Written a second time, nothing changes any more.
        try copy.writeEDF(to: folder.path("b.edf"), equipment: "Test_recorder")
        #expect(try Data(contentsOf: folder.url.appending(path: "a.edf")) == Data(contentsOf: folder.url.appending(path: "b.edf")))
    }

    @Test func everyStoredIntegerSurvives() throws {
        let scale = Digitization(physical: (-32768, 32767))
        let channel = Channel(label: "ramp", samplingRate: 1024, sampleCount: 65536, digitization: scale)
        let recording = try Recording(channels: [channel], samples: [(-32768...32767).map { Float($0) }])
        let folder = try TemporaryFolder()
        try recording.writeEDF(to: folder.path("ramp.edf"))
        let copy = try Recording(contentsOf: folder.path("ramp.edf"))
        #expect(try copy.digitalSamples(of: [0])[0] == Array(-32768...32767))
    }

    @Test func partsEqualTheWhole() throws {
        let folder = try TemporaryFolder()
        try Self.mixedRecording().writeEDF(to: folder.path("a.edf"))
        let recording = try Recording(contentsOf: folder.path("a.edf"))
        let whole = try recording.samples(of: 0)
        for range in [0..<0, 0..<1, 127..<129, 100..<900, 1279..<1280, 0..<1280] {
            #expect(try recording.samples(of: 0, in: range) == Array(whole[range]))
        }
        #expect(try recording.samples(of: 0, seconds: 2.0..<3.0) == Array(whole[256..<384]))
        let several = try recording.samples(of: [2, 0, 0], in: [1..<4, 5..<10, 0..<256])
        #expect(several == [Array(try recording.samples(of: 2)[1..<4]), Array(whole[5..<10]), Array(whole[0..<256])])
    }

    /// Records above the size that is read whole.
    @Test func largeRecords() throws {
        let count = 600_011
        let channel = Channel(label: "long", samplingRate: 600_011, sampleCount: count, digitization: Digitization(physical: (-1, 1)))
        let values = Self.sine(count, amplitude: 0.9, period: 77)
        let recording = try Recording(channels: [channel, channel], samples: [values, values.reversed()])
        let folder = try TemporaryFolder()
        try recording.writeEDF(to: folder.path("long.edf"))
        let copy = try Recording(contentsOf: folder.path("long.edf"))
        #expect(try copy.digitalSamples(of: [1, 0]) == recording.digitalSamples(of: [1, 0]))
        #expect(try copy.samples(of: 1, in: 5000..<5003) == Array(copy.samples(of: 1)[5000..<5003]))
    }

    @Test func annotationsOnly() throws {
        let recording = try Recording(channels: [], samples: [], annotations: [Annotation(onset: 0, duration: 30, text: "Sleep stage W")])
        let folder = try TemporaryFolder()
        try recording.writeEDF(to: folder.path("hypnogram.edf"))
        #expect(try Recording(contentsOf: folder.path("hypnogram.edf")).annotations == recording.annotations)
    }

    @Test func whatCannotBeStoredIsRefused() throws {
        let folder = try TemporaryFolder()
        func expectRefusal(_ comment: Comment, _ channel: Channel, annotations: [Annotation] = [], start: StartTime? = nil) throws {
            let recording = try Recording(
                channels: [channel], samples: [[Float](repeating: 0, count: channel.sampleCount)], start: start, annotations: annotations)
            #expect(throws: EEGDataError.self, comment) { try recording.writeEDF(to: folder.path("refused.edf")) }
        }
        let scale = Digitization(physical: (-1, 1))
        let good = Channel(label: "A", samplingRate: 100, sampleCount: 100, digitization: scale)
        func changed(_ change: (inout Channel) -> Void) -> Channel {
            var channel = good
            change(&channel)
            return channel
        }
        try expectRefusal("no digitization", changed { $0.digitization = nil })
        try expectRefusal("a range that eight characters cannot hold", changed { $0.digitization?.physicalMaximum = 1.0 / 3 })
        try expectRefusal("a label beyond 16 characters", changed { $0.label = "a label of twenty chars" })
        try expectRefusal("a label beyond ASCII", changed { $0.label = "Fühler" })
        try expectRefusal(
            "a range beyond 16 bits", changed { $0.digitization = Digitization(physical: (-1, 1), digital: (40_000, 80_000)) })
        try expectRefusal("control characters in an annotation", good, annotations: [Annotation(onset: 0, text: "a\u{14}b")])
        try expectRefusal("an onset that is no number", good, annotations: [Annotation(onset: .nan, text: "a")])
        try expectRefusal("a rate that no record length gives", changed { $0.samplingRate = 99.9991234567 })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty, "a refused write leaves nothing behind")
    }

    @Test func aFailedWriteKeepsTheOldFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Array("old".utf8), to: "kept.edf")
        let channel = Channel(label: "A", samplingRate: 1, sampleCount: 1)
        let recording = try Recording(channels: [channel], samples: [[0]])
        #expect(throws: EEGDataError.self) { try recording.writeEDF(to: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(throws: EEGDataError.self) { try Self.mixedRecording().writeEDF(to: folder.path("no/such/folder.edf")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["kept.edf"])
    }
}
