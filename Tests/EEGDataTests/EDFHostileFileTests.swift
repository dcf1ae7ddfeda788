import EEGData
import EEGTensor
import Foundation
import Testing

/// Foreign, truncated and damaged files: each is read correctly or refused with a typed error that says where; none may trap or hang.
@Suite struct EDFHostileFileTests {
    private func validFile() throws -> [UInt8] {
        let folder = try TemporaryFolder()
        try EDFRoundTripTests.mixedRecording().writeEDF(to: folder.path("valid.edf"))
        return Array(try Data(contentsOf: folder.url.appending(path: "valid.edf")))
    }

    /// Opens a file and reads all of it, as far as it lets itself be read.
    private func readAll(_ path: String) throws(EEGDataError) {
        let recording = try Recording(contentsOf: path)
        for index in recording.channels.indices {
            _ = try recording.digitalSamples(of: [index])
            guard recording.channels[index].digitization?.isDefined == true else { continue }
            _ = try recording.samples(of: index)
        }
    }

    /// A header that is not whole is refused; of the data the whole records are read, with a note, or refused if that is asked for.
    @Test func everyTruncationIsRefusedOrNoted() throws {
        let bytes = try validFile()
        let folder = try TemporaryFolder()
        let headerSize = 1280
        for length in Array(0..<1300) + Array(stride(from: 1300, to: bytes.count, by: 7)) {
            let path = try folder.write(Array(bytes[..<length]))
            if length < headerSize {
                #expect(throws: EEGDataError.self, "\(length) of \(bytes.count) bytes") { try readAll(path) }
                continue
            }
            try readAll(path)
            let notes = try Recording(contentsOf: path).notes
            #expect(notes.contains { $0.contains("cut off") }, "\(length) of \(bytes.count) bytes: \(notes)")
            #expect(throws: EEGDataError.self) { try Recording(contentsOf: path, options: ReadOptions(isStrict: true)) }
        }
    }

    @Test func foreignFilesAreRefusedByWhatTheyBeginWith() throws {
        let folder = try TemporaryFolder()
        for content in ["", "0", "%PDF-1.7 something", "0       ", "GDF 2.20" + String(repeating: " ", count: 400), "\u{1F}\u{8B}\u{8}"] {
            let path = try folder.write(Array(content.utf8))
            #expect(throws: EEGDataError.self) { try Recording(contentsOf: path) }
        }
        let error = #expect(throws: EEGDataError.self) { try Recording(contentsOf: folder.write(Array("%PDF-1.7".utf8), to: "x.edf")) }
        #expect("\(try #require(error))".contains("%PDF-1.7"))
        #expect(throws: EEGDataError.self) { try Recording(contentsOf: folder.path("absent.edf")) }
        #expect(throws: EEGDataError.self) { try Recording(contentsOf: folder.url.path) }
    }

    /// Every number of the header set to extreme and senseless values.
    @Test func damagedHeaderFields() throws {
        let valid = try validFile()
        let signals = 4
        var fields = [(168, 8), (176, 8), (184, 8), (236, 8), (244, 8), (252, 4)]
        for start in [104, 112, 120, 128, 216] {
            for signal in 0..<signals { fields.append((256 + signals * start + signal * 8, 8)) }
        }
        let values = [
            "-1", "0", "1", "9999", "99999999", "-9999999", "1e308", "1e-300", "nan", "inf", "0x10", "", "abc", "1,5", "+ 1", "-0",
        ]
        let folder = try TemporaryFolder()
        for (offset, width) in fields {
            for value in values {
                var bytes = valid
                let text = Array(value.utf8).prefix(width)
                bytes.replaceSubrange(offset..<(offset + width), with: text + [UInt8](repeating: 32, count: width - text.count))
                let path = try folder.write(bytes)
                do { try readAll(path) } catch { #expect(!"\(error)".isEmpty) }
            }
        }
    }

    @Test func errorsSayWhere() throws {
        var bytes = try validFile()
        bytes.replaceSubrange(252..<256, with: Array("x4  ".utf8))
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "damaged.edf")
        let expected = EEGDataError.malformed(
            file: path, format: "EDF", offset: 252, field: "number of signals", expected: "a number", found: "\"x4  \"")
        #expect(throws: expected) { try Recording(contentsOf: path) }
    }

    /// Bytes flipped, stretches repeated, dropped and swapped, at seeded random places.
    @Test func randomDamage() throws {
        let valid = try validFile()
        let folder = try TemporaryFolder()
        var generator = Generator(seed: 20)
        for _ in 0..<2000 {
            var bytes = valid
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                for _ in 0...Int.random(in: 0..<20, using: &generator) {
                    // Most of the structure is at the front.
                    let end = Bool.random(using: &generator) ? 1280 : bytes.count
                    bytes[Int.random(in: 0..<end, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
                }
            case 1:
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                bytes.insert(
                    contentsOf: valid[start..<min(start + 512, valid.count)], at: Int.random(in: 0..<bytes.count, using: &generator))
            case 2:
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                bytes.removeSubrange(start..<min(start + Int.random(in: 1..<2000, using: &generator), bytes.count))
            default:
                let half = bytes.count / 2
                let length = Int.random(in: 1..<half, using: &generator)
                bytes = Array(bytes[length...] + bytes[..<length])
            }
            let path = try folder.write(bytes)
            do { try readAll(path) } catch { #expect(!"\(error)".isEmpty) }
        }
    }

    @Test func aFileThatShrinksWhileItIsReadGivesAnError() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(try validFile(), to: "shrinking.edf")
        let recording = try Recording(contentsOf: path)
        #expect(truncate(path, 2000) == 0)
        #expect(throws: EEGDataError.self) { try recording.samples(of: 0) }
    }

    @Test func annotationListsAreReadStrictly() throws {
        let folder = try TemporaryFolder()
        let channel = Channel(label: "A", samplingRate: 1, sampleCount: 1, digitization: Digitization(physical: (-1, 1)))
        let marker = "MMMMMMMMMMMMMMMMMMMMMMMM"
        try Recording(channels: [channel], samples: [[0]], annotations: [Annotation(onset: 0, text: marker)]).writeEDF(
            to: folder.path("a.edf"))
        let bytes = Array(try Data(contentsOf: folder.url.appending(path: "a.edf")))
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("+0\u{14}\(marker)".utf8)) })

        /// The annotations of a file whose list was overwritten with `text`.
        func annotations(_ text: String) throws -> (found: [Annotation], notes: Int) {
            var changed = bytes
            changed.replaceSubrange(start..<(start + 28), with: Array(text.utf8) + [UInt8](repeating: 0, count: 28 - text.utf8.count))
            let recording = try Recording(contentsOf: folder.write(changed))
            return (recording.annotations, recording.notes.count)
        }
        #expect(
            try annotations("+1.5\u{15}2\u{14}a\u{14}b\u{14}").found == ["a", "b"].map { Annotation(onset: 1.5, duration: 2, text: $0) })
        #expect(try annotations("-3\u{14}x\u{14}").found == [Annotation(onset: -3, text: "x")])
        #expect(try annotations("+1\u{15}0\u{14}x\u{14}").found == [Annotation(onset: 1, duration: 0, text: "x")])
        for broken in [
            "1\u{14}no sign\u{14}", "+x\u{14}a\u{14}", "+1\u{15}-2\u{14}a\u{14}", "+1\u{14}not ended", "+1", "+1\u{15}\u{14}a\u{14}",
            "+0x1\u{14}a\u{14}", "+1e308\u{14}a\u{14}", "-2e10\u{14}a\u{14}", "+1\u{15}1e300\u{14}a\u{14}",
        ] {
            let (found, notes) = try annotations(broken)
            #expect(found.isEmpty && notes == 1, "\(broken.debugDescription)")
        }
    }
}
