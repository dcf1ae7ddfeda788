internal import Foundation

/// Reads the header of a safetensors file: JSON of a known form. A general JSON reader would let a name that comes twice pass.
struct SafetensorsHeader {
    private(set) var entries: [SafetensorsFile.Entry] = []
    private(set) var metadata: [String: String] = [:]
    private let bytes: [UInt8]
    private let place: FilePlace
    private var position = 0

    init(_ bytes: [UInt8], place: FilePlace) {
        self.bytes = bytes
        self.place = place
    }

    mutating func parse() throws(EEGDataError) {
        var names: Set<String> = []
        try readObject { (header, name) throws(EEGDataError) in
            guard names.insert(name).inserted else { throw header.malformed("names of their own", "\(name) twice") }
            if name == "__metadata__" {
                try header.readObject { (header, key) throws(EEGDataError) in header.metadata[key] = try header.readString() }
            } else {
                try header.readEntry(name)
            }
        }
        skipSpace()
        guard position == bytes.count else { throw malformed("nothing behind the header's object", describe(bytes[position...].prefix(16))) }
    }

    private mutating func readEntry(_ name: String) throws(EEGDataError) {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try readObject { (header, key) throws(EEGDataError) in
            switch key {
            case "dtype" where type == nil: type = try header.readString()
            case "shape" where shape == nil: shape = try header.readIntegers()
            case "data_offsets" where offsets == nil: offsets = try header.readIntegers()
            default: throw header.malformed("dtype, shape and data_offsets, once each, for \(name)", key)
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw malformed("dtype, shape and two rising data_offsets for \(name)", "\(offsets ?? [])")
        }
        entries.append(SafetensorsFile.Entry(name: name, elementType: type, shape: shape, range: offsets[0]..<offsets[1]))
    }

    private mutating func readObject(
        _ member: (inout SafetensorsHeader, String) throws(EEGDataError) -> Void
    ) throws(EEGDataError) {
        try expect("{")
        if accept("}") { return }
        repeat {
            let name = try readString()
            try expect(":")
            try member(&self, name)
        } while accept(",")
        try expect("}")
    }

    private mutating func readIntegers() throws(EEGDataError) -> [Int] {
        try expect("[")
        var values: [Int] = []
        if accept("]") { return values }
        repeat {
            skipSpace()
            let start = position
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
            guard let value = Int(decodeText(bytes[start..<position])) else {
                throw malformed("an integer of 0 or more", describe(bytes[start...].prefix(16)))
            }
            values.append(value)
        } while accept(",")
        try expect("]")
        return values
    }

    private mutating func readString() throws(EEGDataError) -> String {
        try expect("\"")
        let start = position
        while position < bytes.count, bytes[position] != 0x22 { position += bytes[position] == 0x5C ? 2 : 1 }
        guard position < bytes.count else { throw malformed("a closing quote", "the end of the header") }
        let content = bytes[start..<position]
        position += 1
        if !content.contains(0x5C), let text = String(validating: content, as: UTF8.self) { return text }
        // Escapes are left to the system's reader.
        guard let text = try? JSONDecoder().decode(String.self, from: Data([0x22] + content + [0x22])) else {
            throw malformed("a text", describe(content.prefix(16)))
        }
        return text
    }

    private mutating func skipSpace() { while position < bytes.count, [0x20, 9, 10, 13].contains(bytes[position]) { position += 1 } }

    private mutating func accept(_ token: Character) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == token.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ token: Character) throws(EEGDataError) {
        guard accept(token) else { throw malformed("\(token) at byte \(8 + position)", describe(bytes[min(position, bytes.count)...].prefix(16))) }
    }

    private func malformed(_ expected: String, _ found: String) -> EEGDataError { place.malformed(expected: expected, found: found) }
}
