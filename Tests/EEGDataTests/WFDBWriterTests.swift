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

    @Test func aFailedWriteKeepsTheOldRecord() throws {
        let folder = try TemporaryFolder()
        let original = try night()
        try original.writeWFDB(to: folder.url.path, name: "a")
        func contents() throws -> [Data] { try ["a.hea", "a.mat", "a.arousal"].map { try Data(contentsOf: folder.url.appending(path: $0)) } }
        let before = try contents()
        // Signals that could be written, annotations that cannot.
        var other = original
        other.annotations = [Annotation(onset: -5, text: "before the start")]
        #expect(throws: EEGDataError.self) { try other.writeWFDB(to: folder.url.path, name: "a") }
        let isSame = try contents() == before
        #expect(isSame)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 3, "no temporary files are left")

        other.annotations = []
        try other.writeWFDB(to: folder.url.path, name: "a")
        #expect(try Recording(contentsOf: folder.path("a.hea")).annotations.isEmpty)
    }

    private static let starts: [(String, Int, Int, Double)] = [
        ("+0", 59, 28, 0), ("+0.25", 59, 28, 0.25), ("+0.000001", 59, 28, 0.000001), ("+1.75", 0, 29, 0.75), ("-0.5", 58, 28, 0.5),
        ("+86400.5", 59, 29, 0.5),
    ]

    @Test(arguments: starts)
    func theStartKeepsItsFraction(onset: String, second: Int, day: Int, offset: Double) throws {
        let folder = try TemporaryFolder()
        let channel = Channel(label: "Cz", samplingRate: 1, sampleCount: 1, digitization: Digitization(physical: (-1, 1)))
        let marker = "MMMMMMMMMMMMMMMMMMMMMMMM"
        try Recording(
            channels: [channel], samples: [[0]], start: StartTime(year: 2024, month: 2, day: 28, hour: 23, minute: 59, second: 59),
            annotations: [Annotation(onset: 0, text: marker)]
        ).writeEDF(to: folder.path("a.edf"))
        // The time that the only data record keeps becomes another one.
        var bytes = try [UInt8](Data(contentsOf: folder.url.appending(path: "a.edf")))
        let lists = Array("+0\u{14}\u{14}\0+0\u{14}\(marker)\u{14}".utf8)
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: lists) })
        let list = Array("\(onset)\u{14}\u{14}".utf8)
        bytes.replaceSubrange(start..<(start + lists.count), with: list + [UInt8](repeating: 0, count: lists.count - list.count))
        try Recording(contentsOf: folder.write(bytes)).writeWFDB(to: folder.url.path, name: "a")
        let copy = try Recording(contentsOf: folder.path("a.hea"))
        let (hour, minute) = second == 0 ? (0, 0) : (23, 59)
        let expected = StartTime(year: 2024, month: 2, day: day, hour: hour, minute: minute, second: second)
        #expect(copy.start == expected)
        #expect(abs(copy.startOffset - offset) < 1e-9)
    }

    /// Format 212 has a missing sample of its own, and formats of 16 bits another.
    @Test func missingSamplesStayMissing() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array("a 1 100 4\na.dat 212 200(0)/uV 12 0 1 0 0 Cz\n".utf8), to: "a.hea")
        // 1, missing, -2047, 2047.
        _ = try folder.write([1, 0x80, 0, 0x01, 0x78, 0xFF], to: "a.dat")
        let original = try Recording(contentsOf: folder.path("a.hea"))
        let values = try original.samples(of: 0)
        #expect(values[1].isNaN && [values[0], values[2], values[3]] == [0.005, -10.235, 10.235])
        let digitization = Digitization(physical: (-10.235, 10.235), digital: (-2047, 2047), missing: -2048)
        #expect(original.channels[0].digitization == digitization)

        try original.writeWFDB(to: folder.url.path, name: "b")
        let copy = try Recording(contentsOf: folder.path("b.hea"))
        #expect(try copy.digitalSamples(of: [0]) == [[1, -32768, -2047, 2047]])
        #expect(try copy.samples(of: 0)[1].isNaN)
        for recording in [original, copy] {
            let error = #expect(throws: EEGDataError.self) { try recording.writeEDF(to: folder.path("a.edf")) }
            #expect("\(try #require(error))".contains("not finite at 0.01 s"), "\(String(describing: error))")
            #expect(throws: EEGDataError.self) { try recording.requantized(bits: 24).writeBDF(to: folder.path("a.bdf")) }
        }

        // The lowest integer of EDF is a value, and stays one.
        let channel = Channel(label: "Cz", samplingRate: 100, sampleCount: 100, digitization: Digitization(physical: (-3276.8, 3276.7)))
        try Recording(channels: [channel], samples: [[Float](repeating: -3276.8, count: 100)]).writeEDF(to: folder.path("c.edf"))
        try Recording(contentsOf: folder.path("c.edf")).writeWFDB(to: folder.url.path, name: "c")
        #expect(try abs(Recording(contentsOf: folder.path("c.hea")).samples(of: 0)[5] + 3276.7) < 0.001)
    }

    @Test func recordingsWithGapsAreRefused() throws {
        let folder = try TemporaryFolder()
        let channel = Channel(label: "Cz", samplingRate: 100, sampleCount: 200)
        let segments = [Segment(start: 0, storedStart: 0, duration: 1), Segment(start: 5, storedStart: 1, duration: 1)]
        let recording = try Recording(channels: [channel], samples: [[Float](repeating: 1, count: 200)], segments: segments)
        let record = #expect(throws: EEGDataError.self) { try recording.writeWFDB(to: folder.url.path, name: "a") }
        let table = #expect(throws: EEGDataError.self) { try recording.writeParquet(to: folder.path("a.parquet")) }
        for error in [record, table] { #expect("\(try #require(error))".contains("2 segments")) }
    }

    /// A record whose signal file ends early.
    @Test func incompleteRecordsAreReadAsFarAsTheyGo() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array("a 2 100 4\na.dat 16 1/uV 16 0 1 9 0 A\n./a.dat 16 1/uV 16 0 2 9 0 B\n".utf8), to: "a.hea")
        _ = try folder.write([1, 0, 2, 0, 3, 0, 4, 0, 5, 0], to: "a.dat")
        let recording = try Recording(contentsOf: folder.path("a.hea"))
        #expect(try recording.samples(of: [0, 1]) == [[1, 3], [2, 4]])
        #expect(recording.notes == ["a.dat holds 2 samples of each signal where the header declares 4"])
        #expect(throws: EEGDataError.self) { try Recording(contentsOf: folder.path("a.hea"), options: ReadOptions(isStrict: true)) }
        let limited = try Recording(contentsOf: folder.path("a.hea"), options: ReadOptions(limits: ReadLimits(decodedBytes: 12)))
        #expect(try limited.samples(of: 0) == [1, 3])
        #expect(throws: EEGDataError.self) { try limited.samples(of: [0, 1]) }
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
