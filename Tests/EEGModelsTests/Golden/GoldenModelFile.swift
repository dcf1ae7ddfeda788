import EEGModels
import EEGTensor
import Foundation
import GoldenFiles

/// Outputs, gradients and updated statistics of one model in one configuration, computed in Double by the reference.
struct GoldenModelFile: Sendable {
    /// Path below the golden folder without extension, such as `braindecode/EEGNet/default_eval`.
    let name: String
    let description: Description
    var tensors: [String: GoldenTensor]

    struct Description: Decodable, Sendable {
        /// Such as `braindecode/EEGNet`.
        let model: String
        /// `train` (batch statistics, no dropout) or `eval`.
        let mode: String
        let config: [String: JSONValue]
        let defaults: [String: JSONValue]
        let inputs: [Input]
        let parameters: [[JSONValue]]
        let trainableCount: Int?
        let lossSeed: UInt64
        let loss: String
        let gradMax: Double
        let gradNone: [String]?
        let gradZero: [String]?
        let gradNotStored: [String]?
        let outputs: [String: [Int]]

        /// The output whose mean, weighted, is the loss.
        var lossOutput: String { loss.firstMatch(of: /mean\((\w+) \*/).map { String($0.1) } ?? "output" }

        enum CodingKeys: String, CodingKey {
            case model, mode, config, defaults, inputs, parameters, outputs, loss
            case trainableCount = "trainable_count"
            case lossSeed = "loss_seed"
            case gradMax = "grad_max"
            case gradNone = "grad_none"
            case gradZero = "grad_zero"
            case gradNotStored = "grad_not_stored"
        }
    }

    struct Input: Decodable, Sendable {
        let name: String
        let shape: [Int]
        let seed: UInt64
        let offset: Double
        let scale: Double
        let edited: JSONValue?
    }

    /// A parameter or buffer of the reference, with the rule that fills it.
    struct ParameterRow: Sendable {
        let name: String
        let shape: [Int]
        let seed: UInt64
        let offset: Double
        let scale: Double
        /// `weight`, `vector`, `scale`, `running_mean`, `running_var`, `constant` or `tied to NAME`.
        let kind: String
    }

    init(contentsOf url: URL, name: String) throws {
        self.name = name
        let container = try GoldenContainer(contentsOf: url)
        description = try JSONDecoder().decode(Description.self, from: Data(container.golden.utf8))
        tensors = container.tensors
    }

    /// All files below `folder`, such as `braindecode`.
    static func all(in folder: String) throws -> [GoldenModelFile] {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/golden")
        return try goldenPaths(in: folder, fixtures: fixtures).map { try GoldenModelFile(contentsOf: $0.url, name: $0.name) }
    }

    var isTraining: Bool { description.mode == "train" }

    var parameterRows: [ParameterRow] {
        get throws {
            try description.parameters.map { row in
                guard row.count == 6, let name = row[0].string, let shape = row[1].array?.compactMap(\.int), let kind = row[5].string else {
                    throw GoldenError("\(self.name): a parameter row has another form: \(row)")
                }
                // Rows that are not filled have no seed.
                return ParameterRow(
                    name: name, shape: shape, seed: UInt64(row[2].int ?? 0), offset: row[3].double ?? 0, scale: row[4].double ?? 0, kind: kind)
            }
        }
    }

    /// An input: stored, or filled by the rule.
    func input(_ input: Input) throws -> Tensor {
        if let stored = tensors[input.name] { return Tensor(stored) }
        let filled = goldenTensor(input.shape, seed: input.seed, offset: input.offset, scale: input.scale)
        switch input.edited?.string {
        case nil: return filled
        case .some(let rule) where rule.hasPrefix("after filling, in float32: channel c := channel c * 2^((c mod 3) - 1); then"): return mixed(filled)
        case .some(let rule): throw GoldenError("\(name): input \(input.name) is edited by a rule that is not known here: \(rule)")
        }
    }
}

/// Channels of unlike strength that depend on their neighbours: scaled by 1/2, 1, 2 in turn, then each with half of the one before it added.
private func mixed(_ x: Tensor) -> Tensor {
    var x = x
    let (channels, length) = (x.shape[x.rank - 2], x.shape[x.rank - 1])
    x.withUnsafeMutableBufferPointer { values in
        for window in stride(from: 0, to: values.count, by: channels * length) {
            for channel in 0..<channels {
                let start = window + channel * length
                let scale = [Float(0.5), 1, 2][channel % 3]
                for index in start..<(start + length) { values[index] = values[index] * scale }
            }
            for start in (1..<channels).map({ window + $0 * length }) {
                for index in start..<(start + length) { values[index] += 0.5 * values[index - length] }
            }
        }
    }
    return x
}

/// A tensor filled by the rule of the golden files.
func goldenTensor(_ shape: [Int], seed: UInt64, offset: Double, scale: Double) -> Tensor {
    Tensor(goldenFill(seed: seed, count: shape.reduce(1, *)).map { Float(offset + scale * $0) }, shape: Shape(shape))
}

extension Tensor {
    init(_ tensor: GoldenTensor) { self.init(tensor.values.map { Float($0) }, shape: Shape(tensor.shape)) }
}
