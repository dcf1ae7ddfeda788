import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct SoftmaxTests {
    static let shapes: [Shape] = [[1], [4], [17], [5, 2], [3, 40], [2, 3, 5], [2, 33, 4], [2, 7, 70], [3, 1, 4], [2, 3000]]

    @Test(arguments: shapes)
    func values(_ shape: Shape) {
        let x = sample(shape, in: -5..<5)
        for axis in 0..<shape.rank {
            for logarithm in [false, true] {
                func compute(_ x: Tensor) -> Tensor { logarithm ? logSoftmax(x, axis: axis) : softmax(x, axis: axis - shape.rank) }
                let expected = softmaxReference(DoubleTensor(x), axis: axis, logarithm: logarithm)
                forEachConfiguration { configuration in
                    expectClose(compute(x), expected, relative: 1e-6, "\(shape) \(axis) \(configuration)")
                }
            }
        }
    }

    @Test func bitsDoNotDependOnThreads() {
        for (shape, axis) in [([900, 100], 1), ([3, 70_000], 1), ([70_000, 3], 0), ([40, 30, 90], 1)] as [(Shape, Int)] {
            let x = sample(shape, in: -5..<5)
            expectSameBitsForAnyThreadCount {
                let (_, gradient) = valueAndGradient(at: x) { softmax($0, axis: axis).squared().sum() }
                let (_, logGradient) = valueAndGradient(at: x) { logSoftmax($0, axis: axis).squared().sum() }
                return [softmax(x, axis: axis), logSoftmax(x, axis: axis), gradient, logGradient]
            }
        }
    }

    @Test func largeLogitsDoNotOverflow() {
        forEachConfiguration { _ in
            #expect(softmax(Tensor([1000, 1000, -1000])).scalars == [0.5, 0.5, 0])
            #expect(logSoftmax(Tensor([1000, 0])).scalars == [0, -1000])
            #expect(softmax(Tensor([-.infinity, 0, 0])).scalars == [0, 0.5, 0.5])
            #expect(softmax(Tensor([1, .nan])).scalars.allSatisfy { $0.isNaN })
        }
    }

    @Test func emptyAxisTraps() async {
        await #expect(processExitsWith: .failure) { _ = softmax(Tensor(zeros: [3, 0])) }
    }
}
