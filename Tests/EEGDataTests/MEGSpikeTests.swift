import EEGData
import Foundation
import Testing

@Suite struct MEGSpikeTests {
    private func header(channels: Int) -> MEGSpikeHeader {
        MEGSpikeHeader(
            patient: 7, highpass: 0.5, lowpass: 50, channelNames: (0..<channels).map { "MLC\($0)" },
            positions: (0..<channels).map { [Double($0), 0, 1] })
    }

    @Test func roundTrip() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("data_raw_007.h5")
        let header = header(channels: 3)
        let blocks = [
            MEGSpikeBlock(index: 0, file: "a.ds", isReannotated: false, sampleCount: 1600, events: [3, 1599], reannotatedEvents: []),
            MEGSpikeBlock(index: 2, file: "b.ds", isReannotated: true, sampleCount: 10, events: [1], reannotatedEvents: []),
        ]
        let samples: [[Float]] = blocks.map { block in (0..<(3 * block.sampleCount)).map { Float($0) * 1e-13 } }
        let writer = try MEGSpikeWriter(path: path, header: header, compression: 4)
        #expect(throws: EEGDataError.self) { try writer.append(blocks[0], samples: [0]) }
        for (block, values) in zip(blocks, samples) { try writer.append(block, samples: values) }
        try writer.finish()

        let recording = try MEGSpikeRecording(contentsOf: path)
        #expect(recording.header == header)
        #expect(recording.blocks == blocks)
        #expect(recording.blocks.map(\.spikes) == [[3, 1599], []])
        let isSame = try recording.samples(ofBlock: 0) == samples[0]
        #expect(isSame)
        #expect(
            try recording.samples(ofBlock: 1, in: 4..<6) == [
                samples[1][4], samples[1][5], samples[1][14], samples[1][15], samples[1][24], samples[1][25],
            ])
        #expect(throws: EEGDataError.self) { try recording.samples(ofBlock: 2) }
    }

    @Test func opensAsARecording() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("data_raw_007.h5")
        let blocks = [
            MEGSpikeBlock(index: 0, file: "a.ds", isReannotated: false, sampleCount: 1600, events: [3, 1599], reannotatedEvents: []),
            MEGSpikeBlock(index: 2, file: "b.ds", isReannotated: true, sampleCount: 300, events: [1], reannotatedEvents: [150]),
        ]
        let samples: [[Float]] = blocks.map { block in (0..<(3 * block.sampleCount)).map { Float($0) * 1e-13 } }
        let writer = try MEGSpikeWriter(path: path, header: header(channels: 3))
        for (block, values) in zip(blocks, samples) { try writer.append(block, samples: values) }
        try writer.finish()

        #expect(try FileFormat(of: path) == .megSpikes && FileFormat.megSpikes.isRecording)
        let recording = try Recording(contentsOf: path)
        #expect(
            recording.channels.map(\.label) == ["MLC0", "MLC1", "MLC2"] && recording.channels.allSatisfy { $0.kind == .meg && $0.unit == .tesla })
        #expect(recording.channels.map(\.sampleCount) == [1900, 1900, 1900] && recording.channels[2].samplingRate == 150)
        #expect(recording.channels[2].position == SIMD3(2, 0, 1))
        #expect(recording.subject == "7" && recording.segments.count == 2)
        #expect(recording.annotations.map(\.text) == ["spike", "spike", "spike"])
        let onsets: [Double] = [3, 1599, 1750]
        #expect(recording.annotations.map(\.onset) == onsets.map { $0 / 150 })
        let parts = try recording.samples(of: [2, 0, 0], in: [1600..<1603, 0..<2, 1599..<1600])
        let expected: [[Float]] = [Array(samples[1][600..<603]), Array(samples[0][0..<2]), [samples[0][1599]]]
        #expect(parts == expected)
        for (segment, values) in zip(recording.segments, [samples[0][1600..<3200], samples[1][300..<600]]) {
            let isSame = try recording.samples(of: 1, in: segment) == Array(values)
            #expect(isSame)
        }
        #expect(throws: EEGDataError.self) { try recording.samples(of: 0, in: 1599..<1601) }
    }

    /// Each file breaks one rule; the error names the field.
    @Test(arguments: [
        ("events[1]", [5, 5], Int64(20), "meg-spikes-raw", Float(0)), ("events[0]", [20], 20, "meg-spikes-raw", 0),
        ("n_samples", [1], 19, "meg-spikes-raw", 0),
        ("format", [1], 20, "other", 0), ("MLC0", [1], 20, "meg-spikes-raw", .nan),
    ])
    func namesWhatIsWrong(field: String, events: [Int64], sampleCount: Int64, format: String, sample: Float) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("broken.h5")
        let writer = try HDF5Writer(path: path)
        for (name, text) in ["format": format, "units": "T", "created_by": "test", "source_sha256": ""] {
            try writer.setAttribute(name, of: "/", to: .string(text))
        }
        for (name, number) in ["version": 1, "patient": 1, "n_channels": 1] as [String: Int32] {
            try writer.setAttribute(name, of: "/", to: .int32(number))
        }
        for name in ["sfreq", "highpass", "lowpass"] { try writer.setAttribute(name, of: "/", to: .double(150)) }
        try writer.write(["MLC0"], to: "/channels/name")
        try writer.write(NumericArray(shape: [1, 3], values: .double([0, 0, 0])), to: "/channels/position")
        try writer.write(NumericArray(shape: [1, 20], values: .float(Array(repeating: sample, count: 20))), to: "/blocks/000/meg")
        try writer.write(NumericArray(shape: [events.count], values: .int64(events)), to: "/blocks/000/events")
        try writer.write(NumericArray(shape: [0], values: .int64([])), to: "/blocks/000/reannot")
        try writer.setAttribute("file", of: "/blocks/000", to: .string("a.ds"))
        try writer.setAttribute("is_reannotated", of: "/blocks/000", to: .uint8(0))
        try writer.setAttribute("n_samples", of: "/blocks/000", to: .int64(sampleCount))
        try writer.setAttribute("index", of: "/blocks/000", to: .int32(0))
        try writer.finish()
        let error = #expect(throws: EEGDataError.self) { try MEGSpikeRecording(contentsOf: path).samples(ofBlock: 0) }
        #expect("\(try #require(error))".contains(field))
    }

    @Test(arguments: 2...5) func convertsPickles(version: Int) throws {
        let folder = try TemporaryFolder()
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/meg/data_raw_1_protocol\(version).pkl")
            .path
        var steps: [Int] = []
        try convertMEGSpikePickle(source, to: folder.path("out.h5"), patient: 1, progress: { done, _ in steps.append(done) })
        #expect(steps == [1, 2])
        let recording = try MEGSpikeRecording(contentsOf: folder.path("out.h5"))
        #expect(recording.header.channelNames == ["MEG 001", "MEG 002", "MEG 003"])
        #expect(recording.blocks.map(\.file) == ["one.ds", "two.ds"])
        #expect(recording.blocks.map(\.events) == [[3, 7, 30], []])
        #expect(recording.blocks.map(\.reannotatedEvents) == [[], [5]])
        #expect(recording.blocks.map(\.isReannotated) == [false, true])
        #expect(try recording.samples(ofBlock: 1, in: 0..<2) == ([0, 1, 20, 21, 40, 41] as [Double]).map { Float($0 * 1e-13) })
        let missing = URL(fileURLWithPath: source).deletingLastPathComponent().appending(path: "missing_keys.pkl").path
        let error = #expect(throws: EEGDataError.self) { try convertMEGSpikePickle(missing, to: folder.path("none.h5")) }
        #expect("\(try #require(error))".contains("no reannot, no file"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("none.h5")))
    }

    @Test func windowsRoundTrip() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("windows.h5")
        let header = MEGWindowsHeader(scale: 1e13, unit: "1e-13 T", channelNames: ["MLC11", "MLC12"], blockNames: ["a.ds", "b.ds"], windowLength: 5)
        var windows: [MEGWindow] = []
        for number in 0..<7 {
            let samples: [Float] = (0..<10).map { Float(10 * number + $0) }
            let marks: [Bool] = (0..<5).map { $0 == number }
            windows.append(
                MEGWindow(samples: samples, isSpike: number == 3, sampleLabels: marks, time: Double(number), block: number % 2, subject: 12))
        }
        let writer = try MEGWindowsWriter(path: path, header: header)
        try writer.append(Array(windows[..<4]))
        try writer.append(Array(windows[4...]))
        #expect(throws: EEGDataError.self) {
            try writer.append([MEGWindow(samples: [], isSpike: false, sampleLabels: [], time: 0, block: 0, subject: 0)])
        }
        try writer.finish()
        let file = try MEGWindows(contentsOf: path)
        #expect(file.header == header && file.count == 7)
        for (number, window) in windows.enumerated() { #expect(try file.window(number) == window) }
        #expect(try file.samples(of: 2..<4) == windows[2].samples + windows[3].samples)
        #expect(throws: EEGDataError.self) { try file.window(7) }
    }
}
