import EEGModelTesting
import EEGModels
import EEGTensor
import GoldenFiles

/// What differs between a model here and a golden file.
struct GoldenModelCheck {
    let file: GoldenModelFile
    private(set) var failures: [String] = []
    /// Gradients that are checked in another way.
    private let separate: Set<String>
    /// Second names of parameters and buffers, and the names that they are filled by.
    private let aliases: [String: String]

    /// - Parameter separate: the names of gradients that are checked in another way.
    init(_ file: GoldenModelFile, _ model: GoldenModel, separate: Set<String> = []) throws {
        self.file = file
        self.separate = separate
        aliases = Dictionary(
            uniqueKeysWithValues: try file.parameterRows.compactMap { row in row.kind.without(prefix: "tied to ").map { (row.name, $0) } })
        let built = try model.build(GoldenCase(file))
        let isLeftOut = { (parameter: Parameter) in built.leftOut.contains { parameter.name.hasPrefix($0 + ".") } }
        try fill((built.store.parameters + built.store.buffers).filter { !isLeftOut($0) })
        guard failures.isEmpty else { return }
        let count = built.store.parameters.filter { !isLeftOut($0) }.reduce(0) { $0 + $1.value.count }
        if let expected = file.description.trainableCount, count != expected {
            failures.append("\(count) trained values, the reference has \(expected)")
        }
        try compare(built.store, built.forward)
    }

    /// Gives every parameter and buffer the reference's values; all names and shapes must agree.
    private mutating func fill(_ parameters: [Parameter]) throws {
        let rows = try file.parameterRows
        var missing = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
        for row in rows where row.kind != "constant" && !row.kind.hasPrefix("tied to ") {
            guard let parameter = missing.removeValue(forKey: row.name) else {
                failures.append("no parameter \(row.name) \(row.shape)")
                continue
            }
            guard Array(parameter.value.shape) == row.shape else {
                failures.append("\(row.name) is \(parameter.value.shape), the reference has \(row.shape)")
                continue
            }
            parameter.value = goldenTensor(row.shape, seed: row.seed, offset: row.offset, scale: row.scale)
        }
        for row in rows where row.kind == "constant" {
            guard let parameter = missing.removeValue(forKey: row.name), let stored = file.tensors["const:" + row.name] else { continue }
            guard Array(parameter.value.shape) == stored.shape else {
                failures.append("\(row.name) is \(parameter.value.shape), the reference has \(stored.shape)")
                continue
            }
            parameter.value = Tensor(stored)
        }
        let constants = Set(rows.filter { $0.kind == "constant" }.map(\.name))
        for name in missing.keys.sorted() where !constants.contains(name) { failures.append("\(name) is unknown to the reference") }
    }

    private mutating func compare(_ store: ParameterStore, _ forward: GoldenModel.Forward) throws {
        let inputs = try file.description.inputs.map { ($0.name, try file.input($0)) }
        let names = file.description.outputs.keys.sorted()
        let target = file.description.lossOutput
        guard let shape = file.description.outputs[target] else { throw GoldenError("\(file.name): no output \(target) for the loss") }
        let count = shape.reduce(1, *)
        let values = goldenFill(seed: file.description.lossSeed, count: count).map { $0 / Double(count) }
        let loss = WeightedSum(weights: [DoubleTensor(values, shape: Shape(shape))])
        var context = file.isTraining ? ForwardContext.training(Generator(seed: 1)) : .inference
        var outputs: [String: Tensor] = [:]
        var gradients: [String: Tensor] = [:]
        let points = inputs.map { Parameter($0.0, $0.1) }
        let (_, found) = try valueAndGradient(of: points + store.parameters) {
            outputs = try forward(Dictionary(uniqueKeysWithValues: points.map { ($0.name, $0.value) }), &context)
            guard let output = outputs[target], Array(output.shape) == shape else { return Tensor(0) }
            return apply(loss, to: TensorList(output))[0]
        }
        for parameter in points + store.parameters { gradients[parameter.name] = found[parameter] }
        for name in names { compareOutput(name, outputs[name]) }
        context.applyUpdates()
        for (key, stored) in file.tensors.sorted(by: { $0.key < $1.key }) {
            if let name = key.without(prefix: "state:") { compareState(name, stored, store) }
            if let name = key.without(prefix: "grad:"), !separate.contains(name) { compareGradient(name, stored, gradients[aliases[name] ?? name]) }
            if let name = key.without(prefix: "gradsum:"), !separate.contains(name) {
                try compareSums(name, stored, gradients[aliases[name] ?? name])
            }
        }
    }

    private mutating func compareOutput(_ name: String, _ output: Tensor?) {
        guard let output, let stored = file.tensors[name] else { return failures.append("no output \(name)") }
        let expected = DoubleTensor(stored.values, shape: Shape(stored.shape))
        note(name, Comparison(DoubleTensor(output), expected, relative: 1e-4, absolute: 1e-4).failure)
    }

    private mutating func compareState(_ name: String, _ stored: GoldenTensor, _ store: ParameterStore) {
        guard let buffer = store.buffers.first(where: { $0.name == aliases[name] ?? name }) else {
            // PyTorch counts batches; nothing here depends on that number.
            if !name.hasSuffix("num_batches_tracked") { failures.append("no buffer \(name)") }
            return
        }
        let expected = DoubleTensor(stored.values, shape: Shape(stored.shape))
        note("state:" + name, Comparison(DoubleTensor(buffer.value), expected, relative: 1e-4, absolute: 1e-4).failure)
    }

    private mutating func compareGradient(_ name: String, _ stored: GoldenTensor, _ gradient: Tensor?) {
        let expected = DoubleTensor(stored.values, shape: Shape(stored.shape))
        // The files hold a scalar as one element.
        let found = gradient.map { $0.rank == 0 ? $0.reshaped(to: [1]) : $0 }
        let actual = found.map(DoubleTensor.init) ?? DoubleTensor(stored.values.map { _ in 0 }, shape: Shape(stored.shape))
        // A gradient that is zero but for rounding has no magnitude of its own to compare with.
        let isZero = file.description.gradZero?.contains(name) == true
        let largest = isZero ? 0 : stored.values.map(abs).max() ?? 0
        let tolerance = 1e-3 * largest + 1e-5 * file.description.gradMax + (isZero ? 1e-3 * file.description.gradMax : 0)
        note("grad:" + name, Comparison(actual, expected, relative: 0, absolute: tolerance).failure)
    }

    /// A large gradient: its sum, the sums of its magnitudes and squares, and its first 64 values.
    private mutating func compareSums(_ name: String, _ stored: GoldenTensor, _ gradient: Tensor?) throws {
        guard let gradient else { return failures.append("no gradient of \(name)") }
        let values = gradient.scalars.map(Double.init)
        let magnitudes = stored.values[1]
        let sums = [values.reduce(0, +), values.reduce(0) { $0 + abs($1) }, values.reduce(0) { $0 + $1 * $1 }]
        let slack = 1e-5 * file.description.gradMax
        let tolerances = [
            (1e-3 + 1e-5) * magnitudes, (1e-3 + 1e-5) * magnitudes, 2e-3 * stored.values[2] + slack * magnitudes,
        ]
        for (index, what) in ["sum", "sum of magnitudes", "sum of squares"].enumerated()
        where !(abs(sums[index] - stored.values[index]) <= tolerances[index]) {
            failures.append("gradient of \(name): \(what) \(sums[index]), expected \(stored.values[index])")
        }
        guard let head = file.tensors["gradhead:" + name] else { throw GoldenError("\(file.name): no gradhead:\(name)") }
        let largest = values.map(abs).max() ?? 0
        let expected = DoubleTensor(head.values, shape: [head.values.count])
        let actual = DoubleTensor(Array(values.prefix(head.values.count)), shape: [head.values.count])
        note("gradhead:" + name, Comparison(actual, expected, relative: 0, absolute: 1e-3 * largest + slack).failure)
    }

    private mutating func note(_ what: String, _ failure: String?) {
        if let failure { failures.append("\(what): \(failure)") }
    }
}

extension String {
    fileprivate func without(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
