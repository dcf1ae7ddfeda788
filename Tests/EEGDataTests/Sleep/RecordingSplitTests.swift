import EEGData
import Testing

/// Splits are those that NumPy and scikit-learn give.
@Suite struct RecordingSplitTests {
    @Test func threeRecordings() throws {
        let split = try RecordingSplit(count: 3)
        #expect(split.training == [1] && split.validation == [2] && split.test == [0])
    }

    @Test func twelveRecordings() throws {
        let split = try RecordingSplit(count: 12)
        #expect(split.training == [9, 11, 6, 1, 3, 10])
        #expect(split.validation == [4, 0, 7])
        #expect(split.test == [8, 5, 2])
    }

    @Test func hundredRecordings() throws {
        let split = try RecordingSplit(count: 100)
        #expect(split.training.count == 60 && split.validation.count == 20 && split.test.count == 20)
        #expect(split.training.prefix(10) == [90, 49, 66, 46, 27, 94, 24, 38, 36, 97])
        #expect(split.validation.prefix(10) == [59, 8, 30, 21, 67, 51, 18, 22, 41, 34])
        #expect(split.test.prefix(10) == [16, 81, 85, 32, 39, 25, 26, 29, 65, 7])
        #expect([split.training, split.validation, split.test].map { $0.reduce(0, +) } == [3129, 859, 962])
    }

    @Test func allRecordings() throws {
        let split = try RecordingSplit(count: 994)
        #expect(split.training.count == 596 && split.validation.count == 199 && split.test.count == 199)
        #expect(split.training.prefix(10) == [412, 323, 672, 163, 970, 905, 834, 197, 892, 897])
        #expect(split.validation.prefix(10) == [381, 942, 47, 285, 761, 822, 499, 541, 570, 54])
        #expect(split.test.prefix(10) == [65, 583, 358, 537, 447, 519, 811, 849, 727, 989])
        #expect([split.training, split.validation, split.test].map { $0.reduce(0, +) } == [293_311, 99_058, 101_152])
    }

    @Test func everyRecordingOnce() throws {
        for count in 3...40 {
            let split = try RecordingSplit(count: count, validation: 0.15, test: 0.3, validationSeed: 1, testSeed: 2)
            #expect((split.training + split.validation + split.test).sorted() == Array(0..<count))
        }
        #expect(try RecordingSplit(count: 5, validation: 0).validation.isEmpty)
    }

    @Test func impossibleSplits() {
        #expect(throws: EEGDataError.self) { try RecordingSplit(count: 0) }
        #expect(throws: EEGDataError.self) { try RecordingSplit(count: 2) }
        #expect(throws: EEGDataError.self) { try RecordingSplit(count: 10, validation: 0.5, test: 0.5) }
        #expect(throws: EEGDataError.self) { try RecordingSplit(count: 10, test: .nan) }
    }
}
