import EEGData
import Foundation
import Testing

/// Nights in EDF files: stages among the file's own annotations, or in the hypnogram beside it.
@Suite struct SleepEDFTests {
    private static let start = StartTime(year: 2020, month: 12, day: 31, hour: 23, minute: 59, second: 30)

    private func write(
        _ annotations: [Annotation], start: StartTime? = Self.start, seconds: Double = 100, to path: String
    ) throws {
        let recording = try noiseRecording(["EEG Fpz-Cz", "EEG Pz-Oz"], seconds: seconds, rate: 10)
        try Recording(
            channels: recording.channels, samples: recording.samples(of: [0, 1]), start: start, annotations: annotations
        ).requantized(bits: 16).writeEDF(to: path)
    }

    private static let night = [
        Annotation(onset: 0, duration: 6000, text: "Sleep stage W"), Annotation(onset: 6000, duration: 600, text: "Sleep stage 1"),
        Annotation(onset: 6600, duration: 60, text: "Sleep stage W"), Annotation(onset: 6660, duration: 300, text: "Sleep stage 4"),
        Annotation(onset: 6960, duration: 1000, text: "Sleep stage W"), Annotation(onset: 7960, duration: 3000, text: "Sleep stage W"),
        Annotation(onset: 10_960, duration: 500, text: "Sleep stage W"), Annotation(onset: 11_460, duration: 500, text: "Sleep stage ?"),
    ]

    @Test func hypnogramBesideTheSignals() throws {
        let folder = try TemporaryFolder()
        try write([Annotation(onset: 5, text: "lights off")], seconds: 12_000, to: folder.path("SC4001E0-PSG.edf"))
        // The scorer's file starts 40 s later, in the next year; another night's lies beside it.
        let later = StartTime(year: 2021, month: 1, day: 1, hour: 0, minute: 0, second: 10)
        try write(Self.night, start: later, to: folder.path("SC4001EC-Hypnogram.edf"))
        try write([Annotation(onset: 0, duration: 30, text: "Sleep stage R")], to: folder.path("SC4002EC-Hypnogram.edf"))
        let night = try Recording(nightIn: folder.path("SC4001E0-PSG.edf"))
        // Half an hour of wakefulness before and after all sleep; waking up at night stays.
        #expect(night.annotations.map(\.text).map { $0.suffix(1) } == ["f", "W", "1", "W", "4", "W", "W", "?"])
        #expect(night.annotations.map(\.onset) == [5, 4240, 6040, 6640, 6700, 7000, 8000, 11_500])
        #expect(night.annotations.dropFirst().map(\.duration) == [1800, 600, 60, 300, 1000, 800, 500])
        #expect(try night.sleepWindows().classCounts == [60 + 2 + 34 + 27, 20, 0, 10, 0])
    }

    @Test func ownStagesCount() throws {
        let folder = try TemporaryFolder()
        try write([Annotation(onset: 0, duration: 60, text: "Sleep stage N2")], to: folder.path("SC4001E0-PSG.edf"))
        try write(Self.night, to: folder.path("SC4001EC-Hypnogram.edf"))
        #expect(try Recording(nightIn: folder.path("SC4001E0-PSG.edf")).annotations.map(\.text) == ["Sleep stage N2"])
    }

    @Test func noStagesAnywhere() throws {
        let folder = try TemporaryFolder()
        for name in ["SC4001E0-PSG.edf", "night.edf"] { try write([], to: folder.path(name)) }
        for name in ["SC4001E0-PSG.edf", "night.edf"] {
            let error = #expect(throws: EEGDataError.self) { try Recording(nightIn: folder.path(name)) }
            guard case .empty = error else { Issue.record("\(name): \(String(describing: error))"); continue }
        }
        func expectInvalidArgument(sourceLocation: SourceLocation = #_sourceLocation) {
            let error = #expect(throws: EEGDataError.self, sourceLocation: sourceLocation) { try Recording(nightIn: folder.path("SC4001E0-PSG.edf")) }
            guard case .invalidArgument = error else { Issue.record("\(String(describing: error))", sourceLocation: sourceLocation); return }
        }
        // A hypnogram without stages, one without a start, two of them.
        let hypnogram = folder.path("SC4001EC-Hypnogram.edf")
        try write([Annotation(onset: 0, duration: 60, text: "Movement time")], to: hypnogram)
        #expect(throws: EEGDataError.self) { try Recording(nightIn: folder.path("SC4001E0-PSG.edf")) }
        try write(Self.night, start: nil, to: hypnogram)
        expectInvalidArgument()
        try write(Self.night, to: hypnogram)
        #expect(try Recording(nightIn: folder.path("SC4001E0-PSG.edf")).annotations.count == 7)
        try write(Self.night, to: folder.path("SC4001EH-Hypnogram.edf"))
        expectInvalidArgument()
    }

    /// Names that only look like those of the data set: another person's stages are not taken.
    @Test func otherPeoplesHypnograms() throws {
        let folder = try TemporaryFolder()
        try write([], to: folder.path("patient1-PSG.edf"))
        try write(Self.night, to: folder.path("patient2-Hypnogram.edf"))
        let error = #expect(throws: EEGDataError.self) { try Recording(nightIn: folder.path("patient1-PSG.edf")) }
        guard case .empty = error else { Issue.record("\(String(describing: error))"); return }
    }

    /// A stage without a duration lasts until the next one.
    @Test func stagesWithoutDurations() throws {
        let folder = try TemporaryFolder()
        try write([], seconds: 12_000, to: folder.path("SC4001E0-PSG.edf"))
        let stages = [(0.0, "W"), (6000, "2"), (7000, "W"), (9500, "?")].map { Annotation(onset: $0.0, text: "Sleep stage \($0.1)") }
        try write(stages, to: folder.path("SC4001EC-Hypnogram.edf"))
        let night = try Recording(nightIn: folder.path("SC4001E0-PSG.edf")).annotations.filter { !$0.text.hasSuffix("?") }
        #expect(night.map(\.onset) == [4200, 6000, 7000])
        #expect(night.prefix(2).map(\.duration) == [1800, 1000])
    }

    /// The hypnogram of a real night, beside the first minutes of its signals.
    @Test func realHypnogram() throws {
        guard let data = RealData.folder else { return }
        let folder = try TemporaryFolder()
        for (file, name) in [("short_psg.edf", "SC4001E0-PSG.edf"), ("SC4001EC-Hypnogram.edf", "SC4001EC-Hypnogram.edf")] {
            let source = data.appending(path: "edf/\(file)").path
            guard FileManager.default.fileExists(atPath: source) else { return }
            try FileManager.default.copyItem(atPath: source, toPath: folder.path(name))
        }
        let stages = try Recording(nightIn: folder.path("SC4001E0-PSG.edf")).annotations
        #expect(stages.first == Annotation(onset: 28_830, duration: 1800, text: "Sleep stage W"))
        #expect(stages.dropFirst().first == Annotation(onset: 30_630, duration: 120, text: "Sleep stage 1"))
    }
}
