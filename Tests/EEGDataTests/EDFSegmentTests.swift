import EEGData
import Foundation
import Testing

/// Recordings with gaps: what lies on both sides of one is never joined, and times are those of the clock.
@Suite struct EDFSegmentTests {
    /// Three stretches of 2, 3 and 1 s at 0, 10 and 20.5 s, with two rates; written as EDF+C, then the onsets of the records are changed.
    static func gapped(in folder: TemporaryFolder) throws -> String {
        let channels = [
            Channel(label: "EEG O1", samplingRate: 8, sampleCount: 48, digitization: Digitization(physical: (-32768, 32767))),
            Channel(label: "Temp", samplingRate: 2, sampleCount: 12, digitization: Digitization(physical: (-32768, 32767))),
        ]
        // An annotation makes room for onsets of more digits.
        let recording = try Recording(
            channels: channels, samples: [(0..<48).map { Float($0) }, (0..<12).map { Float($0) }],
            annotations: [Annotation(onset: 5.5, duration: 0.25, text: "in the last record")])
        try recording.writeEDF(to: folder.path("whole.edf"))
        var bytes = Array(try Data(contentsOf: folder.url.appending(path: "whole.edf")))
        bytes.replaceSubrange(192..<197, with: Array("EDF+D".utf8))
        let samplesPerRecord = [8, 2]
        let annotationSize = (bytes.count - 1024) / 6 - 2 * samplesPerRecord.reduce(0, +)
        for (record, onset) in ["+0", "+1", "+10", "+11", "+12", "+20.5"].enumerated() {
            let list = Array("\(onset)\u{14}\u{14}\0".utf8) + (record == 0 ? Array("+20.75\u{15}0.25\u{14}late\u{14}\0".utf8) : [])
            let start = 1024 + record * (20 + annotationSize) + 20
            bytes.replaceSubrange(
                start..<(start + annotationSize), with: list + [UInt8](repeating: 0, count: annotationSize - list.count))
        }
        return try folder.write(bytes, to: "gapped.edf")
    }

    @Test func segmentsAreFoundAndReadOneByOne() throws {
        let folder = try TemporaryFolder()
        let recording = try Recording(contentsOf: Self.gapped(in: folder))
        #expect(recording.segments.map(\.start) == [0, 10, 20.5])
        #expect(recording.segments.map(\.duration) == [2, 3, 1])
        #expect(recording.annotations == [Annotation(onset: 20.75, duration: 0.25, text: "late")])
        #expect(try recording.samples(of: [0, 1], in: recording.segments[1]) == [(16..<40).map { Float($0) }, (4..<10).map { Float($0) }])
        #expect(try recording.digitalSamples(of: [1], in: recording.segments[2]) == [[10, 11]])
        #expect(try recording.time(ofSample: 41, of: 0) == 20.625)
        #expect(try recording.samples(of: 0, seconds: 10.5..<11) == [20, 21, 22, 23])
    }

    @Test func readingOverAGapIsRefusedByName() throws {
        let folder = try TemporaryFolder()
        let recording = try Recording(contentsOf: Self.gapped(in: folder))
        let gap = EEGDataError.crossesGap(channel: "EEG O1", samples: 15..<17, sample: 16, from: 2, to: 10)
        #expect(throws: gap) { try recording.samples(of: 0, in: 15..<17) }
        #expect(throws: EEGDataError.crossesGap(channel: "EEG O1", samples: 0..<48, sample: 16, from: 2, to: 10)) { try recording.samples(of: 0) }
        #expect(throws: EEGDataError.self) { try recording.digitalSamples(of: [1]) }
        #expect(throws: EEGDataError.self) { try recording.samples(of: 0, seconds: 1..<11) }
        #expect(throws: EEGDataError.self) { try recording.samples(of: 0, seconds: 5..<6) }
        #expect(try recording.samples(of: 0, in: 16..<40).count == 24)
    }

    @Test func gapsSurviveWriting() throws {
        let folder = try TemporaryFolder()
        let recording = try Recording(contentsOf: Self.gapped(in: folder))
        try recording.writeBDF(to: folder.path("copy.bdf"))
        let copy = try Recording(contentsOf: folder.path("copy.bdf"))
        #expect(copy.segments == recording.segments && copy.annotations == recording.annotations && copy.notes.isEmpty)
        for (segment, expected) in zip(copy.segments, recording.segments) {
            #expect(try copy.digitalSamples(of: [0, 1], in: segment) == recording.digitalSamples(of: [0, 1], in: expected))
        }
    }
}
