import EEGData
import Foundation
import Testing

@Suite struct ParquetRoundTripTests {
    static func table(rowCount: Int) throws -> ParquetTable {
        var nulls = NullMask(count: rowCount)
        for row in stride(from: 3, to: rowCount, by: 7) { nulls[row] = true }
        let floats = (0..<rowCount).map { $0 % 11 == 5 ? Float.nan : Float($0 % 1000) / 8 }
        return try ParquetTable([
            ParquetColumn(name: "Fp1", floats),
            ParquetColumn(name: "EKG", floats).marking(nulls: nulls),
            ParquetColumn(name: "time", (0..<rowCount).map { Int64($0) * 5 }),
            ParquetColumn(name: "count", (0..<rowCount).map { Int64($0) }).marking(nulls: nulls),
            ParquetColumn(name: "note", (0..<rowCount).map { "note \($0 % 5)" }),
            ParquetColumn(name: "double", (0..<rowCount).map { Double($0) / 3 }),
        ])
    }

    @Test(arguments: [(0, 10), (1, 1), (1000, 1000), (1000, 64), (300_000, 1 << 20)])
    func readsBackWhatItWrites(rowCount: Int, rowsPerGroup: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("table.parquet")
        let table = try Self.table(rowCount: rowCount)
        try table.write(to: path, rowsPerGroup: rowsPerGroup)
        let file = try ParquetFile(contentsOf: path)
        #expect(file.rowCount == rowCount && file.rowGroupSizes.count == (rowCount + rowsPerGroup - 1) / rowsPerGroup)
        let read = try file.table()
        for (written, column) in zip(table.columns, read.columns) {
            #expect(column.name == written.name && column.type == written.type)
            let hasEqualNulls = (0..<rowCount).allSatisfy { column.nulls?[$0] ?? false == written.nulls?[$0] ?? false }
            #expect(hasEqualNulls, "\(column.name)")
            switch (column.values, written.values) {
            case (.numbers, .numbers):
                let (found, expected) = (try column.doubles(), try written.doubles())
                let isEqual = zip(found, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
                #expect(isEqual, "\(column.name)")
            default:
                let isEqual = try column.strings() == written.strings()
                #expect(isEqual, "\(column.name)")
            }
        }
    }

    /// For `Benchmarks/interop/parquet.py`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["EEG_INTEROP_DIR"] != nil)) func writesForOtherReaders() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["EEG_INTEROP_DIR"])
        try Self.table(rowCount: 400_000).write(to: folder + "/interop.parquet", rowsPerGroup: 150_000)
    }

    @Test func partsOfRowsAndColumns() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("table.parquet")
        try Self.table(rowCount: 1000).write(to: path, rowsPerGroup: 64)
        let file = try ParquetFile(contentsOf: path)
        let matrix = try file.matrix(of: ["time", "Fp1", "EKG"], rows: 50..<333)
        #expect(matrix.shape == [3, 283])
        let whole = try file.table(of: ["EKG"]).columns[0].floats()
        let part = Array(matrix.floats[566...])
        let isEqual = zip(part, whole[50..<333]).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
        #expect(isEqual)
        #expect(matrix.floats[0] == 250 && matrix.floats[282] == 332 * 5)
        #expect(throws: EEGDataError.self) { try file.matrix(of: ["note"]) }
        #expect(throws: EEGDataError.self) { try file.matrix(of: ["absent"]) }
        #expect(throws: EEGDataError.self) { try file.matrix(of: ["Fp1"], rows: 0..<1001) }
        #expect(throws: EEGDataError.self) { try ParquetFile(contentsOf: path, limits: ReadLimits(decodedBytes: 3999)).matrix(of: ["Fp1"]) }
    }

    @Test func missingIntegersAreRefusedByName() throws {
        let columns = try Self.table(rowCount: 100).columns
        #expect(try columns[2].integers().last == 495)
        #expect(
            throws: EEGDataError.invalidArgument(name: "column count", expected: "an integer in every row", found: "no value in row 3")
        ) { try columns[3].integers() }
    }

    @Test func recordingsKeepTheirSamples() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("eeg.parquet")
        let labels = ["Fp1", "Cz", "EKG"]
        let samples = labels.indices.map { channel in (0..<2000).map { Float(($0 * (channel + 3)) % 251) - 125 } }
        let channels = labels.map { Channel(label: $0, samplingRate: 200, sampleCount: 2000) }
        try Recording(channels: channels, samples: samples).writeParquet(to: path)
        let recording = try Recording(parquet: path, samplingRate: 200)
        #expect(recording.channels.map(\.label) == labels && recording.duration == 10)
        #expect(try recording.samples(of: [0, 1, 2]) == samples)
        #expect(try recording.samples(of: 1, seconds: 2..<3) == Array(samples[1][400..<600]))
        #expect(throws: EEGDataError.self) { try Recording(parquet: path, samplingRate: 0) }
        #expect(recording.path == path)
    }

    @Test func longRecordingsAreWrittenInRowGroups() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("eeg.parquet")
        let count = 1_100_000
        let channel = Channel(label: "Cz", samplingRate: 1000, sampleCount: count)
        let values = (0..<count).map { Float($0 % 1001) }
        try Recording(channels: [channel], samples: [values]).writeParquet(to: path)
        #expect(try ParquetFile(contentsOf: path).rowGroupSizes == [1 << 20, count - (1 << 20)])
        let isSame = try Recording(parquet: path, samplingRate: 1000).samples(of: 0) == values
        #expect(isSame)
        let two = [channel, Channel(label: "Pz", samplingRate: 1000, sampleCount: 5)]
        #expect(throws: EEGDataError.self) { try Recording(channels: two, samples: [values, [1, 2, 3, 4, 5]]).writeParquet(to: path) }
    }
}
