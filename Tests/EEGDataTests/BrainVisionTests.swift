import EEGData
import Foundation
import Testing

/// BrainVision recordings made here: both orders of samples, both formats, and what must be refused.
@Suite struct BrainVisionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func header(_ lines: [String] = [], channels: [String] = ["Fp1,,0.5,µV", "EOG\\1left,,,mV"], format: String = "INT_16") -> String {
        ([
            "Brain Vision Data Exchange Header File Version 1.0", "; made here", "[Common Infos]", "DataFile=$b.eeg", "MarkerFile=$b.vmrk",
            "DataFormat=BINARY", "DataOrientation=MULTIPLEXED", "NumberOfChannels=\(channels.count)", "SamplingInterval=4000",
        ] + lines
            + ["[Binary Infos]", "BinaryFormat=\(format)", "[Channel Infos]"] + channels.enumerated().map { "Ch\($0 + 1)=\($1)" }
            + ["[Comment]", "NumberOfChannels=99"]).joined(separator: "\r\n")
    }

    private func write(_ header: String, data: [UInt8]?, markers: [String] = [], name: String = "a") throws -> String {
        if let data { _ = try folder.write(data, to: "\(name).eeg") }
        let text = (["Brain Vision Data Exchange Marker File, Version 1.0", "[Marker Infos]"] + markers).joined(separator: "\n")
        _ = try folder.write(Array(text.utf8), to: "\(name).vmrk")
        return try folder.write(Array(header.utf8), to: "\(name).vhdr")
    }

    private func bytes(_ values: [Int16]) -> [UInt8] {
        values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    @Test func bothOrdersOfSamples() throws {
        let multiplexed = try Recording(contentsOf: write(header(), data: bytes([1, 10, -2, 20, 3, -30])))
        #expect(multiplexed.channels.map(\.label) == ["Fp1", "EOG,left"])
        #expect(multiplexed.channels.map(\.unit) == [.microvolt, .millivolt])
        #expect(multiplexed.channels.map(\.samplingRate) == [250, 250])
        #expect(try multiplexed.samples(of: [0, 1]) == [[0.5, -1, 1.5], [10, 20, -30]])
        #expect(try multiplexed.digitalSamples(of: [1], in: [1..<3]) == [[20, -30]])

        let vectorized = header().replacing("MULTIPLEXED", with: "VECTORIZED")
        let recording = try Recording(contentsOf: write(vectorized, data: bytes([1, -2, 3, 10, 20, -30]), name: "b"))
        #expect(try recording.samples(of: [1, 0], in: [1..<3, 0..<3]) == [[20, -30], [0.5, -1, 1.5]])
    }

    @Test func floats() throws {
        let data = [Float(1.25), -3].flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) } }
        let recording = try Recording(contentsOf: write(header(channels: ["A,,0.1,V"], format: "IEEE_FLOAT_32"), data: data))
        #expect(try recording.samples(of: 0) == [0.125, -0.3])
        #expect(throws: EEGDataError.self) { try recording.digitalSamples(of: [0]) }
    }

    @Test func markersAndBreaks() throws {
        let markers = [
            "Mk1=New Segment,,1,1,0,20260228235958500000", "Mk2=Stimulus,S  1,2,1,0", "Mk3=Comment,a\\1 b,3,2,1",
            "Mk4=New Segment,,3,1,0,20260301000001500000", "Mk5=Response,R 1,4,0,0", "Mk6=broken", "; a remark",
        ]
        let recording = try Recording(contentsOf: write(header(channels: ["A"]), data: bytes([1, 2, 3, 4]), markers: markers))
        #expect(recording.start == StartTime(year: 2026, month: 2, day: 28, hour: 23, minute: 59, second: 58) && recording.startOffset == 0.5)
        #expect(recording.annotations.map(\.text) == ["Stimulus/S  1", "Comment/a, b", "New Segment/", "Response/R 1"])
        let onsets = recording.annotations.map(\.onset)
        #expect(zip(onsets, [0.004, 3, 3, 3.004]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(onsets)")
        #expect(recording.annotations.map(\.duration) == [0.004, 0.008, 0.004, 0])
        #expect(recording.segments.map(\.start) == [0, 3])
        #expect(throws: EEGDataError.self) { try recording.samples(of: 0) }
        #expect(try recording.samples(of: 0, in: recording.segments[1]) == [3, 4])
        #expect(recording.notes.count == 1)
    }

    @Test func missingDataGivesTheHeader() throws {
        let path = try write(header(), data: nil)
        let recording = try Recording(contentsOf: path)
        #expect(recording.channels.count == 2 && !recording.notes.isEmpty)
        let error = #expect(throws: EEGDataError.self) { try recording.samples(of: 0) }
        let message = "\(try #require(error))"
        #expect(message.contains("a.vhdr") && message.contains("a.eeg"))
    }

    @Test func namesDoNotLeadOutOfTheFolder() throws {
        let path = try write(header().replacing("$b.eeg", with: "../../etc/passwd"), data: bytes([1, 2]))
        #expect(throws: EEGDataError.self) { try Recording(contentsOf: path).samples(of: 0) }
    }

    @Test func whatIsNotSupportedIsRefused() throws {
        for (from, to) in [
            ("BINARY", "ASCII"), ("MULTIPLEXED", "SIDEWAYS"), ("INT_16", "INT_12"), ("SamplingInterval=4000", "SamplingInterval=0"),
            ("NumberOfChannels=2", "NumberOfChannels=3"), ("NumberOfChannels=2", "NumberOfChannels=x"), ("Ch2=", "Ch3="),
            ("DataFile=", "File="), (",0.5,", ",half,"), ("Version 1.0", "Version 7.0"), ("Header File", "Something"),
        ] {
            #expect(throws: EEGDataError.self, "\(to)") { try Recording(contentsOf: write(header().replacing(from, with: to), data: bytes([1, 2]))) }
        }
    }

    @Test func incompleteData() throws {
        let path = try write(header(["DataPoints=4"]), data: bytes([1, 2, 3, 4, 5]))
        let recording = try Recording(contentsOf: path)
        #expect(recording.channels[0].sampleCount == 2 && recording.notes.count == 2)
        #expect(throws: EEGDataError.self) { try Recording(contentsOf: path, options: ReadOptions(isStrict: true)) }
    }
}
