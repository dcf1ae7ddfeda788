import EEGData
import EEGTensor
import Foundation
import Synchronization
import Testing

@Suite struct SignalCacheTests {
    private func files(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    }

    @Test func cachedSignalsAreThoseOfTheRecording() throws {
        let folder = try TemporaryFolder()
        let recording = try noiseRecording(seconds: 700).filtered(.lowPass(40)).resampled(to: 100)
        let cached = try recording.cached(in: folder.url.path)
        #expect(try files(folder).count == 1)
        for range in [0..<70_000, 0..<1, 65_535..<65_537, 34_990..<35_010, 69_999..<70_000] {
            let (a, b) = try (cached.samples(of: 1, in: range), recording.samples(of: 1, in: range))
            #expect(distance(a, b) < 1e-4 && a.count == range.count, "\(range)")
        }
        let again = try recording.cached(in: folder.url.path)
        #expect(try files(folder).count == 1)
        #expect(try again.samples(of: 0, in: 0..<100) == cached.samples(of: 0, in: 0..<100))
        let windows = try recording.windows(length: 30)
        #expect(try windows.cached(in: folder.url.path).signals(of: [2])[0, 1, 5] == cached.samples(of: 1)[6005])
    }

    @Test func anythingElseGivesAnotherFile() throws {
        let folder = try TemporaryFolder()
        let recording = try noiseRecording()
        for variant in [
            recording, try recording.filtered(.lowPass(40)), try recording.filtered(.lowPass(41)),
            try recording.filtered(.lowPass(40), by: .butterworth(order: 4)), try noiseRecording(seed: 2), recording.picking(.eog),
            try recording.picking(["Cz", "Fz"]), try recording.picking(["Cz"]),
        ] {
            _ = try variant.cached(in: folder.url.path)
        }
        #expect(try files(folder).count == 8)
    }

    @Test func aChangedFileGivesAnotherKey() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path + "/a.edf"
        func write(seed: UInt64) throws {
            let channels = [Channel(label: "Cz", samplingRate: 200, sampleCount: 4000, digitization: Digitization(physical: (-100, 100)))]
            try Recording(channels: channels, samples: [noiseRecording(["Cz"], seed: seed).samples(of: 0)]).writeEDF(to: path)
        }
        try write(seed: 1)
        let first = try Recording(contentsOf: path).cached(in: folder.url.path + "/cache")
        Thread.sleep(forTimeInterval: 0.02)
        try write(seed: 2)
        let second = try Recording(contentsOf: path).cached(in: folder.url.path + "/cache")
        #expect(try first.samples(of: 0) != second.samples(of: 0))
        #expect(try second.samples(of: 0) == Recording(contentsOf: path).samples(of: 0))
    }

    @Test func aChangedDataFileOfAnotherNameGivesAnotherKey() throws {
        let folder = try TemporaryFolder()
        let lines = [
            "Brain Vision Data Exchange Header File Version 1.0", "[Common Infos]", "DataFile=signals.eeg", "NumberOfChannels=1",
            "DataOrientation=MULTIPLEXED", "SamplingInterval=4000", "[Binary Infos]", "BinaryFormat=INT_16", "[Channel Infos]", "Ch1=Cz,,1,µV",
        ]
        let path = try folder.write(Array(lines.joined(separator: "\n").utf8), to: "a.vhdr")
        func cached(of samples: [UInt8]) throws -> [Float] {
            _ = try folder.write(samples, to: "signals.eeg")
            return try Recording(contentsOf: path).cached(in: folder.path("cache")).samples(of: 0)
        }
        #expect(try cached(of: [1, 0, 2, 0]) == [1, 2])
        Thread.sleep(forTimeInterval: 0.02)
        #expect(try cached(of: [3, 0, 4, 0]) == [3, 4])
    }

    @Test func aFileThatReplacesAnOpenOneGivesAnotherKey() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.edf")
        func write(_ value: Float) throws {
            let channel = Channel(label: "Cz", samplingRate: 200, sampleCount: 200, digitization: Digitization(physical: (-100, 100)))
            try Recording(channels: [channel], samples: [[Float](repeating: value, count: 200)]).writeEDF(to: path)
        }
        try write(10)
        let old = try Recording(contentsOf: path)
        try write(20)
        // The samples are those of the file that was opened, which nobody can open any more.
        #expect(try abs(old.cached(in: folder.path("cache")).samples(of: 0)[0] - 10) < 0.01)
        #expect(try abs(Recording(contentsOf: path).cached(in: folder.path("cache")).samples(of: 0)[0] - 20) < 0.01)
    }

    @Test(arguments: [0, 3, 20, 100, 5000, -1, -40]) func damagedFilesAreMadeAgain(place: Int) throws {
        let folder = try TemporaryFolder()
        let recording = try noiseRecording(seconds: 5)
        _ = try recording.cached(in: folder.url.path)
        let path = try folder.url.path + "/" + files(folder)[0]
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let offset = place < 0 ? bytes.count + place : place
        bytes[offset] = bytes[offset] &+ 1
        try bytes.write(to: URL(fileURLWithPath: path))
        let repaired = try recording.cached(in: folder.url.path)
        #expect(repaired.notes.contains { $0.contains("made again") })
        #expect(try repaired.samples(of: 0) == recording.samples(of: 0))
        #expect(try recording.cached(in: folder.url.path).notes.isEmpty)
        try bytes.prefix(100).write(to: URL(fileURLWithPath: path))
        #expect(try recording.cached(in: folder.url.path).samples(of: 1) == recording.samples(of: 1))
    }

    @Test func manyMayMakeTheSameFileAtOnce() throws {
        let folder = try TemporaryFolder()
        let recording = try noiseRecording(seconds: 60).filtered(.lowPass(40))
        let expected = try recording.samples(of: 0, in: 1000..<2000)
        let failures = Mutex(0)
        let path = folder.url.path
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let found = try? recording.cached(in: path).samples(of: 0, in: 1000..<2000)
            if found.map({ distance($0, expected) < 1e-4 }) != true { failures.withLock { $0 += 1 } }
        }
        let failed = failures.withLock { $0 }
        #expect(failed == 0)
        #expect(try files(folder).count == 1, "no temporary files are left")
    }
}
