import EEGData
import EEGTensor
import Foundation
import Testing

/// Windows of sleep stages: whole ones, overlapping tails, and what is too short.
@Suite struct SleepWindowsTests {
    private func recording(seconds: Double, _ annotations: [Annotation]) throws -> Recording {
        let channel = Channel(label: "F3-M2", kind: .eeg, samplingRate: 100, sampleCount: Int(seconds * 100))
        return try Recording(channels: [channel], samples: [[Float](repeating: 0, count: channel.sampleCount)], annotations: annotations)
    }

    @Test func tailsOverlap() throws {
        let recording = try recording(
            seconds: 200,
            [
                Annotation(onset: 0, duration: 60, text: "W"), Annotation(onset: 60, duration: 75, text: "Sleep stage 2"),
                Annotation(onset: 135, duration: 20, text: "N1"), Annotation(onset: 155, duration: 60, text: "R"),
                Annotation(onset: 3, duration: 90, text: "arousal"),
            ])
        let windows = try recording.sleepWindows()
        // The last stage is cut off at the end of the recording; 20 s are too short.
        #expect(windows.windows.map(\.start) == [0, 3000, 6000, 9000, 10500, 15500, 17000])
        #expect(windows.windows.map(\.label) == [0, 0, 2, 2, 2, 4, 4])
        #expect(windows.shape.outputs == 5 && windows.shape.samples == 3000)
        let note = try #require(windows.recordings[0].notes.last)
        #expect(note.contains("1 stages shorter") && note.contains("N1 at 135.0 s"))
    }

    @Test func nothingIsNotedWhereAllFits() throws {
        let windows = try recording(seconds: 60, [Annotation(onset: 0, duration: 60, text: "N3")]).sleepWindows(length: 20)
        #expect(windows.count == 3 && windows.recordings[0].notes.isEmpty)
        #expect(throws: EEGDataError.self) { try recording(seconds: 60, []).sleepWindows() }
    }

    /// The annotation file of a real record of the challenge: a stage may stand for hours.
    @Test func realHypnogram() throws {
        guard let folder = RealData.folder else { return }
        let file = folder.appending(path: "wfdb/tr03-0005.arousal").path
        guard FileManager.default.fileExists(atPath: file) else { return }
        let annotations = try WFDBAnnotations(contentsOf: file).annotations(samplingRate: 200)
        let windows = try recording(seconds: 5_147_000 / 200, annotations).sleepWindows()
        #expect(windows.count == 790 && windows.classCounts == [312, 58, 267, 72, 81])
        #expect(windows.windows.first?.start == 36_000)
        #expect(windows.windows.last.map { $0.start + 3000 } == 2_406_000)
    }
}
