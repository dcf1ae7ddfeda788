import EEGData
import Foundation
import Testing

@Suite struct WFDBWriterTests {
    /// Two seconds of two channels with a missing sample, and a short night.
    private func night() throws -> Recording {
        let eeg = (0..<400).map { 40 * sin(Float($0) / 9) }
        var saturation = (0..<400).map { 95 + Float($0 % 7) / 10 }
        saturation[17] = .nan
        let channels = [
            Channel(label: "C3-M2", samplingRate: 200, sampleCount: 400),
            Channel(label: "SaO2", unit: PhysicalUnit("%"), samplingRate: 200, sampleCount: 400),
        ]
        let annotations = [
            Annotation(onset: 0, duration: 30, text: "W"), Annotation(onset: 30, duration: 90, text: "N1"),
            Annotation(onset: 35.5, duration: 10, text: "resp_hypopnea"), Annotation(onset: 120, duration: 30, text: "R"),
            Annotation(onset: 40_000, text: "lights on"),
        ]
        return try Recording(
            channels: channels, samples: [eeg, saturation], start: StartTime(year: 2018, month: 2, day: 3, hour: 22, minute: 5, second: 9),
            annotations: annotations)
    }

    @Test func roundTrip() throws {
        let folder = try TemporaryFolder()
        let original = try night()
        try original.writeWFDB(to: folder.url.path, name: "made-up")
        let copy = try Recording(contentsOf: folder.path("made-up.hea"))
        #expect(copy.notes.isEmpty, "\(copy.notes)")
        #expect(copy.channels.map(\.label) == ["C3-M2", "SaO2"] && copy.channels.map(\.unit) == original.channels.map(\.unit))
        #expect(copy.start == original.start)
        #expect(copy.annotations == original.annotations)
        for (found, expected) in zip(try copy.samples(of: [0, 1]), try original.samples(of: [0, 1])) {
            // Half a step of the integers.
            let largest = expected.reduce(0) { $1.isNaN ? $0 : max($0, abs($1)) }
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= largest / 50_000 || ($0.isNaN && $1.isNaN) })
        }
        #expect(try copy.samples(of: 1)[17].isNaN)

        // Stored integers of a record are written as they are.
        try copy.writeWFDB(to: folder.url.path, name: "again")
        let again = try Recording(contentsOf: folder.path("again.hea"))
        #expect(try again.digitalSamples(of: [0, 1]) == copy.digitalSamples(of: [0, 1]))
        #expect(try Data(contentsOf: folder.url.appending(path: "again.mat")) == Data(contentsOf: folder.url.appending(path: "made-up.mat")))

        // The signals are a MATLAB file too.
        let matrix = try MATFile(contentsOf: folder.path("again.mat")).value(of: "val")
        #expect(matrix.shape == [2, 400])
    }

    @Test func refusesWhatDoesNotFit() throws {
        let folder = try TemporaryFolder()
        let recording = try night()
        #expect(throws: EEGDataError.self) { try recording.writeWFDB(to: folder.url.path, name: "../out") }
        let channels = [Channel(label: "A", samplingRate: 100, sampleCount: 1), Channel(label: "B", samplingRate: 50, sampleCount: 1)]
        let mixed = try Recording(channels: channels, samples: [[1], [2]])
        #expect(throws: EEGDataError.self) { try mixed.writeWFDB(to: folder.url.path, name: "mixed") }
        let unsorted = WFDBAnnotations(events: [.init(sample: 5, code: 1), .init(sample: 3, code: 1)])
        #expect(throws: EEGDataError.self) { try unsorted.write(to: folder.path("x.atr")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test func annotationFiles() throws {
        let folder = try TemporaryFolder()
        let original = WFDBAnnotations(
            events: [
                .init(sample: 0, code: 1), .init(sample: 1023, code: 5, subtype: -3), .init(sample: 2047, code: 28, channel: 2, text: "(AFIB"),
                .init(sample: 10_000_000_000, code: 41, channel: 2, number: -7, text: "é"),
            ], samplingRate: 360)
        try original.write(to: folder.path("x.atr"))
        let copy = try WFDBAnnotations(contentsOf: folder.path("x.atr"))
        #expect(copy == original)
        #expect(copy.events.map(copy.symbol) == ["N", "V", "+", "r"])
    }

    /// Leaves a record for `Benchmarks/interop/wfdb.py` in the folder that `EEG_INTEROP_DIR` names.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["EEG_INTEROP_DIR"] != nil)) func writesForOtherReaders() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["EEG_INTEROP_DIR"])
        try night().writeWFDB(to: folder, name: "interop")
        let values = try Recording(contentsOf: folder + "/interop.hea").samples(of: [0, 1]).joined()
        try Array(values).withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder + "/interop.wfdb.f32")) }
    }
}
