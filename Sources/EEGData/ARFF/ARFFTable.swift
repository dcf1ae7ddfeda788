internal import Foundation

/// A table in the attribute-relation file format of Weka: named columns of numbers or of named classes.
///
/// Numeric and nominal attributes are read, in files without missing values; everything else is refused with line and reason.
public struct ARFFTable: Sendable {
    /// The kind of an attribute.
    public enum Kind: Sendable, Equatable {
        case numeric
        /// One of these names; stored as its place among them.
        case nominal([String])
    }

    public let names: [String]
    public let kinds: [Kind]
    /// For each attribute its values, one a row.
    public let columns: [[Double]]

    /// The number of rows.
    public var rowCount: Int { columns.first?.count ?? 0 }

    /// The values of the attribute of this name.
    public func column(_ name: String) throws(EEGDataError) -> [Double] {
        guard let index = names.firstIndex(of: name) else { throw .unknownChannel(label: name, available: names) }
        return columns[index]
    }

    public init(contentsOf path: String) throws(EEGDataError) {
        let file = try RandomAccessFile(path: path)
        let bytes = try file.bytes(at: 0, count: file.size)
        var parser = ARFFParser(file: path)
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            var line = bytes[start..<end]
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            try parser.add(line: decodeText(line), at: start)
            start = end + 1
        }
        try parser.finish(at: bytes.count)
        names = parser.names
        kinds = parser.kinds
        columns = parser.columns
    }
}

/// Reads the lines of an ARFF file one after the other.
private struct ARFFParser {
    let file: String
    var names: [String] = []
    var kinds: [ARFFTable.Kind] = []
    var columns: [[Double]] = []
    private var hasRelation = false
    private var isInData = false

    init(file: String) { self.file = file }

    mutating func add(line: String, at offset: Int) throws(EEGDataError) {
        let text = line.trimmingCharacters(in: .whitespaces)
        guard !text.isEmpty, !text.hasPrefix("%") else { return }
        if isInData { return try addRow(text, at: offset) }
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        switch words[0].lowercased() {
        case "@relation": hasRelation = true
        case "@attribute" where words.count == 2: try addAttribute(words[1].trimmingCharacters(in: .whitespaces), at: offset)
        case "@data":
            guard hasRelation, !names.isEmpty else { throw malformed(offset, "@data", "a relation and attributes before it", "none") }
            isInData = true
        default: throw malformed(offset, "header line", "@relation, @attribute or @data", text)
        }
    }

    private mutating func addAttribute(_ text: String, at offset: Int) throws(EEGDataError) {
        let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true).map(String.init)
        guard words.count == 2, !words[0].hasPrefix("'"), !words[0].hasPrefix("\"") else {
            throw malformed(offset, "attribute", "a name without quotes and a type", text)
        }
        guard !names.contains(words[0]) else { throw malformed(offset, "attribute", "a name of its own", words[0]) }
        let type = words[1].trimmingCharacters(in: .whitespaces)
        if type.hasPrefix("{"), type.hasSuffix("}") {
            kinds.append(.nominal(type.dropFirst().dropLast().split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }))
        } else if ["numeric", "real", "integer"].contains(type.lowercased()) {
            kinds.append(.numeric)
        } else {
            throw .unsupported(file: file, format: "ARFF", feature: "byte \(offset): attribute \(words[0]) of type \(type)")
        }
        names.append(words[0])
        columns.append([])
    }

    private mutating func addRow(_ text: String, at offset: Int) throws(EEGDataError) {
        let cells = text.split(separator: ",", omittingEmptySubsequences: false)
        guard cells.count == names.count else {
            throw malformed(offset, "row \(columns[0].count + 1)", "\(names.count) values", "\(cells.count)")
        }
        for (index, cell) in cells.enumerated() {
            let value = cell.trimmingCharacters(in: .whitespaces)
            switch kinds[index] {
            case .numeric:
                guard let number = decimalNumber(value) else {
                    throw malformed(offset, "row \(columns[index].count + 1), \(names[index])", "a number", value)
                }
                columns[index].append(number)
            case .nominal(let classes):
                guard let place = classes.firstIndex(of: value) else {
                    throw malformed(
                        offset, "row \(columns[index].count + 1), \(names[index])", "one of \(classes.joined(separator: ", "))", value)
                }
                columns[index].append(Double(place))
            }
        }
    }

    func finish(at offset: Int) throws(EEGDataError) {
        guard isInData else { throw malformed(offset, "@data", "a line that begins the rows", "the end of the file") }
    }

    private func malformed(_ offset: Int, _ field: String, _ expected: String, _ found: String) -> EEGDataError {
        .malformed(file: file, format: "ARFF", offset: offset, field: field, expected: expected, found: "\"\(found.prefix(80))\"")
    }
}
