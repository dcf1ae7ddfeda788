import EEGData
import EEGTensor
import Foundation
import Testing

/// Nothing may leak over a gap: 10 s of signal, 5 s without, 10 s of signal, 2 s without, 3 s of signal.
@Suite struct GapTests {
    private let recording: Recording
    private let parts: [Recording]

    init() throws {
        let whole = try noiseRecording(seconds: 23)
        let samples = try whole.samples(of: [0, 1])
        let segments = [
            Segment(start: 0, storedStart: 0, duration: 10), Segment(start: 15, storedStart: 10, duration: 10),
            Segment(start: 27, storedStart: 20, duration: 3),
        ]
        let annotations = [
            Annotation(onset: 2, duration: 20, text: "x"), Annotation(onset: 9.8, text: "event"), Annotation(onset: 16, text: "event"),
            Annotation(onset: 28, text: "event"),
        ]
        recording = try Recording(channels: whole.channels, samples: samples, annotations: annotations, segments: segments)
        parts = try [0..<2000, 2000..<4000, 4000..<4600].map { range in
            let channels = whole.channels.map { Channel(label: $0.label, samplingRate: 200, sampleCount: range.count) }
            return try Recording(channels: channels, samples: samples.map { Array($0[range]) })
        }
    }

    @Test func segmentsAreProcessedByThemselves() throws {
        let processes: [(Recording) throws -> Recording] = [
            { try $0.filtered(.bandPass(4...38)) }, { try $0.filtered(.highPass(1), by: .butterworth(order: 2)) },
            { try $0.resampled(to: 125) }, { try $0.decimated(by: 3) }, { try $0.referenced(to: .average).loaded() },
        ]
        for (number, process) in processes.enumerated() {
            let result = try process(recording)
            #expect(result.segments.map(\.start) == [0, 15, 27])
            for (segment, part) in zip(result.segments, parts) {
                let expected = try process(part).samples(of: 1)
                let found = try result.samples(of: 1, in: segment)
                #expect(found.count == expected.count && distance(found, expected) < 1e-4, "process \(number)")
            }
        }
    }

    @Test func windowsNeverCrossAGap() throws {
        let regular = try recording.windows(length: 3)
        #expect(regular.windows.map(\.start) == [0, 600, 1200, 2000, 2600, 3200, 4000])
        #expect(regular.seconds(of: regular.windows[3]) == 15...18 && regular.seconds(of: regular.windows[6]) == 27...30)
        let states = try recording.windows(inStates: ["x": 0], length: 2, stride: 2)
        #expect(states.windows.map(\.start) == [400, 800, 1200, 1600, 2000, 2400, 2800], "the state lasts from 2 s to 22 s by the clock")
        let events = try recording.windows(around: ["event": 0], from: -0.5, to: 0.5)
        #expect(events.windows.map(\.start) == [2100, 4100], "the first event is too near to the gap")
        #expect(try recording.windows(alignedTo: ["x": 0], length: 4).windows.map(\.start) == [400, 1200, 2000])
        #expect(try regular.signals(of: [3])[0, 0, 0] == parts[1].samples(of: 0)[0])
    }

    @Test func signalsWithGapsAreCached() throws {
        let folder = try TemporaryFolder()
        let cached = try recording.cached(in: folder.url.path)
        for segment in recording.segments { #expect(try cached.samples(of: 0, in: segment) == recording.samples(of: 0, in: segment)) }
        let repaired = try recording.interpolating { $0.text == "event" && $0.onset == 16 }
        let samples = try repaired.samples(of: 0, in: recording.segments[1])
        #expect(abs(samples[200] - (samples[199] + samples[201]) / 2) < 1e-4)
    }
}
