import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct ElementwiseBinaryTests {
    static let pairs: [(Shape, Shape)] = [
        ([], []), ([1], [1]), ([5], []), ([], [2, 3]), ([17], [17]), ([3, 17], [17]), ([3, 17], [3, 1]), ([3, 1], [1, 17]),
        ([2, 3, 40], [1, 3, 1]), ([2, 5, 3, 7], [1, 5, 1, 1]), ([2, 1, 5], [3, 1]), ([4, 1, 3, 1, 37], [2, 1, 5, 1]),
        ([1, 1, 64], [3, 1, 1]), ([2, 3, 2, 2, 3, 2], [3, 1, 2, 1, 2]), ([300, 3], [3]), ([3, 700], [3, 700]), ([50, 900], [900]),
        ([50, 900], [50, 1]), ([40_000, 2], [2]), ([9, 1, 333], [1, 50, 1]),
    ]

    @Test(arguments: binaryFunctions)
    func values(_ function: BinaryFunction) {
        for (first, second) in Self.pairs {
            for (shapeA, shapeB) in [(first, second), (second, first)] {
                let a = sample(shapeA, in: 0.2..<3, seed: 1)
                let b = sample(shapeB, in: 0.2..<3, seed: 2)
                let expected = binaryReference(DoubleTensor(a), DoubleTensor(b), function.exact)
                forEachConfiguration { configuration in
                    expectClose(function.compute(a, b), expected, relative: 1e-6, "\(function) \(shapeA) \(shapeB) \(configuration)")
                }
            }
        }
    }

    /// Gradients of operands that were stretched over many elements, by definition.
    @Test(
        arguments: [([40_000, 2], [2]), ([9, 1, 333], [1, 50, 1]), ([50, 900], [50, 1]), ([50, 900], [900]), ([70_000], [])]
            as [(Shape, Shape)])
    func gradientsOfLargeOperands(_ shapes: (Shape, Shape)) {
        let (a, b) = (sample(shapes.0, seed: 1), sample(shapes.1, seed: 2))
        let weights = sample(binaryReference(DoubleTensor(a), DoubleTensor(b), +).shape, seed: 3)
        let expected = [(a, b), (b, a)].map { own, other in
            summed(binaryReference(DoubleTensor(weights), DoubleTensor(other), *), to: own.shape)
        }
        forEachConfiguration { configuration in
            let (_, gradients) = valueAndGradients(at: [a, b]) { ($0[0] * $0[1] * weights).sum() }
            for (gradient, expected) in zip(gradients, expected) {
                expectClose(gradient, expected, relative: 1e-5, "\(expected.shape) \(configuration)")
            }
        }
    }

    @Test func bitsDoNotDependOnThreads() {
        let cases = Self.pairs.map { (sample($0, in: 0.2..<3, seed: 1), sample($1, in: 0.2..<3, seed: 2)) }
        expectSameBitsForAnyThreadCount {
            cases.flatMap { a, b in
                let (value, gradients) = valueAndGradients(at: [a, b]) { ($0[0] * $0[1] / ($0[0] + $0[1])).sum() }
                return [value] + gradients
            }
        }
    }

    @Test func tiesShareTheGradient() {
        let x = Tensor([1, 2, 3])
        let (_, gradients) = valueAndGradients(at: [x, Tensor([1, 5, 0])]) { (maximum($0[0], $0[1]) * Tensor([4, 8, 16])).sum() }
        #expect(gradients[0].scalars == [2, 0, 16])
        #expect(gradients[1].scalars == [2, 8, 0])
    }

    /// Powers of signals in volts: the square of the divisor is below what single precision holds.
    @Test func quotientsOfSmallNumbersKeepTheirGradients() {
        let (_, gradients) = valueAndGradients(at: [Tensor([3e-24, 1e-20]), Tensor([1e-24, 1e-24])]) { ($0[0] / $0[1]).sum() }
        expectClose(gradients[0], Tensor([1e24, 1e24]), relative: 1e-6)
        expectClose(gradients[1], Tensor([-3e24, -1e28]), relative: 1e-6)
    }

    @Test func comparisonsAndReplacing() {
        let a = Tensor([1, 2, .nan, 4], shape: [2, 2])
        let b = Tensor([1, 3])
        #expect((a .== b).scalars == [1, 0, 0, 0])
        #expect((a .!= b).scalars == [0, 1, 1, 1])
        #expect((a .< b).scalars == [0, 1, 0, 0])
        #expect((a .<= b).scalars == [1, 1, 0, 0])
        #expect((a .> b).scalars == [0, 0, 0, 1])
        #expect((a .>= 2).scalars == [0, 1, 0, 1])
        #expect(a.replacing(with: 7, where: a .!= a).scalars == [1, 2, 7, 4])
    }

    @Test func shapesThatDoNotBroadcastTrap() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3]) + Tensor(zeros: [4])
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("add: shapes do not broadcast: [2, 3] and [4]"))
    }
}
