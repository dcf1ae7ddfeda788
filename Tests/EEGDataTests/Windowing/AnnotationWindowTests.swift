import EEGData
import EEGTensor
import Testing

@Suite struct AnnotationWindowTests {
    @Test func windowsLieAroundEvents() throws {
        let events = [(0.2, "left"), (3.0, "right"), (5.004, "left"), (9.5, "right")].map { Annotation(onset: $0.0, text: $0.1) }
        let recording = try noiseRecording(seconds: 10, rate: 100, annotations: events)
        let windows = try recording.windows(around: ["left": 0, "right": 1], from: -0.5, to: 1)
        #expect(windows.windows.map(\.start) == [250, 450] && windows.windows.map(\.label) == [1, 0])
        #expect(windows.shape.samples == 150)
        let metadata = windows.metadata(of: windows.windows[1])
        #expect(metadata.className == "left" && metadata.annotation == events[2] && metadata.seconds == 4.5...6)
        #expect(throws: EEGDataError.self) { try recording.windows(around: ["left": 0], from: 1, to: 1) }
        #expect(throws: EEGDataError.self) { try recording.windows(around: ["absent": 0], from: 0, to: 1) }
    }

    @Test func windowsAreLaidIntoStages() throws {
        let stages = [
            Annotation(onset: 0, duration: 65, text: "W"), Annotation(onset: 65, duration: 90, text: "N2"),
            Annotation(onset: 155, duration: 20, text: "N2"), Annotation(onset: 175, duration: 60, text: "R"),
        ]
        let recording = try noiseRecording(["Cz"], seconds: 200, rate: 10, annotations: stages)
        let map = ["W": 0, "N2": 1, "R": 2]
        let windows = try recording.windows(alignedTo: map, length: 30)
        #expect(windows.windows.map(\.start) == [0, 300, 650, 950, 1250])
        #expect(windows.windows.map(\.label) == [0, 0, 1, 1, 1])
        let overlapping = try recording.windows(alignedTo: map, length: 30, tail: .overlapping)
        #expect(overlapping.windows.map(\.start) == [0, 300, 350, 650, 950, 1250], "what the recording does not hold of R is too short")
        // Marks of change: each stage lasts up to the next one.
        let marks = [(10.0, "W"), (70, "N2"), (160, "R")].map { Annotation(onset: $0.0, text: $0.1) }
        let marked = try noiseRecording(["Cz"], seconds: 200, rate: 10, annotations: marks).windows(alignedTo: map, length: 30)
        #expect(marked.windows.map(\.start) == [100, 400, 700, 1000, 1300, 1600] && marked.windows.map(\.label) == [0, 0, 1, 1, 1, 2])
    }

    @Test func windowsWithoutLabels() throws {
        let windows = try noiseRecording(seconds: 10, rate: 100).windows(length: 4)
        #expect(windows.windows.map(\.start) == [0, 400] && windows.shape.outputs == 1)
        #expect(throws: EEGDataError.self) { try noiseRecording(seconds: 10, rate: 100).windows(length: 11) }
    }

    @Test func badWindowsAreRejectedWithAReason() throws {
        var samples = (0..<1000).map { Float($0 % 20) }
        samples[150] = 500
        for index in 300..<400 { samples[index] = 3 }
        samples[450] = .nan
        let channel = Channel(label: "Cz", samplingRate: 100, sampleCount: 1000)
        let bad = [Annotation(onset: 6.95, duration: 0.1, text: "BAD_jump"), Annotation(onset: 9.5, text: "BAD")]
        let recording = try Recording(channels: [channel], samples: [samples], annotations: bad)
        let rules: [RejectionRule] = [.peakToPeak(above: 100), .flat(below: 1), .nonFinite, .annotation(prefix: "BAD")]
        let windows = try recording.windows(length: 1).rejecting(rules[0], rules[1], rules[2], rules[3])
        #expect(windows.windows.map(\.start) == [0, 200, 500, 800])
        #expect(windows.rejected.map(\.window.start) == [100, 300, 400, 600, 700, 900])
        #expect(windows.rejected.map(\.reason) == [rules[0], rules[1], rules[2], rules[3], rules[3], rules[3]])
        #expect(throws: EEGDataError.self) { try recording.windows(length: 1).rejecting(.flat(below: 1)) }
    }

    @Test func setsOfSeveralRecordingsAreJoined() throws {
        let recordings = try (0..<3).map { seed in
            let stage = [Annotation(onset: 0, duration: 4, text: seed == 1 ? "y" : "x")]
            return try noiseRecording(seconds: 10, rate: 100, seed: UInt64(seed), annotations: stage)
        }
        let windows = try WindowSet(of: recordings) { recording throws(EEGDataError) in
            try recording.windows(inStates: ["x": 0], length: 1, stride: 1)
        }
        #expect(windows.recordings.count == 2 && windows.count == 8 && windows.windows[7].recording == 1)
        #expect(try windows.signals(of: [7])[0, 1, 5] == recordings[2].samples(of: 1)[305])
        #expect(throws: EEGDataError.self) { try WindowSet(joining: []) }
        let other = try recordings[0].windows(length: 2)
        #expect(throws: EEGDataError.self) { try WindowSet(joining: [windows, other]) }
    }
}
