import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct AttentionTests {
    /// Attention by its definition: query `[groups, time, depth]`, key and value `[groups, keys, depth]`, mask `[groups, time, keys]`.
    private func reference(
        _ q: DoubleTensor, _ k: DoubleTensor, _ v: DoubleTensor, mask: DoubleTensor? = nil, isCausal: Bool = false, scale: Double? = nil
    ) -> (output: DoubleTensor, weights: DoubleTensor) {
        let (groups, time, depth, keys) = (q.shape[0], q.shape[1], q.shape[2], k.shape[1])
        let weights = DoubleTensor(shape: [groups, time, keys]) { _ in 0 }
        var result = (output: DoubleTensor(zeros: [groups, time, v.shape[2]]), weights: weights)
        for g in 0..<groups {
            for t in 0..<time {
                let scores = (0..<keys).map { s -> Double in
                    if isCausal && s > t { return -.infinity }
                    let product = (0..<depth).reduce(0.0) { $0 + q[g, t, $1] * k[g, s, $1] }
                    return product * (scale ?? 1 / Double(depth).squareRoot()) + (mask?[g, t, s] ?? 0)
                }
                let largest = scores.max() ?? 0
                if largest == -.infinity { continue }
                let sum = scores.reduce(0.0) { $0 + exp($1 - largest) }
                for s in 0..<keys {
                    let weight = exp(scores[s] - largest) / sum
                    result.weights[g, t, s] = weight
                    for d in 0..<v.shape[2] { result.output[g, t, d] += weight * v[g, s, d] }
                }
            }
        }
        return result
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let groups: Shape, time: Int, keys: Int, depth: Int, valueDepth: Int
        var isCausal = false
        var testDescription: String { "\(groups) \(time) x \(keys), depth \(depth), \(valueDepth)\(isCausal ? ", causal" : "")" }
    }

    static let cases: [Case] = [
        Case(groups: [], time: 1, keys: 1, depth: 1, valueDepth: 1), Case(groups: [2, 3], time: 5, keys: 7, depth: 4, valueDepth: 3),
        Case(groups: [2], time: 17, keys: 33, depth: 16, valueDepth: 20),
        Case(groups: [1], time: 35, keys: 67, depth: 9, valueDepth: 37),
        Case(groups: [1], time: 41, keys: 41, depth: 8, valueDepth: 13, isCausal: true),
        Case(groups: [2, 2], time: 19, keys: 19, depth: 5, valueDepth: 5, isCausal: true),
        Case(groups: [1], time: 7, keys: 12, depth: 3, valueDepth: 2, isCausal: true),
        Case(groups: [3], time: 12, keys: 7, depth: 3, valueDepth: 2, isCausal: true),
    ]

    @Test(arguments: cases)
    func valuesAndGradients(_ example: Case) {
        let n = example.groups.elementCount
        let shapes = [(example.time, example.depth), (example.keys, example.depth), (example.keys, example.valueDepth)]
        let inputs = shapes.enumerated().map { sample(Shape(Array(example.groups) + [$1.0, $1.1]), in: -2..<2, seed: UInt64($0 + 1)) }
        for scale in [nil, 0.7] as [Float?] {
            forEachConfiguration { _ in
                expectGradient(at: inputs) {
                    [scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: example.isCausal, scale: scale)]
                } reference: { x in
                    let parts = zip(x, shapes).map { $0.reshaped([n, $1.0, $1.1]) }
                    let result = reference(parts[0], parts[1], parts[2], isCausal: example.isCausal, scale: scale.map(Double.init)).output
                    return [result.reshaped(Shape(Array(example.groups) + [example.time, example.valueDepth]))]
                }
            }
        }
    }

    /// Several tiles of queries for each head.
    @Test(arguments: [false, true])
    func longSequences(_ isCausal: Bool) {
        let inputs = (1...3).map { sample([3, 260, 6], in: -2..<2, seed: UInt64($0)) }
        let weights = sample([3, 260, 6], seed: 9)
        let expected = reference(DoubleTensor(inputs[0]), DoubleTensor(inputs[1]), DoubleTensor(inputs[2]), isCausal: isCausal).output
        expectClose(scaledDotProductAttention(inputs[0], inputs[1], inputs[2], isCausal: isCausal), expected)
        // The gradient along one direction against a difference of the reference.
        let (_, gradients) = valueAndGradients(at: inputs) {
            (scaledDotProductAttention($0[0], $0[1], $0[2], isCausal: isCausal) * weights).sum()
        }
        for input in 0..<3 {
            let direction = sample([3, 260, 6], seed: 20)
            func loss(_ step: Double) -> Double {
                var moved = inputs.map { DoubleTensor($0) }
                for index in moved[input].values.indices { moved[input].values[index] += step * Double(direction.scalars[index]) }
                let output = reference(moved[0], moved[1], moved[2], isCausal: isCausal).output
                return zip(output.values, weights.scalars).reduce(0) { $0 + $1.0 * Double($1.1) }
            }
            let expected = (loss(1e-5) - loss(-1e-5)) / 2e-5
            let terms = zip(gradients[input].scalars, direction.scalars).map { Double($0 * $1) }
            let size = terms.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(terms.reduce(0, +) - expected) < 1e-4 * size)
        }
    }

    @Test(arguments: [[3, 4], [2, 1, 1, 4], [2, 2, 3, 4], [1, 1, 4], [4]] as [Shape])
    func masks(_ shape: Shape) {
        let inputs = [sample([2, 2, 3, 5]), sample([2, 2, 4, 5], seed: 2), sample([2, 2, 4, 3], seed: 3), sample(shape, seed: 4)]
        forEachConfiguration { _ in
            expectGradient(at: inputs) {
                [scaledDotProductAttention($0[0], $0[1], $0[2], mask: $0[3])]
            } reference: { x in
                let mask = DoubleTensor(shape: [2, 2, 3, 4]) { x[3].broadcast(at: $0) }.reshaped([4, 3, 4])
                let output = reference(
                    x[0].reshaped([4, 3, 5]), x[1].reshaped([4, 4, 5]), x[2].reshaped([4, 4, 3]), mask: mask
                ).output
                return [output.reshaped([2, 2, 3, 3])]
            }
        }
    }

    @Test func excludedKeys() {
        let none = -Float.infinity
        let mask = Tensor([0, none, 0, none, none, none], shape: [2, 3])
        let q = sample([2, 4]), k = sample([3, 4], seed: 2), v = sample([3, 4], seed: 3)
        let (output, gradient) = valueAndGradient(at: q) { q in
            let y = scaledDotProductAttention(q, k, v, mask: mask)
            #expect(y[1, 0...] == Tensor(zeros: [4]))
            return (y * sample([2, 4], seed: 7)).sum()
        }
        #expect(output.scalar.isFinite && gradient.scalars.allSatisfy { $0.isFinite })
        #expect(gradient[1, 0...] == Tensor(zeros: [4]))
        let kept = [k, v].map { $0.gathered(at: [0, 2]) }
        expectClose(
            scaledDotProductAttention(q[..<1], k, v, mask: mask[..<1]), scaledDotProductAttention(q[..<1], kept[0], kept[1]))
    }

    /// Heads side by side in packed rows, in separate tensors, and among the leading axes are the same attention.
    @Test(arguments: [(1, 1, 1, 4), (3, 5, 2, 3), (2, 150, 3, 8)])
    func multipleHeads(_ batch: Int, _ time: Int, _ heads: Int, _ depth: Int) {
        let width = heads * depth
        let x = sample([batch, time, width])
        let weights = [
            sample([3 * width, width], seed: 2), sample([3 * width], seed: 3), sample([width, width], seed: 4), sample([width], seed: 5),
        ]
        func composed(_ x: [Tensor]) -> Tensor {
            let packed = matmul(x[0], x[1], transposingSecond: true) + x[2]
            let parts = packed.reshaped(to: [batch, time, 3, heads, depth]).permuted(2, 0, 3, 1, 4)
            let output = scaledDotProductAttention(parts[0], parts[1], parts[2]).permuted(0, 2, 1, 3).reshaped(to: [batch, time, width])
            return matmul(output, x[3], transposingSecond: true) + x[4]
        }
        func packed(_ x: [Tensor]) -> Tensor {
            multiHeadAttention(x[0], heads: heads, inputWeight: x[1], inputBias: x[2], outputWeight: x[3], outputBias: x[4]).output
        }
        func separate(_ x: [Tensor]) -> Tensor {
            multiHeadAttention(
                x[0], key: x[0], value: x[0], heads: heads, inputWeight: x[1], inputBias: x[2], outputWeight: x[3], outputBias: x[4]
            ).output
        }
        let seeds = sample([batch, time, width], seed: 8)
        func gradients(_ function: ([Tensor]) -> Tensor) -> [Tensor] {
            valueAndGradients(at: [x] + weights) { (function($0) * seeds).sum() }.gradients
        }
        let expected = composed([x] + weights)
        expectClose(packed([x] + weights), expected)
        expectClose(separate([x] + weights), expected)
        let expectedGradients = gradients(composed)
        for (index, gradient) in gradients(packed).enumerated() { expectClose(gradient, expectedGradients[index], relative: 5e-5, "\(index)") }
        for (index, gradient) in gradients(separate).enumerated() { expectClose(gradient, expectedGradients[index], relative: 5e-5, "\(index)") }
    }

    @Test func averagedWeights() {
        let width = 6, heads = 2
        let inputs = [
            sample([2, 3, width]), sample([2, 5, width], seed: 2), sample([3 * width, width], seed: 3), sample([width, width], seed: 4),
        ]
        func run(_ x: [Tensor]) -> [Tensor] {
            let result = multiHeadAttention(
                x[0], key: x[1], heads: heads, inputWeight: x[2], outputWeight: x[3], returnsWeights: true)
            return [result.output, result.weights ?? Tensor(0)]
        }
        #expect(run(inputs)[1].shape == [2, 3, 5])
        for sum in run(inputs)[1].sum(over: -1).scalars { #expect(abs(sum - 1) < 1e-6) }
        forEachConfiguration { _ in
            expectGradient(at: inputs) {
                run($0)
            } reference: { x in
                func project(_ x: DoubleTensor, _ part: Int, _ w: DoubleTensor) -> DoubleTensor {
                    // To [batch * heads, time, depth].
                    let time = x.shape[1]
                    return DoubleTensor(shape: [2 * heads, time, 3]) { i in
                        (0..<width).reduce(0.0) { $0 + x[i[0] / heads, i[1], $1] * w[part * width + i[0] % heads * 3 + i[2], $1] }
                    }
                }
                let result = reference(project(x[0], 0, x[2]), project(x[1], 1, x[2]), project(x[1], 2, x[2]))
                let output = DoubleTensor(shape: [2, 3, width]) { i in
                    (0..<width).reduce(0.0) { $0 + result.output[i[0] * heads + $1 / 3, i[1], $1 % 3] * x[3][i[2], $1] }
                }
                let weights = DoubleTensor(shape: [2, 3, 5]) { i in
                    (0..<heads).reduce(0.0) { $0 + result.weights[i[0] * heads + $1, i[1], i[2]] } / Double(heads)
                }
                return [output, weights]
            }
        }
    }

    @Test func dropoutOfWeights() {
        let inputs = [sample([3, 40, 4]), sample([3, 50, 4], seed: 2), sample([3, 50, 2], seed: 3)]
        func run(_ x: [Tensor]) -> [Tensor] {
            var generator = Generator(seed: 6)
            let dropout = AttentionDropout(probability: 0.25, using: &generator)
            return [scaledDotProductAttention(x[0], x[1], x[2], dropout: dropout)]
        }
        expectGradient(at: inputs) { run($0) }
        // With values of one the output is the sum of the weights that remain, 1 on average.
        let sums = run([inputs[0], inputs[1], Tensor(ones: [3, 50, 1])])[0].scalars
        let mean = sums.reduce(0, +) / Float(sums.count)
        #expect(abs(mean - 1) < 0.03 && sums.contains { abs($0 - 1) > 0.02 })
    }

    @Test func bitsDoNotDependOnTheNumberOfThreads() {
        let inputs = (1...3).map { sample([5, 300, 12], in: -2..<2, seed: UInt64($0)) }
        let bias = sample([300, 300])
        expectSameBitsForAnyThreadCount {
            var generator = Generator(seed: 6)
            let dropout = AttentionDropout(probability: 0.1, using: &generator)
            let (value, gradients) = valueAndGradients(at: inputs + [bias]) {
                scaledDotProductAttention($0[0], $0[1], $0[2], mask: $0[3], dropout: dropout).sum()
            }
            return [value] + gradients
        }
    }

    @Test func mistakesAreNamed() async throws {
        let shapes = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = scaledDotProductAttention(Tensor(zeros: [2, 3, 4]), Tensor(zeros: [2, 5, 3]), Tensor(zeros: [2, 5, 4]))
        }
        #expect(
            String(decoding: shapes.standardErrorContent, as: UTF8.self)
                .contains("scaledDotProductAttention: shapes do not fit: query [2, 3, 4], key [2, 5, 3], value [2, 5, 4]"))
        let mask = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor(zeros: [2, 3, 4])
            _ = scaledDotProductAttention(x, x, x, mask: Tensor(zeros: [2, 1]))
        }
        #expect(String(decoding: mask.standardErrorContent, as: UTF8.self).contains("attention: "))
    }
}
