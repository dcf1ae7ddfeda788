import EEGData
import Foundation
import Testing

/// MATLAB and EEGLAB files that `Scripts/make-fixtures/mat.py` writes.
@Suite struct MATFixtureTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz")

    @Test func numbersOfEveryKind() throws {
        let file = try MATFile(contentsOf: Self.folder.appending(path: "mat/numbers.mat").path)
        let double = try #require(try file.value(of: "double").numbers)
        #expect(double == NumericArray(shape: [3, 5], values: .double((0..<15).map { Double($0) / 7 })))
        let whole = try #require(try file.value(of: "whole").numbers)
        #expect(whole == NumericArray(shape: [3, 4], values: .int16(Array(-6..<6))))
        #expect(try file.value(of: "wide").numbers?.values == .int64([1 << 62, -(1 << 62)]))
        #expect(try file.value(of: "flags").numbers?.values == .bool([true, false, true]))
        #expect(try file.value(of: "empty").numbers?.shape == [0, 3])
        #expect(try file.value(of: "single").shape == [4, 3, 2])
        let one = NumericArray(shape: [1, 2], values: .double([1, 3]))
        #expect(try file.value(of: "complex") == .complex(real: one, imaginary: NumericArray(shape: [1, 2], values: .double([2, -4]))))
        #expect(
            try file.value(of: "sparse") == .sparse(MATSparse(shape: [4, 4], rowIndices: [0, 2], columnIndices: [0, 2], values: [1, 3])))
        #expect(throws: EEGDataError.self) { try file.value(of: "no such variable") }
    }

    @Test func structuresAndTexts() throws {
        let file = try MATFile(contentsOf: Self.folder.appending(path: "mat/compressed.mat").path)
        let cells = try #require(try file.value(of: "cells").cell)
        #expect(cells.shape == [2, 2])
        #expect(cells.elements[0].string == "a")
        #expect(cells.elements[1].numbers?.doubles == [0, 1, 2])
        #expect(cells.elements[2] == .text(MATText(shape: [2, 5], rows: ["one  ", "three"])))
        let events = try #require(try file.value(of: "events").structure)
        #expect(events.count == 3)
        #expect(events[1, "type"]?.string == "täk" && events[2, "latency"]?.number == 21)
        #expect(try file.value(of: "text").string == "α rhythm")
        #expect(try file.value(of: "matrix").shape == [6, 40])
        #expect(file.variables.map(\.className).sorted() == ["cell", "char", "double", "struct"])
    }

    @Test func otherVersionsAndByteOrders() throws {
        let old = try MATFile(contentsOf: Self.folder.appending(path: "mat/version4.mat").path)
        #expect(try old.value(of: "x").numbers == NumericArray(shape: [2, 3], values: .double([0, 1, 2, 3, 4, 5])))
        #expect(try old.value(of: "name").string == "eeg")
        let bigEndian = try MATFile(contentsOf: Self.folder.appending(path: "mat/big-endian.mat").path)
        #expect(try bigEndian.value(of: "x").numbers == NumericArray(shape: [2, 3], values: .double([1, 3, 5, 2, -4, 600])))
    }

    /// A matrix that passes through many tiles, from the file and from memory, gives the same as element by element.
    @Test(arguments: [[62, 9001], [9001, 62], [700, 700], [1, 300_000], [300_000, 1], [40, 300, 30]])
    func bigMatrices(shape: [Int]) throws {
        let count = shape.reduce(1, *)
        var body: [UInt8] = []
        func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { body.append(contentsOf: $0) } }
        for word in [6, 8, 7, 0, 5, UInt32(4 * shape.count)] { append(word) }
        for size in shape { append(Int32(size)) }
        if shape.count % 2 == 1 { append(Int32(0)) }
        append(UInt32(1 << 16 | 1))
        body += [UInt8(ascii: "x"), 0, 0, 0]
        append(UInt32(7))
        append(UInt32(4 * count))
        // The value of an element is its place in column-major order.
        for place in 0..<count { append(Float(place).bitPattern) }
        if count % 2 == 1 { append(Int32(0)) }
        var file = Array("MATLAB 5.0 MAT-file".utf8)
        file += [UInt8](repeating: 32, count: 116 - file.count) + [UInt8](repeating: 0, count: 8) + [0, 1] + Array("IM".utf8)
        let size = UInt32(body.count)
        file += withUnsafeBytes(of: UInt32(14).littleEndian) { Array($0) } + withUnsafeBytes(of: size.littleEndian) { Array($0) } + body

        let folder = try TemporaryFolder()
        let array = try #require(try MATFile(contentsOf: folder.write(file, to: "x.mat")).value(of: "x").numbers)
        #expect(array.shape == shape)
        guard case .float(let values) = array.values else {
            Issue.record("not single")
            return
        }
        var wrong = 0
        for position in 0..<count {
            var rest = position
            var place = 0
            var stride = count
            for size in shape.reversed() {
                stride /= size
                place += rest % size * stride
                rest /= size
            }
            if values[position] != Float(place) { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test func eeglabWithSamplesInAFileOfTheirOwn() throws {
        let recording = try Recording(contentsOf: Self.folder.appending(path: "eeglab/continuous.set").path)
        #expect(recording.channels.map(\.label) == ["Fp1", "Cz", "EOG"])
        #expect(recording.channels.map(\.kind) == [.eeg, .eeg, .eog])
        #expect(recording.channels[1].position == SIMD3(-10, 80, -4.5))
        // The file inside has another name.
        #expect(recording.notes.contains { $0.contains("renamed.fdt") })
        // Half a second is missing behind the first 20 samples.
        #expect(
            recording.segments == [
                Segment(start: 0, storedStart: 0, duration: 0.2), Segment(start: 0.7, storedStart: 0.2, duration: 0.2),
            ])
        #expect(recording.annotations.map(\.text) == ["square", "boundary", "7"])
        #expect(recording.annotations[0].onset == 0.0225 && recording.annotations[0].duration == 0)
        #expect(abs(recording.annotations[1].onset - 0.195) < 1e-12 && recording.annotations[1].duration == 0.5)
        #expect(abs(recording.annotations[2].onset - 0.8) < 1e-12 && recording.annotations[2].duration == nil)

        // The same samples inside the file, as fields without a struct.
        let fields = try Recording(contentsOf: Self.folder.appending(path: "eeglab/fields.set").path)
        #expect(fields.channels.map(\.label) == ["EEG 000", "EEG 001", "EEG 002"])
        for index in 0..<3 { #expect(try fields.samplesOfAllSegments(index) == recording.samplesOfAllSegments(index)) }
    }

    @Test func eeglabEpochs() throws {
        let recording = try Recording(contentsOf: Self.folder.appending(path: "eeglab/epochs.set").path)
        #expect(recording.segments.count == 4 && recording.channels.map(\.sampleCount) == [40, 40])
        let all = [try recording.samplesOfAllSegments(0), try recording.samplesOfAllSegments(1)]
        #expect(try recording.samples(of: [1, 0], in: [12..<19, 15..<16]) == [Array(all[1][12..<19]), Array(all[0][15..<16])])
    }
}
