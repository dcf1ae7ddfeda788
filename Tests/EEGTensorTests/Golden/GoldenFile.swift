import Foundation

/// One golden file: reference numbers in safetensors, with a JSON description of how they came about.
struct GoldenFile: Sendable {
    /// Path below the golden folder without extension, such as `signal/welch/hann_half`.
    let name: String
    let description: Description
    /// The stored tensors by name.
    let tensors: [String: GoldenTensor]

    struct Description: Decodable, Sendable {
        let op: String
        let attributes: [String: JSONValue]
        let inputs: [Input]
        let outputs: [String: [Int]]
        let lossSeed: UInt64?

        enum CodingKeys: String, CodingKey {
            case op, attributes, inputs, outputs
            case lossSeed = "loss_seed"
        }
    }

    struct Input: Decodable, Sendable {
        let name: String
        let shape: [Int]
        let seed: UInt64?
        let scale: Double?
        let offset: Double?
    }

    init(name: String, description: Description, tensors: [String: GoldenTensor]) {
        self.name = name
        self.description = description
        self.tensors = tensors
    }

    init(contentsOf url: URL, name: String) throws {
        self.name = name
        let data = try Data(contentsOf: url)
        guard data.count >= 8 else { throw GoldenError("\(name): \(data.count) bytes are too few for a header length") }
        let headerLength = Int(
            clamping: data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) })
        guard headerLength <= data.count - 8 else { throw GoldenError("\(name): header of \(headerLength) bytes in \(data.count)") }
        let header = try JSONDecoder().decode([String: JSONValue].self, from: data.subdata(in: 8..<8 + headerLength))
        guard let text = header["__metadata__"]?["golden"]?.string else { throw GoldenError("\(name): no golden metadata") }
        description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
        let payload = data.subdata(in: (8 + headerLength)..<data.count)
        tensors = try header.filter { $0.key != "__metadata__" }.mapValues { try GoldenTensor(entry: $0, payload: payload) }
    }

    /// A stored tensor; throws by name where it is missing.
    func tensor(_ tensorName: String) throws -> GoldenTensor {
        guard let tensor = tensors[tensorName] else { throw GoldenError("\(name): no tensor \(tensorName)") }
        return tensor
    }

    /// An input: stored as `in:NAME`, otherwise filled by the rule and rounded to Float.
    func input(_ inputName: String = "input") throws -> GoldenTensor {
        if let stored = tensors["in:" + inputName] { return stored }
        guard let input = description.inputs.first(where: { $0.name == inputName }), let seed = input.seed else {
            throw GoldenError("\(name): no input \(inputName)")
        }
        let scale = input.scale ?? 1, offset = input.offset ?? 0
        let values = goldenFill(seed: seed, count: input.shape.reduce(1, *)).map { Double(Float(offset + scale * $0)) }
        return GoldenTensor(shape: input.shape, values: values)
    }

    func attribute(_ key: String) throws -> JSONValue {
        guard let value = description.attributes[key] else { throw GoldenError("\(name): no attribute \(key)") }
        return value
    }

    /// Every golden file below `folder` (`ops` or `signal`), sorted by name.
    ///
    /// Read from the folder that `EEG_GOLDEN_DIR` names, else from the fixtures beside the tests.
    static func all(in folder: String) throws -> [GoldenFile] {
        let root: URL
        if let named = ProcessInfo.processInfo.environment["EEG_GOLDEN_DIR"] {
            root = URL(fileURLWithPath: named)
        } else {
            root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Fixtures/golden")
        }
        let base = root.appendingPathComponent(folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path).filter { $0.hasSuffix(".safetensors") }.sorted()
        return try paths.map {
            try GoldenFile(contentsOf: base.appendingPathComponent($0), name: "\(folder)/\($0.dropLast(".safetensors".count))")
        }
    }
}

/// A tensor of a golden file, whatever its stored type, as Double in row-major order.
struct GoldenTensor: Sendable {
    let shape: [Int]
    let values: [Double]

    init(shape: [Int], values: [Double]) {
        self.shape = shape
        self.values = values
    }

    init(entry: JSONValue, payload: Data) throws {
        guard let dtype = entry["dtype"]?.string, let shape = entry["shape"]?.array?.compactMap(\.int),
            let offsets = entry["data_offsets"]?.array?.compactMap(\.int), offsets.count == 2,
            0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= payload.count
        else { throw GoldenError("malformed tensor entry \(entry)") }
        self.shape = shape
        let bytes = payload.subdata(in: offsets[0]..<offsets[1])
        func read<Scalar>(_: Scalar.Type, _ convert: (Scalar) -> Double) -> [Double] {
            bytes.withUnsafeBytes { raw in
                (0..<raw.count / MemoryLayout<Scalar>.stride).map {
                    convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Scalar>.stride, as: Scalar.self))
                }
            }
        }
        switch dtype {
        case "F64": values = read(Double.self) { $0 }
        case "F32": values = read(Float.self) { Double($0) }
        case "I64": values = read(Int64.self) { Double($0) }
        default: throw GoldenError("tensor type \(dtype) is not read here")
        }
        guard values.count == shape.reduce(1, *) else { throw GoldenError("\(values.count) values for shape \(shape)") }
    }

    /// The rows along the last axis.
    var rows: [[Double]] {
        let length = shape.last ?? 1
        return stride(from: 0, to: values.count, by: length).map { Array(values[$0..<$0 + length]) }
    }
}

/// The golden fill rule: value j of a stream is a hash of (seed, j), between -1 and 1, the same in every language.
func goldenFill(seed: UInt64, count: Int) -> [Double] {
    (0..<UInt64(count)).map { index in
        var z = (seed << 32) &+ index &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) * 0x1p-52 - 1
    }
}

struct GoldenError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Any JSON value; the attributes of golden files are too varied for one type.
enum JSONValue: Decodable, Equatable, Sendable {
    case null, bool(Bool), number(Double), string(String), array([JSONValue]), object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    subscript(key: String) -> JSONValue? { if case .object(let object) = self { object[key] } else { nil } }
    var string: String? { if case .string(let value) = self { value } else { nil } }
    var double: Double? { if case .number(let value) = self { value } else { nil } }
    var int: Int? { double.flatMap { Int(exactly: $0) } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    var doubles: [Double]? { array?.compactMap(\.double) }
}
