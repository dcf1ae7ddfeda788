import EEGModelTesting
import EEGTensor
import Foundation
import GoldenFiles
import Testing

/// Values and gradients of single operations, in full, against reference numbers computed in Double by PyTorch.
@Suite struct OperationGoldenTests {
    static let files = Result { try GoldenFile.all(in: "ops") }

    /// The files of operations that the table maps to the library.
    static var mapped: [GoldenFile] { ((try? files.get()) ?? []).filter { operationMappings[$0.description.op] != nil } }

    @Test(arguments: mapped)
    func operation(_ file: GoldenFile) throws {
        let failures = try GoldenOperation(file).failures()
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    @Test func everyRequiredOperationIsMapped() throws {
        let names = Set(try Self.files.get().map(\.description.op))
        #expect(!names.isEmpty)
        let missing = requiredOperations.filter { operationMappings[$0] == nil }
        #expect(missing.isEmpty, "operations that the library promises, without a mapping: \(missing)")
        let notCovered = names.subtracting(operationMappings.keys).subtracting(missing).sorted()
        if !notCovered.isEmpty { print("Golden: not covered: \(notCovered.joined(separator: ", "))") }
    }

    @Test func fixturesHoldEveryRequiredOperation() throws {
        guard ProcessInfo.processInfo.environment["EEG_GOLDEN_DIR"] == nil else { return }
        let files = try Self.files.get()
        #expect(files.count >= 118)
        #expect(Set(requiredOperations).subtracting(files.map(\.description.op)).isEmpty)
    }

    @Test(arguments: ["output", "grad:a"])
    func changedReferenceIsNoticed(_ tensor: String) throws {
        let files = try Self.files.get()
        guard let file = files.first(where: { $0.description.op == "matmul" }) else { return }
        let changed = file.changing(tensor) { $0.values[3] += 1e-4 * max(1, abs($0.values[3])) }
        #expect(try !GoldenOperation(changed).failures().isEmpty)
    }
}

extension GoldenFile: CustomTestStringConvertible {
    var testDescription: String { name }
}

/// A golden file of `ops/` with its inputs as tensors, as a mapping sees it.
struct GoldenOperation {
    let file: GoldenFile
    private let inputs: [String: Tensor]

    init(_ file: GoldenFile) throws {
        self.file = file
        let names = Set(file.description.inputs.map(\.name)).union(
            file.tensors.keys.filter { $0.hasPrefix("in:") }.map { String($0.dropFirst(3)) })
        inputs = try Dictionary(uniqueKeysWithValues: names.map { ($0, Tensor(try file.input($0))) })
    }

    private init(_ file: GoldenFile, _ inputs: [String: Tensor]) {
        self.file = file
        self.inputs = inputs
    }

    /// The input that most operations have.
    var input: Tensor { get throws { try self["input"] } }

    /// An input; throws by name where the file has none.
    subscript(name: String) -> Tensor {
        get throws {
            guard let tensor = inputs[name] else { throw GoldenError("\(file.name): no input \(name)") }
            return tensor
        }
    }

    /// An input that may be absent.
    func optional(_ name: String) -> Tensor? { inputs[name] }

    /// An input of whole numbers.
    func integers(_ name: String) throws -> [Int] { try self[name].scalars.map { Int($0) } }

    func int(_ key: String) throws -> Int { try value(key, \.int) }
    func ints(_ key: String) throws -> [Int] { try value(key) { $0.array?.compactMap(\.int) } }
    func float(_ key: String) throws -> Float { Float(try value(key, \.double)) }
    func bool(_ key: String) throws -> Bool { try value(key, \.bool) }
    /// `[before, after]` for each spatial axis.
    func pairs(_ key: String) throws -> [(Int, Int)] {
        try value(key) { $0.array?.compactMap { pair in pair.array.flatMap { $0.count == 2 ? ($0[0].int ?? 0, $0[1].int ?? 0) : nil } } }
    }
    /// An attribute that may be null or left out.
    func optionalFloats(_ key: String) -> [Float]? { file.description.attributes[key]?.doubles?.map { Float($0) } }

    private func value<Value>(_ key: String, _ convert: (JSONValue) -> Value?) throws -> Value {
        guard let value = convert(try file.attribute(key)) else { throw GoldenError("\(file.name): attribute \(key) has another form") }
        return value
    }

    /// Results in the order in which they count in the loss; those that are not differentiable come last.
    private static let order = [
        "output", "real", "imaginary", "h", "c", "attention_weights", "indices", "new_running_mean", "new_running_var",
    ]

    /// What differs from the reference, under every instruction set and number of threads.
    func failures() throws -> [String] {
        guard let mapping = operationMappings[file.description.op] else { return ["no mapping"] }
        let names = file.description.outputs.keys.sorted { (Self.order.firstIndex(of: $0) ?? 0) < (Self.order.firstIndex(of: $1) ?? 0) }
        let differentiable = names.filter { $0 != "indices" && !$0.hasPrefix("new_") }
        let expected = try names.map { try file.expected($0, shape: file.description.outputs[$0]) }
        guard let seed = file.description.lossSeed else { throw GoldenError("\(file.name): no loss seed") }
        let loss = WeightedSum(
            weights: zip(differentiable, expected).enumerated().map { index, output in
                let values = goldenFill(seed: seed - UInt64(index), count: output.1.count)
                return DoubleTensor(values.map { Double(Float($0)) / Double(values.count) }, shape: output.1.shape)
            })
        let gradientNames = file.tensors.keys.filter { $0.hasPrefix("grad:") }.map { String($0.dropFirst(5)) }.sorted()
        let points = try gradientNames.map { try self[$0] }

        var failures: [String] = []
        try forEachConfiguration { configuration in
            var results: [Tensor] = []
            let (_, gradients) = try valueAndGradients(at: points) { points in
                let watched = inputs.merging(zip(gradientNames, points)) { $1 }
                results = try mapping(GoldenOperation(file, watched))
                guard results.count == names.count, zip(results, expected).allSatisfy({ $0.shape == $1.shape }) else { return Tensor(0) }
                return apply(loss, to: TensorList(results.prefix(differentiable.count).map(Optional.some)))[0]
            }
            if results.count != names.count { failures.append("\(results.count) results for \(names)") }
            for (name, (result, expected)) in zip(names, zip(results, expected)) {
                let comparison = Comparison(DoubleTensor(result), expected, relative: 5e-6, absolute: 5e-6)
                if let failure = comparison.failure { failures.append("\(configuration.testDescription): \(name): \(failure)") }
            }
            for (name, gradient) in zip(gradientNames, gradients) {
                let comparison = Comparison(DoubleTensor(gradient), try file.expected("grad:" + name), relative: 5e-5)
                if let failure = comparison.failure { failures.append("\(configuration.testDescription): grad:\(name): \(failure)") }
            }
        }
        return failures
    }
}

extension GoldenFile {
    /// A stored tensor, in `shape` where that is given: scalars are stored with one axis.
    fileprivate func expected(_ name: String, shape: [Int]? = nil) throws -> DoubleTensor {
        let tensor = try tensor(name)
        return DoubleTensor(tensor.values, shape: Shape(shape ?? tensor.shape))
    }

    /// A copy in which one tensor is changed.
    fileprivate func changing(_ name: String, _ change: (inout DoubleTensor) -> Void) -> GoldenFile {
        guard let tensor = try? expected(name) else { return self }
        var changed = tensor
        change(&changed)
        var tensors = tensors
        tensors[name] = GoldenTensor(shape: Array(changed.shape), values: changed.values)
        return GoldenFile(name: self.name, description: description, tensors: tensors)
    }
}

extension Tensor {
    fileprivate init(_ tensor: GoldenTensor) { self.init(tensor.values.map { Float($0) }, shape: Shape(tensor.shape)) }
}
