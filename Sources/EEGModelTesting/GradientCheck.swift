public import EEGTensor

/// A comparison of an operation's gradients with central differences along random directions.
///
/// The results of a function, each element times a fixed random weight, are summed to a scalar L. For every input x and each of several
/// random directions v, ⟨∂L/∂x, v⟩ must agree with (L(x + h v) − L(x − h v)) / 2h.
///
/// With a reference in Double the differences are exact to about nine digits, and the values of the function are compared with the reference
/// first. Without one the differences are taken of the Float function itself, extrapolated from several steps, and exact to about three
/// digits: that finds wrong formulas, not wrong roundings, and only where the inputs stay clear of kinks.
public struct GradientCheck: Sendable, CustomStringConvertible {
    /// How closely gradients and differences must agree, and how many are compared.
    public struct Settings: Sendable {
        /// The tolerance of a derivative along v, as a fraction of √Σ (gᵢ vᵢ)², its size where nothing cancels.
        ///
        /// Where it is not given: 5e-5, some hundred Float roundings, with a reference; 5e-3 without one.
        public var relative: Double?
        /// The tolerance of a derivative where that is smaller, for gradients that are zero but for rounding.
        public var absolute: Double
        /// The tolerance of values, relative to the largest of them (or to 1 if that is smaller).
        public var values: Double
        /// How many directions are tried for each input.
        public var directions: Int
        /// Chooses weights and directions.
        public var seed: UInt64

        public init(relative: Double? = nil, absolute: Double = 0, values: Double = 5e-6, directions: Int = 3, seed: UInt64 = 1) {
            self.relative = relative
            self.absolute = absolute
            self.values = values
            self.directions = directions
            self.seed = seed
        }
    }

    /// How many directional derivatives were compared.
    public private(set) var comparisons = 0
    /// What is wrong, one entry each: values first, then gradients; a wrong value ends the check.
    public private(set) var failures: [String] = []

    public var passes: Bool { failures.isEmpty }

    public var description: String {
        passes ? "\(comparisons) directional derivatives agree" : failures.joined(separator: "\n")
    }

    /// Checks values and gradients of `function` against a reference in Double.
    ///
    /// - Parameters:
    ///   - inputs: where to differentiate; small ones, since the reference is computed twice a direction.
    ///   - constant: the positions of inputs that have no gradient.
    ///   - function: computes the results with the library.
    ///   - reference: computes the same results in Double.
    public init(
        at inputs: [Tensor], constant: Set<Int> = [], settings: Settings = Settings(), of function: ([Tensor]) throws -> [Tensor],
        reference: ([DoubleTensor]) throws -> [DoubleTensor]
    ) rethrows {
        let points = inputs.map { DoubleTensor($0) }
        let expected = try reference(points)
        var numbers = RandomNumbers(seed: settings.seed)
        let loss = WeightedSum(weights: expected.map { numbers.tensor($0.shape) })
        guard let gradients = try gradients(at: inputs, of: function, expected, loss, settings) else { return }
        let rounding = 0x1p-50 * loss.sizeOfTerms(expected)
        for input in inputs.indices where !constant.contains(input) {
            let step = 1e-6 * magnitude(of: points[input])
            func difference(along direction: [Double]) throws -> Double {
                func moved(_ step: Double) throws -> Double {
                    var moved = points
                    for index in direction.indices { moved[input].values[index] += step * direction[index] }
                    return loss.value(of: try reference(moved))
                }
                return (try moved(step) - moved(-step)) / (2 * step)
            }
            let failed = try compare(
                DoubleTensor(gradients[input]), input, &numbers, settings, relative: settings.relative ?? 5e-5,
                absolute: max(settings.absolute, rounding / step), with: difference)
            if failed { try locate(DoubleTensor(gradients[input]), difference) }
        }
    }

    /// Checks the gradients of `function` against differences of its own values.
    ///
    /// - Parameters:
    ///   - inputs: where to differentiate; a sixteenth of their largest magnitude must be a small step.
    ///   - constant: the positions of inputs that have no gradient.
    ///   - function: computes the results.
    public init(
        at inputs: [Tensor], constant: Set<Int> = [], settings: Settings = Settings(), of function: ([Tensor]) throws -> [Tensor]
    ) rethrows {
        let expected = try function(inputs).map { DoubleTensor($0) }
        var numbers = RandomNumbers(seed: settings.seed)
        let loss = WeightedSum(weights: expected.map { numbers.tensor($0.shape) })
        guard let gradients = try gradients(at: inputs, of: function, expected, loss, settings) else { return }
        for input in inputs.indices where !constant.contains(input) {
            let start = inputs[input].scalars
            func difference(along direction: [Double]) throws -> Double {
                func moved(_ step: Double) throws -> Double {
                    var moved = inputs
                    moved[input] = Tensor(zip(start, direction).map { Float(Double($0) + step * $1) }, shape: inputs[input].shape)
                    return loss.value(of: try function(moved).map { DoubleTensor($0) })
                }
                return try extrapolated(from: magnitude(of: DoubleTensor(inputs[input])) / 16) { step in
                    (try moved(step) - moved(-step)) / (2 * step)
                }
            }
            _ = try compare(
                DoubleTensor(gradients[input]), input, &numbers, settings, relative: settings.relative ?? 5e-3,
                absolute: settings.absolute, with: difference)
        }
    }

    /// The library's gradients of the weighted sum; nil where its values are wrong, computed alone or while recording.
    private mutating func gradients(
        at inputs: [Tensor], of function: ([Tensor]) throws -> [Tensor], _ expected: [DoubleTensor], _ loss: WeightedSum,
        _ settings: Settings
    ) rethrows -> [Tensor]? {
        compareValues(of: try function(inputs), expected, settings, "result")
        guard passes else { return nil }
        let (_, gradients) = try valueAndGradients(at: inputs) { inputs in
            let results = try function(inputs)
            compareValues(of: results, expected, settings, "recorded result")
            return passes ? apply(loss, to: TensorList(results))[0] : Tensor(0)
        }
        return passes ? gradients : nil
    }

    private mutating func compareValues(of results: [Tensor], _ expected: [DoubleTensor], _ settings: Settings, _ label: String) {
        if results.count != expected.count { failures.append("\(results.count) results, expected \(expected.count)") }
        for (index, (result, expected)) in zip(results, expected).enumerated() {
            let comparison = Comparison(DoubleTensor(result), expected, relative: settings.values, absolute: settings.values)
            if let failure = comparison.failure { failures.append("\(label) \(index): \(failure)") }
        }
    }

    /// Compares along random directions; whether one of them failed.
    private mutating func compare(
        _ gradient: DoubleTensor, _ input: Int, _ numbers: inout RandomNumbers, _ settings: Settings, relative: Double, absolute: Double,
        with difference: ([Double]) throws -> Double
    ) rethrows -> Bool {
        var failed = false
        for number in 0..<settings.directions {
            let direction = numbers.tensor(gradient.shape).values
            let terms = zip(gradient.values, direction).map { $0 * $1 }
            let derivative = terms.reduce(0, +)
            let tolerance = max(absolute, relative * terms.reduce(0) { $0 + $1 * $1 }.squareRoot())
            let expected = try difference(direction)
            comparisons += 1
            if abs(derivative - expected) <= tolerance { continue }
            failed = true
            failures.append(
                """
                gradient of input \(input) \(gradient.shape), direction \(number): \(derivative), central difference \(expected), \
                apart by \(abs(derivative - expected)), tolerance \(tolerance)
                """)
        }
        return failed
    }

    /// Adds to the last failure which element of a small gradient is furthest from its central difference.
    private mutating func locate(_ gradient: DoubleTensor, _ difference: ([Double]) throws -> Double) rethrows {
        guard (1...1024).contains(gradient.count) else { return }
        let differences = try gradient.values.indices.map { index in
            var unit = Array(repeating: 0.0, count: gradient.count)
            unit[index] = 1
            return try difference(unit)
        }
        let errors = zip(gradient.values, differences).map { abs($0 - $1) }
        guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] }) else { return }
        let place = Comparison.index(worst, in: gradient.shape)
        failures[failures.count - 1] += "; worst element \(place): \(gradient.values[worst]), central difference \(differences[worst])"
    }
}

/// The largest magnitude among the elements, 1 if all are 0.
private func magnitude(of tensor: DoubleTensor) -> Double {
    let largest = tensor.values.lazy.map(abs).max() ?? 0
    return largest > 0 ? largest : 1
}

/// Extrapolates central differences to step 0 (Ridders, Advances in Engineering Software 4, 1982): of the table of differences at halved
/// steps and their extrapolations, the entry that agrees best with its neighbours.
private func extrapolated(from largestStep: Double, _ difference: (Double) throws -> Double) rethrows -> Double {
    var row = [try difference(largestStep)]
    var best = (value: row[0], error: Double.infinity)
    for halving in 1..<7 {
        var next = [try difference(largestStep / Double(1 << halving))]
        var factor = 4.0
        for column in 0..<halving {
            next.append((factor * next[column] - row[column]) / (factor - 1))
            let error = max(abs(next[column + 1] - next[column]), abs(next[column + 1] - row[column]))
            if error < best.error { best = (next[column + 1], error) }
            factor *= 4
        }
        row = next
    }
    return best.value
}
