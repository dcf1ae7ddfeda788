import EEGTensor
import Testing

@Suite struct MatrixProductTests {
    struct Case: Sendable, CustomStringConvertible {
        let a: Shape, b: Shape, transposes: (Bool, Bool)
        var description: String { "\(a) x \(b) \(transposes)" }
    }

    static let cases: [Case] = [
        Case(a: [1, 1], b: [1, 1], transposes: (false, false)), Case(a: [7, 5], b: [5, 3], transposes: (false, false)),
        Case(a: [5, 7], b: [5, 3], transposes: (true, false)), Case(a: [7, 5], b: [3, 5], transposes: (false, true)),
        Case(a: [5, 7], b: [3, 5], transposes: (true, true)), Case(a: [2, 1, 7, 5], b: [3, 5, 2], transposes: (false, false)),
        Case(a: [2, 3, 5, 7], b: [3, 4, 5], transposes: (true, true)), Case(a: [4, 3, 11], b: [11, 13], transposes: (false, false)),
        Case(a: [4, 11, 3], b: [11, 13], transposes: (true, false)), Case(a: [131, 67], b: [67, 259], transposes: (false, false)),
        Case(a: [17, 9001], b: [9001, 19], transposes: (false, false)), Case(a: [9001, 17], b: [9001, 19], transposes: (true, false)),
        Case(a: [300, 200], b: [200, 90], transposes: (false, false)), Case(a: [203, 131], b: [151, 203], transposes: (true, true)),
        Case(a: [131, 407], b: [407, 97], transposes: (false, false)), Case(a: [40, 33], b: [33, 1600], transposes: (false, false)),
    ]

    /// A product by definition, in Double: the matrices of the leading axes are looked up by broadcasting.
    static func reference(_ a: Tensor, _ b: Tensor, _ transposes: (Bool, Bool)) -> (Shape, [Double]) {
        let ra = a.rank, rb = b.rank
        let (m, k) = transposes.0 ? (a.shape[ra - 1], a.shape[ra - 2]) : (a.shape[ra - 2], a.shape[ra - 1])
        let n = transposes.1 ? b.shape[rb - 2] : b.shape[rb - 1]
        let rank = max(ra, rb) - 2
        func size(_ s: Shape, _ axis: Int) -> Int { axis < rank + 2 - s.rank ? 1 : s[axis - (rank + 2 - s.rank)] }
        var batch: [Int] = []
        for axis in 0..<rank { batch.append(max(size(a.shape, axis), size(b.shape, axis))) }
        let (x, y) = (a.scalars.map(Double.init), b.scalars.map(Double.init))
        var result: [Double] = []
        for index in 0..<batch.reduce(1, *) {
            var (rest, ia, ib, sa, sb) = (index, 0, 0, 1, 1)
            for axis in (0..<rank).reversed() {
                let coordinate = rest % batch[axis]
                rest /= batch[axis]
                ia += (size(a.shape, axis) == 1 ? 0 : coordinate) * sa
                ib += (size(b.shape, axis) == 1 ? 0 : coordinate) * sb
                sa *= size(a.shape, axis)
                sb *= size(b.shape, axis)
            }
            for i in 0..<m {
                for j in 0..<n {
                    var sum = 0.0
                    for l in 0..<k {
                        sum += x[ia * m * k + (transposes.0 ? l * m + i : i * k + l)] * y[ib * k * n + (transposes.1 ? j * k + l : l * n + j)]
                    }
                    result.append(sum)
                }
            }
        }
        return (Shape(batch + [m, n]), result)
    }

    @Test(arguments: cases)
    func productAndGradients(_ example: Case) {
        var generator = Generator(seed: 5)
        let a = Tensor(uniform: -1..<1, shape: example.a, using: &generator)
        let b = Tensor(uniform: -1..<1, shape: example.b, using: &generator)
        let (shape, expected) = Self.reference(a, b, example.transposes)
        let weights = Tensor(uniform: -1..<1, shape: shape, using: &generator)
        func run() -> [Tensor] {
            let (value, gradients) = valueAndGradients(at: [a, b]) { x in
                let c = matmul(x[0], x[1], transposingFirst: example.transposes.0, transposingSecond: example.transposes.1)
                return apply(WeightedSum(weights: weights), c)
            }
            return [matmul(a, b, transposingFirst: example.transposes.0, transposingSecond: example.transposes.1), value] + gradients
        }
        let results = EEGRuntime.with(threads: 1) { run() }
        for threads in 2...3 { #expect(EEGRuntime.with(threads: threads) { run() } == results) }
        #expect(results[0].shape == shape)
        let k = Double(example.transposes.0 ? example.a[example.a.rank - 2] : example.a[example.a.rank - 1])
        for (actual, expected) in zip(results[0].scalars, expected) { #expect(abs(Double(actual) - expected) <= 2e-7 * (k + 10)) }

        // The product is linear in each operand: the gradient along a direction is the product with that direction.
        for operand in 0..<2 {
            let direction = Tensor(uniform: -1..<1, shape: operand == 0 ? example.a : example.b, using: &generator)
            let along = Self.reference(operand == 0 ? direction : a, operand == 0 ? b : direction, example.transposes).1
            let derivative = zip(along, weights.scalars).reduce(0) { $0 + $1.0 * Double($1.1) }
            let found = zip(results[2 + operand].scalars, direction.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(found - derivative) <= 1e-5 * max(1, abs(derivative)) * (k / 50 + 1))
        }
    }

    @Test func innerDimensionsThatDifferTrap() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = matmul(Tensor(zeros: [2, 3]), Tensor(zeros: [4, 5]))
        }
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("matmul: inner dimensions differ: [2, 3] x [4, 5]"))
    }
}

/// The sum of all elements, weighted.
private struct WeightedSum: Operation {
    static let name = "weighted sum"
    let weights: Tensor

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        [Tensor(zip(inputs[0].scalars, weights.scalars).reduce(0) { $0 + $1.0 * $1.1 })]
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { [weights] }
}
