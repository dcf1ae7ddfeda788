/// The text of a BrainVision header or marker file: sections of entries `key=value`, up to the comment.
struct BrainVisionText {
    struct Entry {
        let key: String
        let value: String
        /// The line in the file, counted from 1.
        let line: Int
    }

    let file: String
    /// For each section its entries, in their order.
    private(set) var sections: [String: [Entry]] = [:]

    /// The first line that such files begin with, without what differs between them.
    static let headerTitle = "Data Exchange Header File"

    /// Whether bytes begin like a file of this title; a mark of UTF-8 may come first, and `BrainVision` is written in one word or two.
    static func recognizes(_ beginning: some Collection<UInt8>, title: String) -> Bool {
        let line = firstLine(beginning)
        return (line.hasPrefix("Brain Vision ") || line.hasPrefix("BrainVision ")) && line.contains(title)
    }

    /// The first line without a mark of UTF-8.
    private static func firstLine(_ bytes: some Collection<UInt8>) -> String {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return decodeText(bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0).prefix { $0 != 10 && $0 != 13 })
    }

    init(_ bytes: [UInt8], file: String, title: String) throws(EEGDataError) {
        self.file = file
        guard Self.recognizes(bytes.prefix(512), title: title) else {
            throw .malformed(
                file: file, format: "BrainVision", offset: 0, field: "first line", expected: "Brain Vision \(title)",
                found: describe(bytes.prefix(60)))
        }
        let text = decodeText(bytes)
        let version = Self.firstLine(bytes).split(separator: " ").last ?? ""
        guard version.hasPrefix("1.") || version.hasPrefix("2.") else {
            throw .unsupported(file: file, format: "BrainVision", feature: "version \(describe(version.utf8)) of the format")
        }
        var section = ""
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
                section = trimmed[trimmed.index(after: trimmed.startIndex)..<end].lowercased()
                // Everything behind is free text.
                if section == "comment" { break }
            } else if !trimmed.hasPrefix(";"), let equals = trimmed.firstIndex(of: "=") {
                let key = trimmed[..<equals].lowercased()
                let value = String(trimmed[trimmed.index(after: equals)...])
                sections[section, default: []].append(Entry(key: key, value: value, line: index + 1))
            }
        }
    }

    /// The value of the first entry of that key; nil where there is none or it is empty.
    func value(_ key: String, in section: String) -> String? {
        guard let entry = sections[section.lowercased()]?.first(where: { $0.key == key.lowercased() }) else { return nil }
        let value = String(entry.value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        return value.isEmpty ? nil : value
    }

    func required(_ key: String, in section: String) throws(EEGDataError) -> String {
        guard let value = value(key, in: section) else { throw malformed("\(key) in [\(section)]", expected: "an entry", found: "none") }
        return value
    }

    func malformed(_ field: String, expected: String, found: String) -> EEGDataError {
        .malformed(file: file, format: "BrainVision", offset: nil, field: field, expected: expected, found: found)
    }
}

/// The fields of an entry, which commas separate; a comma inside a field is written `\1`.
func brainVisionFields(_ value: String) -> [String] {
    value.split(separator: ",", omittingEmptySubsequences: false).map { String($0).replacing("\\1", with: ",") }
}
