/// Reads the space-padded text fields of an EDF or BDF header.
struct EDFFields {
    let file: String
    let kind: EDFKind
    var bytes: [UInt8]
    /// What was odd but could be understood.
    var notes: [String] = []

    init(file: String, kind: EDFKind, bytes: [UInt8]) {
        self.file = file
        self.kind = kind
        self.bytes = bytes
    }

    /// The text of a field without its padding: UTF-8 where it is valid, else Latin-1.
    func text(at offset: Int, width: Int) -> String {
        var field = bytes[offset..<(offset + width)]
        while let last = field.last, last == 0 || last == 32 { field.removeLast() }
        while let first = field.first, first == 0 || first == 32 { field.removeFirst() }
        return decodeText(field)
    }

    /// A decimal number. One comma in the place of the point is understood and noted.
    mutating func number(_ field: String, at offset: Int, width: Int) throws(EEGDataError) -> Double {
        var text = self.text(at: offset, width: width)
        if text.filter({ $0 == "," }).count == 1, !text.contains(".") {
            text = text.replacing(",", with: ".")
            notes.append("\(field): a comma stands for the decimal point")
        }
        guard let value = decimalNumber(text) else { throw malformed(field, at: offset, width: width, expected: "a number") }
        return value
    }

    mutating func integer(_ field: String, at offset: Int, width: Int, in range: ClosedRange<Int>) throws(EEGDataError) -> Int {
        let value = try number(field, at: offset, width: width)
        guard let integer = Int(exactly: value), range.contains(integer) else {
            throw malformed(field, at: offset, width: width, expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    func malformed(_ field: String, at offset: Int, width: Int, expected: String) -> EEGDataError {
        .malformed(
            file: file, format: kind.name, offset: offset, field: field, expected: expected,
            found: describe(bytes[offset..<(offset + width)]))
    }
}

/// A number written with digits, sign, decimal point and exponent only: what `Double` reads besides those (hexadecimal, infinity) is none.
func decimalNumber(_ text: some StringProtocol) -> Double? {
    let isPlain = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
    guard isPlain, let value = Double(text), value.isFinite else { return nil }
    return value
}
