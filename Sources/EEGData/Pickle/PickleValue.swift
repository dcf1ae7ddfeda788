/// A value of a pickle. Nothing else can come out of one: no code, no objects of other classes.
public enum PickleValue: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case bytes(ArraySlice<UInt8>)
    /// A NumPy array, or a NumPy scalar as an array without axes.
    case array(PickleArray)
    case list([PickleValue])
    case tuple([PickleValue])
    /// Keys and values in the order in which they were set; where a key comes twice, the last one counts.
    case dictionary([(key: PickleValue, value: PickleValue)])

    /// The value of a text key; nil where this is not a dictionary or has no such key.
    public subscript(_ key: String) -> PickleValue? {
        guard case .dictionary(let items) = self else { return nil }
        return items.last { item in
            guard case .string(key) = item.key else { return false }
            return true
        }?.value
    }

    /// The elements of a list or a tuple; nil for other values.
    public var elements: [PickleValue]? {
        switch self {
        case .list(let elements), .tuple(let elements): elements
        default: nil
        }
    }

    /// The text; nil for other values.
    public var string: String? {
        switch self {
        case .string(let text): text
        case .array(let array) where array.shape.isEmpty: array.strings?.first
        default: nil
        }
    }

    /// The number, also of a truth value or a NumPy scalar; nil for other values.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .bool(let value): value ? 1 : 0
        case .array(let array) where array.shape.isEmpty: array.numbers?.doubles.first
        default: nil
        }
    }

    /// What the value is, in one word or two.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a bool"
        case .int: "an int"
        case .double: "a float"
        case .string: "a string"
        case .bytes: "bytes"
        case .array(let array): "an array \(array.shape) of \(array.elementType)"
        case .list(let elements): "a list of \(elements.count)"
        case .tuple(let elements): "a tuple of \(elements.count)"
        case .dictionary(let items): "a dictionary of \(items.count)"
        }
    }
}

/// A NumPy array of a pickle. Its bytes stay as they are in the file until they are asked for.
public struct PickleArray: Sendable {
    /// Elements along each axis; empty for a scalar.
    public let shape: [Int]
    let dtype: PickleDtype
    let bytes: ArraySlice<UInt8>
    /// For each axis its place among the axes of the stored bytes, of which the last one changes fastest.
    let storedAxes: [Int]

    /// The type of an element as NumPy calls it: `float64`, `int16`, `U5` …
    public var elementType: String { dtype.name }

    /// Numbers or truth values in row-major order; nil where the elements are texts.
    public var numbers: NumericArray? {
        let values: NumericArray.Values? =
            switch (dtype.kind, dtype.size) {
            case ("f", 2): .float(elements(as: UInt16.self).map { Float(half: $0) })
            case ("f", 4): .float(elements(as: UInt32.self).map { Float(bitPattern: $0) })
            case ("f", 8): .double(elements(as: UInt64.self).map { Double(bitPattern: $0) })
            case ("i", 1): .int8(elements(as: Int8.self))
            case ("i", 2): .int16(elements(as: Int16.self))
            case ("i", 4): .int32(elements(as: Int32.self))
            case ("i", 8): .int64(elements(as: Int64.self))
            case ("u", 1): .uint8(elements(as: UInt8.self))
            case ("u", 2): .uint16(elements(as: UInt16.self))
            case ("u", 4): .uint32(elements(as: UInt32.self))
            case ("u", 8): .uint64(elements(as: UInt64.self))
            case ("b", 1): .bool(elements(as: UInt8.self).map { $0 != 0 })
            default: nil
            }
        return values.map { NumericArray(shape: shape, values: $0) }
    }

    /// Texts in row-major order; nil where the elements are numbers.
    public var strings: [String]? {
        guard dtype.kind == "U" || dtype.kind == "S" else { return nil }
        return places().map { place in
            let element = bytes[(bytes.startIndex + place * dtype.size)..<(bytes.startIndex + (place + 1) * dtype.size)]
            guard dtype.kind == "U" else { return latin1(element.prefix { $0 != 0 }) }
            var text = String.UnicodeScalarView()
            for start in stride(from: element.startIndex, to: element.endIndex, by: 4) {
                let code = element[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                text.append(Unicode.Scalar(dtype.isBigEndian ? code : code.byteSwapped) ?? "\u{FFFD}")
            }
            while text.last == "\0" { text.removeLast() }
            return String(text)
        }
    }

    private var isRowMajor: Bool { storedAxes == Array(shape.indices) }

    private func elements<Value: FixedWidthInteger>(as type: Value.Type) -> [Value] {
        let count = shape.reduce(1, *)
        let isSwapped = dtype.isBigEndian
        return bytes.withUnsafeBytes { source in
            func element(_ place: Int) -> Value {
                let stored = source.loadUnaligned(fromByteOffset: place * MemoryLayout<Value>.size, as: Value.self)
                return isSwapped ? Value(bigEndian: stored) : Value(littleEndian: stored)
            }
            return isRowMajor ? (0..<count).map(element) : places().map(element)
        }
    }

    /// Where the elements lie among the stored ones, in row-major order.
    private func places() -> [Int] {
        let count = shape.reduce(1, *)
        guard !isRowMajor, count > 0, let inner = shape.last else { return Array(0..<count) }
        // Elements between neighbours along each axis.
        var steps = [Int](repeating: 1, count: shape.count)
        var step = 1
        for stored in shape.indices.reversed() {
            guard let axis = storedAxes.firstIndex(of: stored) else { continue }
            steps[axis] = step
            step *= shape[axis]
        }
        let innerStep = steps[shape.count - 1]
        var position = [Int](repeating: 0, count: shape.count - 1)
        var start = 0
        var places: [Int] = []
        places.reserveCapacity(count)
        while places.count < count {
            for index in 0..<inner { places.append(start + index * innerStep) }
            var axis = position.count - 1
            while axis >= 0 {
                position[axis] += 1
                start += steps[axis]
                guard position[axis] == shape[axis] else { break }
                start -= shape[axis] * steps[axis]
                position[axis] = 0
                axis -= 1
            }
        }
        return places
    }
}

/// A NumPy element type.
struct PickleDtype: Sendable, Equatable {
    /// `f`, `i`, `u`, `b`, `U` or `S`.
    let kind: Character
    /// Bytes of an element.
    let size: Int
    var isBigEndian = false

    /// From a code such as `f8` or `U5`; nil for other types.
    init?(code: String) {
        guard let kind = code.first, let number = Int(code.dropFirst()), number >= 0 else { return nil }
        switch (kind, number) {
        case ("f", 2), ("f", 4), ("f", 8), ("i", 1), ("i", 2), ("i", 4), ("i", 8), ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("b", 1), ("S", 1...):
            size = number
        case ("U", 1...(1 << 28)): size = 4 * number
        default: return nil
        }
        self.kind = kind
    }

    var name: String {
        switch kind {
        case "f": "float\(8 * size)"
        case "i": "int\(8 * size)"
        case "u": "uint\(8 * size)"
        case "b": "bool"
        case "U": "U\(size / 4)"
        default: "S\(size)"
        }
    }
}

/// Text of one byte a character.
func latin1(_ bytes: ArraySlice<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(byte)) }
    return String(text)
}
