package import Foundation

/// A golden file as it is stored: tensors in safetensors, with a JSON description of how they came about.
package struct GoldenContainer: Sendable {
    /// The description, as JSON.
    package let golden: String
    package let tensors: [String: GoldenTensor]

    package init(contentsOf url: URL) throws {
        let name = url.lastPathComponent
        let data = try Data(contentsOf: url)
        guard data.count >= 8 else { throw GoldenError("\(name): \(data.count) bytes are too few for a header length") }
        let headerLength = Int(
            clamping: data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) })
        guard headerLength <= data.count - 8 else { throw GoldenError("\(name): header of \(headerLength) bytes in \(data.count)") }
        let header = try JSONDecoder().decode([String: JSONValue].self, from: data.subdata(in: 8..<8 + headerLength))
        guard let text = header["__metadata__"]?["golden"]?.string else { throw GoldenError("\(name): no golden metadata") }
        golden = text
        let payload = data.subdata(in: (8 + headerLength)..<data.count)
        tensors = try header.filter { $0.key != "__metadata__" }.mapValues { try GoldenTensor(entry: $0, payload: payload) }
    }
}

/// The files below `folder`, with their paths below the golden folder without extension, sorted: from the folder that `EEG_GOLDEN_DIR` names,
/// else from `fixtures`.
package func goldenPaths(in folder: String, fixtures: URL) throws -> [(name: String, url: URL)] {
    let root = ProcessInfo.processInfo.environment["EEG_GOLDEN_DIR"].map { URL(fileURLWithPath: $0) } ?? fixtures
    let base = root.appendingPathComponent(folder)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path).filter { $0.hasSuffix(".safetensors") }.sorted()
    return paths.map { ("\(folder)/\($0.dropLast(".safetensors".count))", base.appendingPathComponent($0)) }
}

package struct GoldenError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// A tensor of a golden file, whatever its stored type, as Double in row-major order.
package struct GoldenTensor: Sendable {
    package let shape: [Int]
    package let values: [Double]

    package init(shape: [Int], values: [Double]) {
        self.shape = shape
        self.values = values
    }

    package init(entry: JSONValue, payload: Data) throws {
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
    package var rows: [[Double]] {
        let length = shape.last ?? 1
        return stride(from: 0, to: values.count, by: length).map { Array(values[$0..<$0 + length]) }
    }
}
