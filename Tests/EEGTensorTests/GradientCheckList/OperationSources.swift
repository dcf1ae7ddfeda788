import Foundation

/// The types that conform to the protocol `Operation`, directly or through protocols that refine it, as the sources declare them.
struct OperationSources {
    /// What is known of each type: the names that its file gives to operations.
    private(set) var types: [String: Declaration] = [:]

    struct Declaration {
        /// The literals of `static let name` between the declaration and the next one; none where names are computed.
        var names: Set<String>
    }

    /// Reads all Swift files below `Sources`.
    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
        self.init(texts: try paths.map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) })
    }

    init(texts: [String]) {
        let declaration = #/\b(struct|class|enum|actor|extension|protocol)\s+([\w.]+)(?:<[^{]*?>)?\s*:([^{]*)\{/#
        let literalName = #/static\s+(?:let|var)\s+name\s*(?::\s*String\s*)?=\s*"([^"]+)"/#
        var declarations: [(keyword: String, name: String, conformances: Set<String>, names: Set<String>)] = []
        for text in texts {
            let code = text.split(separator: "\n").map { $0.replacing(#/\/\/.*/#, with: "") }.joined(separator: "\n")
            let matches = code.matches(of: declaration)
            for (match, next) in zip(matches, matches.dropFirst().map(\.range.lowerBound) + [code.endIndex]) {
                let names = Set(code[match.range.upperBound..<next].matches(of: literalName).map { String($0.1) })
                let inherited = match.3.replacing(#/\bwhere\b[\s\S]*/#, with: "")
                let conformances = inherited.split(separator: ",").compactMap { entry in
                    entry.split(whereSeparator: \.isWhitespace).last?.split(separator: ".").last.map { String($0.prefix { $0 != "<" }) }
                }
                let name = match.2.split(separator: ".").last.map(String.init) ?? ""
                declarations.append((String(match.1), name, Set(conformances), names))
            }
        }
        var protocols: Set = ["Operation"]
        var grows = true
        while grows {
            let refined = declarations.filter { $0.keyword == "protocol" && !$0.conformances.isDisjoint(with: protocols) }.map(\.name)
            grows = !protocols.isSuperset(of: refined)
            protocols.formUnion(refined)
        }
        for declaration in declarations where declaration.keyword != "protocol" && !declaration.conformances.isDisjoint(with: protocols) {
            types[declaration.name, default: Declaration(names: [])].names.formUnion(declaration.names)
        }
    }
}
