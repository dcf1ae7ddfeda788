import EEGData
import Foundation
import Testing

/// MATLAB files written by other software, against the facts that SciPy finds in them.
@Suite struct MATRealFileTests {
    struct Facts: Decodable, Sendable {
        let variables: [String: Item]?
        /// Name, shape and class.
        let whos: [Listed]?
    }

    struct Listed: Decodable, Sendable {
        let name: String
        let className: String

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            name = try values.decode(String.self)
            _ = try values.decode([Int].self)
            className = try values.decode(String.self)
        }
    }

    final class Item: Decodable, Sendable {
        let kind: String
        let shape: [Int]?
        let dtype: String?
        /// The first numbers in column-major order, one or two each.
        let first5: [[Double]]
        let sum: [Double]
        let min: Double?
        let max: Double?
        let strings: [String]?
        let first3: [Item]?
        let fields: [String: Item]?
        let indptr: [Int]?
        let indices: [Int]?
        let data: [String]?

        enum Keys: String, CodingKey {
            case kind, shape, dtype, first5ColumnMajor, sum, min, max, strings, first3, fields, indptr, indices, data
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Keys.self)
            kind = try values.decode(String.self, forKey: .kind)
            shape = try values.decodeIfPresent([Int].self, forKey: .shape)
            dtype = try values.decodeIfPresent(String.self, forKey: .dtype)
            first5 =
                (try? values.decode([[Double]].self, forKey: .first5ColumnMajor))
                ?? (try? values.decode([Double].self, forKey: .first5ColumnMajor))?.map { [$0] } ?? []
            sum = (try? values.decode([Double].self, forKey: .sum)) ?? (try? [values.decode(Double.self, forKey: .sum)]) ?? []
            min = try values.decodeIfPresent(Double.self, forKey: .min)
            max = try values.decodeIfPresent(Double.self, forKey: .max)
            strings = try values.decodeIfPresent([String].self, forKey: .strings)
            first3 = try values.decodeIfPresent([Item].self, forKey: .first3)
            fields = try values.decodeIfPresent([String: Item].self, forKey: .fields)
            indptr = try values.decodeIfPresent([Int].self, forKey: .indptr)
            indices = try values.decodeIfPresent([Int].self, forKey: .indices)
            data = try values.decodeIfPresent([String].self, forKey: .data)
        }
    }

    @Test(arguments: RealData.entries(in: "mat", as: Facts.self))
    func readsAsExpected(_ entry: RealData.Entry<Facts>) throws {
        switch entry.expect {
        case "reject":
            #expect(throws: EEGDataError.self) {
                let file = try MATFile(contentsOf: entry.path)
                for variable in file.variables { _ = try file.value(of: variable.name) }
            }
        case "ok-with-hdf5":
            // The facts say nothing of the contents of this file.
            let file = try MATFile(contentsOf: entry.path)
            #expect(!file.variables.isEmpty)
            for variable in file.variables { _ = try file.value(of: variable.name) }
        default:
            let facts = try #require(entry.facts)
            let file = try MATFile(contentsOf: entry.path)
            for listed in facts.whos ?? [] where listed.className != "function" && listed.className != "object" {
                let variable = try #require(file.variables.first { $0.name == listed.name })
                #expect(variable.className == listed.className)
            }
            for (name, item) in facts.variables ?? [:] {
                if entry.file.contains("testobject") {
                    #expect(throws: EEGDataError.self) { try file.value(of: name) }
                    #expect(file.notes.contains { $0.contains(name) })
                } else {
                    try check(try file.value(of: name), item, "\(name) of \(entry.file)")
                }
            }
            if entry.file.contains("testfunc") {
                #expect(throws: EEGDataError.self) { try file.value(of: "testfunc") }
                #expect(!file.notes.isEmpty)
            }
        }
    }

    private func check(_ value: MATValue, _ item: Item, _ name: String) throws {
        switch (value, item.kind) {
        case (.numbers(let array), "array"):
            #expect(array.shape == item.shape, "\(name)")
            let values = columnMajor(array.doubles, shape: array.shape)
            #expect(Array(values.prefix(5)) == item.first5.map { $0[0] }, "\(name)")
            check(values.reduce(0, +), item.sum[0], scale: values.reduce(0) { $0 + abs($1) }, name)
            if let least = values.min(), let expected = item.min { check(least, expected, scale: abs(least), name) }
            if let largest = values.max(), let expected = item.max { check(largest, expected, scale: abs(largest), name) }
        case (.complex(let real, let imaginary), "array"):
            #expect(real.shape == item.shape && imaginary.shape == item.shape, "\(name)")
            for (index, part) in [real, imaginary].enumerated() {
                let values = columnMajor(part.doubles, shape: part.shape)
                #expect(Array(values.prefix(5)) == item.first5.map { $0[index] }, "\(name)")
                check(values.reduce(0, +), item.sum[index], scale: values.reduce(0) { $0 + abs($1) }, name)
            }
        case (.text(let text), "char"):
            #expect(text.rows == item.strings, "\(name)")
        case (.cell(let cell), "cell"):
            #expect(cell.shape == item.shape, "\(name)")
            for (element, expected) in zip(cell.elements, item.first3 ?? []) { try check(element, expected, "\(name){}") }
        case (.structure(let structure), "struct array"):
            #expect(structure.shape == item.shape, "\(name)")
            for (index, expected) in (item.first3 ?? []).enumerated() {
                let fields = try #require(expected.fields)
                #expect(Set(fields.keys) == Set(structure.fieldNames), "\(name)")
                for (field, expected) in fields {
                    try check(try #require(structure[index, field]), expected, "\(name)(\(index)).\(field)")
                }
            }
        case (.sparse(let matrix), "sparse"):
            #expect(matrix.shape == item.shape, "\(name)")
            let starts = try #require(item.indptr)
            #expect(matrix.rowIndices == item.indices, "\(name)")
            let columns = (0..<(starts.count - 1)).flatMap { repeatElement($0, count: starts[$0 + 1] - starts[$0]) }
            #expect(matrix.columnIndices == columns, "\(name)")
            #expect(matrix.values.prefix(5).map { "\($0)" } == item.data, "\(name)")
        default:
            Issue.record("\(name): expected \(item.kind)")
        }
    }

    private func check(_ found: Double, _ expected: Double, scale: Double, _ name: String) {
        #expect(abs(found - expected) <= 1e-8 * max(abs(expected), scale), "\(name)")
    }

    private func columnMajor(_ values: [Double], shape: [Int]) -> [Double] {
        // The axes reversed: a row-major array of the reversed shape.
        var result = values
        for position in values.indices {
            var rest = position
            var place = 0
            var stride = values.count
            for size in shape.reversed() {
                stride /= size
                place += rest % size * stride
                rest /= size
            }
            result[place] = values[position]
        }
        return result
    }
}
