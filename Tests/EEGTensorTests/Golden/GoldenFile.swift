import Foundation
import GoldenFiles

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
        let container = try GoldenContainer(contentsOf: url)
        description = try JSONDecoder().decode(Description.self, from: Data(container.golden.utf8))
        tensors = container.tensors
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
    static func all(in folder: String) throws -> [GoldenFile] {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/golden")
        return try goldenPaths(in: folder, fixtures: fixtures).map { try GoldenFile(contentsOf: $0.url, name: $0.name) }
    }
}
