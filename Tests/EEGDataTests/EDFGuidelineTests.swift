import EEGData
import Foundation
import Testing

/// The requirements of the EDF+ specification, clause by clause, on files that we write. Each test is named by its clause: sections 2.1.3
/// (the additional specifications), 2.2 (annotations) and 2.3 of Kemp and Olivan 2003; fields are those of Kemp et al. 1992.
@Suite struct EDFGuidelineTests {
    private let header: [UInt8]
    private let records: [[UInt8]]
    private let recording: Recording
    /// Three channels of 128, 128 and 0.5 Hz, and the annotations.
    private let signalCount = 4

    init() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("guideline.edf")
        recording = try EDFRoundTripTests.mixedRecording()
        try recording.writeEDF(to: path, equipment: "Test_recorder")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        header = Array(bytes[..<(256 * 5)])
        let size = (bytes.count - header.count) / 5
        records = (0..<5).map { Array(bytes[(256 * 5 + $0 * size)..<(256 * 5 + ($0 + 1) * size)]) }
    }

    private func field(_ offset: Int, _ width: Int) -> String { String(decoding: header[offset..<(offset + width)], as: UTF8.self) }
    private func signalField(_ start: Int, _ width: Int) -> [String] {
        (0..<signalCount).map { field(256 + signalCount * start + $0 * width, width) }
    }
    private var annotationBytes: [ArraySlice<UInt8>] {
        let samples = signalField(216, 8).prefix(3).compactMap { Int($0.filter { $0 != " " }) }.reduce(0, +)
        return records.map { $0[(2 * samples)...] }
    }

    @Test("2.1.3.1: header strings are left-justified and filled with spaces, in US-ASCII 32 to 126")
    func asciiOnly() {
        #expect(header.allSatisfy { (32...126).contains($0) })
        for text in [field(0, 8), field(8, 80), field(88, 80), field(184, 8)] + signalField(0, 16) { #expect(!text.hasPrefix(" ")) }
    }

    @Test("2.1.3.2: dates and times only hold digits and full stops: dd.mm.yy, hh.mm.ss") func dates() {
        #expect(field(168, 8) == "28.02.26" && field(176, 8) == "23.59.07")
    }

    @Test("2.1.3.3: the patient field holds code, sex, birthdate and name, X for what is not known") func patient() {
        #expect(field(8, 80).trimmingCharacters(in: .whitespaces).split(separator: " ") == ["X", "X", "X", "X"])
    }

    @Test("2.1.3.4: the recording field holds Startdate, its date, codes of examination and technician, the equipment") func recordingField() {
        #expect(field(88, 80).trimmingCharacters(in: .whitespaces) == "Startdate 28-FEB-2026 X X Test_recorder")
    }

    @Test("2.1.3.5: digital minima lie below digital maxima, physical extremes differ and are not exponents or commas") func extremes() throws {
        let lowest = signalField(120, 8).compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        let highest = signalField(128, 8).compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        #expect(lowest.count == signalCount && zip(lowest, highest).allSatisfy { $0 < $1 })
        #expect(zip(signalField(104, 8), signalField(112, 8)).allSatisfy { $0 != $1 })
        #expect((signalField(104, 8) + signalField(112, 8)).allSatisfy { !$0.contains(",") })
    }

    @Test("2.1.3.6: numbers have a full stop for the decimal point, and no separator of thousands") func numbers() {
        #expect((signalField(104, 8) + [field(244, 8)]).allSatisfy { Double($0.trimmingCharacters(in: .whitespaces)) != nil })
    }

    @Test("2.1.3.8: integers are stored in two's complement, low byte first") func integers() throws {
        let stored = try recording.digitalSamples(of: [0])[0]
        let first = records[0].prefix(2)
        #expect(Int16(truncatingIfNeeded: stored[0]) == Int16(bitPattern: UInt16(first[0]) | UInt16(first[1]) << 8))
    }

    @Test("2.1.3.12: the start year is that of the recording field, also beyond 2084, where the date field holds yy") func lateYears() throws {
        let folder = try TemporaryFolder()
        let channel = Channel(label: "A", samplingRate: 1, sampleCount: 1, digitization: Digitization(physical: (-1, 1)))
        let start = StartTime(year: 2090, month: 12, day: 31, hour: 0, minute: 0, second: 1)
        try Recording(channels: [channel], samples: [[0]], start: start).writeEDF(to: folder.path("late.edf"))
        let bytes = Array(try Data(contentsOf: folder.url.appending(path: "late.edf")))
        #expect(String(decoding: bytes[168..<176], as: UTF8.self) == "31.12.yy")
        #expect(try Recording(contentsOf: folder.path("late.edf")).start == start)
    }

    @Test("2.2.1: the reserved field begins with EDF+C; one signal is labelled EDF Annotations") func annotationSignal() {
        #expect(field(192, 5) == "EDF+C")
        #expect(signalField(0, 16)[3] == "EDF Annotations ")
    }

    @Test("2.2.1: the annotation signal has digital extremes -32768 and 32767, different physical extremes, blank transducer and filters")
    func annotationFields() {
        #expect(signalField(120, 8)[3] == "-32768  " && signalField(128, 8)[3] == "32767   ")
        #expect(signalField(104, 8)[3] != signalField(112, 8)[3])
        #expect((signalField(16, 80)[3] + signalField(136, 80)[3]).allSatisfy { $0 == " " })
    }

    @Test("2.2.2: each list is Onset 21 Duration 20 Annotation 20 0, onsets with a sign, durations without") func lists() {
        let pattern = #/[+-][0-9]+(\.[0-9]+)?(\x15[0-9]+(\.[0-9]+)?)?\x14([^\x00\x14]*\x14)+/#
        for bytes in annotationBytes {
            for list in bytes.split(separator: 0) { #expect(String(decoding: list, as: UTF8.self).wholeMatch(of: pattern) != nil) }
            #expect(bytes.last == 0, "unused bytes are zero")
        }
    }

    @Test("2.2.3: annotation texts are UTF-8") func utf8() throws {
        let all = annotationBytes.reduce([]) { $0 + $1 }
        #expect(String(validating: all, as: UTF8.self)?.contains("眼睛") == true)
    }

    @Test("2.2.4: the first list of each record has an empty first text and the onset of the record") func timeKeeping() {
        for (record, bytes) in annotationBytes.enumerated() { #expect(bytes.starts(with: Array("+\(2 * record)\u{14}\u{14}\0".utf8))) }
    }

    @Test("2.2.4: a recording with gaps is EDF+D and tells the onset of each record") func discontinuous() throws {
        let folder = try TemporaryFolder()
        try Recording(contentsOf: EDFSegmentTests.gapped(in: folder)).writeEDF(to: folder.path("copy.edf"))
        let bytes = Array(try Data(contentsOf: folder.url.appending(path: "copy.edf")))
        #expect(String(decoding: bytes[192..<197], as: UTF8.self) == "EDF+D")
        #expect(try Recording(contentsOf: folder.path("copy.edf")).segments.map(\.start) == [0, 10, 20.5])
    }
}
