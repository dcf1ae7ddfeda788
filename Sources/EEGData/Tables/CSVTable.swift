internal import SwiftCSV

/// A table of texts with a name for each column, from a file of separated values.
public struct CSVTable: Sendable {
    public let names: [String]
    /// For each row its cells, as many as there are names.
    public let rows: [[String]]
    private let file: String
    /// What a cell may take in memory, beside its text.
    private static let cellSize = 64

    /// - Parameter delimiter: what separates cells; by default the comma, tab or semicolon that the first line holds.
    public init(contentsOf path: String, delimiter: Character? = nil, limits: ReadLimits = .standard) throws(EEGDataError) {
        let source = try RandomAccessFile(path: path)
        let bytes = try source.bytes(at: 0, count: source.size)
        let place = FilePlace(file: path, format: "CSV", offset: nil, field: "table")
        guard let text = String(validating: bytes, as: UTF8.self) else { throw place.malformed(expected: "UTF-8 text", found: "other bytes") }
        let csvDelimiter = delimiter.map { CSVDelimiter.character($0) } ?? CSVDelimiter.guessed(string: text)
        try Self.checkSize(of: bytes, delimiter: csvDelimiter.rawValue, limits: limits, at: place)
        let table: EnumeratedCSV
        do {
            table = try EnumeratedCSV(string: text, delimiter: csvDelimiter, loadColumns: false)
        } catch {
            throw place.malformed(expected: "separated values", found: "\(error)")
        }
        file = path
        names = table.header
        var rows: [[String]] = []
        for (number, row) in table.rows.enumerated() {
            guard row.count <= table.header.count || row.dropFirst(table.header.count).allSatisfy(\.isEmpty) else {
                throw FilePlace(file: path, format: "CSV", offset: nil, field: "row \(number + 1)").malformed(
                    expected: "\(table.header.count) cells", found: "\(row.count)")
            }
            rows.append(Array(row.prefix(table.header.count)) + Array(repeating: "", count: max(0, table.header.count - row.count)))
        }
        self.rows = rows
    }

    /// The cells of the only column of this name.
    public func column(_ name: String) throws(EEGDataError) -> [String] {
        let index = try uniqueIndex(of: name, in: names)
        return rows.map { $0[index] }
    }

    /// The numbers of the only column of this name, NaN for empty cells.
    public func numbers(_ name: String) throws(EEGDataError) -> [Double] {
        var values: [Double] = []
        for (number, cell) in try column(name).enumerated() {
            guard !cell.isEmpty else {
                values.append(.nan)
                continue
            }
            guard let value = decimalNumber(cell) else {
                throw FilePlace(file: file, format: "CSV", offset: nil, field: "row \(number + 1), \(name)").malformed(
                    expected: "a number", found: "\"\(cell.prefix(40))\"")
            }
            values.append(value)
        }
        return values
    }

    /// Every row may become as long as the longest: one long line and many short ones must not take memory beyond the limit.
    private static func checkSize(of bytes: [UInt8], delimiter: Character, limits: ReadLimits, at place: FilePlace) throws(EEGDataError) {
        let separator = delimiter.asciiValue ?? 0x2C
        var lines = 1
        var longest = 1
        var cells = 1
        for byte in bytes {
            if byte == separator { cells += 1 }
            if byte == 10 || byte == 13 {
                lines += 1
                longest = max(longest, cells)
                cells = 1
            }
        }
        longest = max(longest, cells)
        let (size, overflows) = (lines * cellSize).multipliedReportingOverflow(by: longest)
        try place.check(decodedBytes: overflows ? .max : size + bytes.count, limits: limits)
    }
}
