import EEGData
import Foundation
import Testing

/// Files of many writers against facts from pyarrow.
@Suite struct ParquetRealFileTests {
    struct Facts: Decodable, Sendable {
        struct Column: Decodable, Sendable {
            let path: String
            let physical: String
            let values: Values?
        }
        struct Values: Decodable, Sendable {
            let arrowType: String
            let n: Int
            let nulls: Int
            let first5: [Fact]
            let last2: [Fact]
            let sum: Fact?
            let min: Fact?
            let max: Fact?
            let trueCount: Int?
            let nanCount: Int?
            let sha256OfValuesEachFollowedByNewlineNullsSkipped: String?
        }
        let rows: Int?
        let rowGroupRows: [Int]?
        let createdBy: String?
        let columns: [Column]?
        let nColumns: Int?
    }

    /// A value as the facts spell it.
    enum Fact: Decodable, Sendable {
        case null
        case bool(Bool)
        case number(Double)
        case integer(Int64)
        case text(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let integer = try? value.decode(Int64.self) {
                self = .integer(integer)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .text(try value.decode(String.self))
            }
        }

        var double: Double? {
            switch self {
            case .number(let value): value
            case .integer(let value): Double(value)
            case .text("NaN"): .nan
            case .text("Infinity"): .infinity
            case .text("-Infinity"): -.infinity
            case .text(let text): Double(text)
            case .null, .bool: nil
            }
        }
    }

    static let entries = ["parquet", "parquet-bad", "parquet-either", "parquet-reject", "parquet-written"].flatMap {
        RealData.entries(in: $0, as: Facts.self)
    }

    @Test(arguments: entries) func isReadOrRefusedAsExpected(_ entry: RealData.Entry<Facts>) throws {
        switch entry.expect {
        case "ok":
            let file = try ParquetFile(contentsOf: entry.path)
            let facts = try #require(entry.facts)
            #expect(file.rowCount == facts.rows)
            #expect(file.rowGroupSizes == facts.rowGroupRows)
            #expect(file.createdBy ?? "" == facts.createdBy ?? "")
            #expect(file.fields.count == facts.nColumns)
            try checkColumns(of: file, entry)
            if file.fields.allSatisfy({ $0.type != nil }) { #expect(try file.table().columns.count == facts.nColumns) }
        case "reject":
            #expect(throws: EEGDataError.self) { _ = try ParquetFile(contentsOf: entry.path).table() }
            // Flat columns beside nested ones stay readable.
            if let file = try? ParquetFile(contentsOf: entry.path) { try checkColumns(of: file, entry) }
        case "either":
            do throws(EEGDataError) {
                _ = try ParquetFile(contentsOf: entry.path).table()
            } catch { break }
            try checkColumns(of: ParquetFile(contentsOf: entry.path), entry)
        case "reject-if-crc-verified":
            #expect(throws: EEGDataError.self) { _ = try ParquetFile(contentsOf: entry.path).table() }
            try checkColumns(of: ParquetFile(contentsOf: entry.path, verifyingChecksums: false), entry)
        default:
            Issue.record("no test for what is expected: \(entry.expect)")
        }
    }

    private func checkColumns(of file: ParquetFile, _ entry: RealData.Entry<Facts>) throws {
        for expected in entry.facts?.columns ?? [] {
            guard let facts = expected.values else { continue }
            let field = try #require(file.fields.first { $0.name == expected.path })
            guard field.type != nil else {
                let mayBeRefused = ["INT96", "FIXED_LEN_BYTE_ARRAY"].contains(expected.physical) || facts.arrowType.hasPrefix("decimal")
                #expect(mayBeRefused, "\(field.name): \(field.refusal ?? "")")
                continue
            }
            check(try file.table(of: [expected.path]).columns[0], facts)
            let rows = (file.rowCount / 3)..<(file.rowCount - file.rowCount / 4)
            let whole = try file.table(of: [expected.path]).columns[0]
            let part = try file.table(of: [expected.path], rows: rows).columns[0]
            #expect(rows.enumerated().allSatisfy { part.nulls?[$0.offset] ?? false == whole.nulls?[$0.element] ?? false })
        }
    }

    private func check(_ column: ParquetColumn, _ facts: Facts.Values) {
        #expect(column.count == facts.n, "\(column.name)")
        #expect(column.nulls?.nullCount ?? 0 == facts.nulls, "\(column.name)")
        let rows = Array(0..<column.count)
        for (row, fact) in Array(zip(rows, facts.first5)) + Array(zip(rows.suffix(2), facts.last2)) {
            #expect(matches(column, row, fact), "\(column.name), row \(row): \(fact)")
        }
        switch column.values {
        case .numbers(let numbers): check(numbers, column, facts)
        case .strings(let strings): checkDigest(strings.map { Array($0.utf8) }, column, facts)
        case .bytes(let bytes): checkDigest(bytes, column, facts)
        }
    }

    private func check(_ numbers: NumericArray.Values, _ column: ParquetColumn, _ facts: Facts.Values) {
        let present = (0..<column.count).filter { column.nulls?[$0] != true }
        let doubles = NumericArray(shape: [column.count], values: numbers).doubles
        if let trueCount = facts.trueCount { #expect(present.count { doubles[$0] == 1 } == trueCount) }
        if let nanCount = facts.nanCount { #expect(present.count { doubles[$0].isNaN } == nanCount) }
        let finite = present.map { doubles[$0] }.filter { !$0.isNaN }
        if let integers = NumericArray(shape: [column.count], values: numbers).integers, case .integer(let sum)? = facts.sum {
            #expect(present.reduce(Int64(0)) { $0 &+ Int64(integers[$1]) } == sum, "\(column.name)")
        } else if let sum = facts.sum?.double, sum.isFinite, finite.allSatisfy(\.isFinite) {
            let size = finite.reduce(0) { $0 + abs($1) }
            #expect(abs(finite.reduce(0, +) - sum) <= 1e-8 * size, "\(column.name)")
        }
        if let least = facts.min?.double { #expect(finite.min().map { isClose($0, least) } == true, "\(column.name)") }
        if let greatest = facts.max?.double { #expect(finite.max().map { isClose($0, greatest) } == true, "\(column.name)") }
    }

    private func checkDigest(_ values: [[UInt8]], _ column: ParquetColumn, _ facts: Facts.Values) {
        guard let digest = facts.sha256OfValuesEachFollowedByNewlineNullsSkipped else { return }
        var bytes: [UInt8] = []
        for (row, value) in values.enumerated() where column.nulls?[row] != true { bytes += value + [10] }
        #expect(sha256(bytes) == digest, "\(column.name)")
    }

    private func matches(_ column: ParquetColumn, _ row: Int, _ fact: Fact) -> Bool {
        let isMissing = column.nulls?[row] == true
        switch (column.values, fact) {
        case (_, .null): return isMissing
        case (.numbers(.bool(let values)), .bool(let value)): return !isMissing && values[row] == value
        case (.numbers(.int64(let values)), .integer(let value)): return !isMissing && values[row] == value
        case (.numbers(let numbers), _):
            let value = NumericArray(shape: [column.count], values: numbers).doubles[row]
            return !isMissing && fact.double.map { isClose(value, $0) } == true
        case (.strings(let strings), .text(let text)): return !isMissing && strings[row] == text
        case (.bytes(let bytes), .text(let text)):
            let digits = bytes[row].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            if text.hasPrefix("bytes[") {
                // Long values: their length and the beginning of their digest.
                return !isMissing && text == "bytes[\(bytes[row].count)] sha256 \(sha256(bytes[row]).prefix(16))"
            }
            return !isMissing && "hex:" + digits == text
        default: return false
        }
    }

    private func isClose(_ value: Double, _ expected: Double) -> Bool {
        value.isNaN ? expected.isNaN : value == expected || abs(value - expected) <= 1e-8 * abs(expected)
    }
}
