import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct ReductionTests {
    struct Case: Sendable {
        let shape: Shape
        let axes: [Int]
        init(_ shape: Shape, _ axes: [Int]) {
            self.shape = shape
            self.axes = axes
        }
    }

    static let cases: [Case] = [
        Case([], []), Case([1], [0]), Case([5], [0]), Case([17], [0]), Case([3, 4], []), Case([3, 4], [0]), Case([3, 4], [-1]),
        Case([7, 33], [1]), Case([7, 33], [0]), Case([2, 5, 37], [1]), Case([2, 5, 37], [0, 2]), Case([2, 5, 37], [0, 1, 2]),
        Case([2, 1, 37, 1], [2]), Case([3, 4, 5, 6], [0, 2]), Case([3, 4, 5, 6], [1, 3]), Case([3, 4, 5, 6], [-1, -3]),
        Case([2, 3, 2, 3, 2, 5], [0, 2, 4]), Case([2, 3, 2, 3, 2, 5], [1, 3, 5]), Case([1, 1], [0]), Case([6, 1, 4], [1]),
    ]

    static let largeCases: [Case] = [
        Case([300_001], [0]), Case([3, 150_001], [1]), Case([70_000, 3], [0]), Case([70_000, 3], [1]), Case([9, 40, 600], [0, 2]),
        Case([500, 1031], [0]), Case([500, 1031], [1]), Case([40, 3, 5000], [1]), Case([3, 5000, 40], [1]), Case([2, 70_000, 2], [1]),
    ]

    @Test(arguments: reductionFunctions)
    func values(_ function: ReductionFunction) {
        for example in Self.cases {
            let x = sample(example.shape, in: 0.25..<2)
            for keeping in [false, true] {
                let expected = reductionReference(DoubleTensor(x), example.axes, keeping: keeping, function.exact)
                forEachConfiguration { configuration in
                    let actual = function.compute(x, Axes(example.axes), keeping)
                    expectClose(actual, expected, relative: 2e-6, "\(function) \(example) \(configuration)")
                }
            }
        }
    }

    @Test(arguments: reductionFunctions.filter { $0.type != "Product" })
    func largeReductions(_ function: ReductionFunction) {
        for example in Self.largeCases {
            let x = sample(example.shape, in: -1..<2)
            let expected = reductionReference(DoubleTensor(x), example.axes, keeping: false, function.exact)
            forEachConfiguration { configuration in
                expectClose(
                    function.compute(x, Axes(example.axes), false), expected, relative: 2e-6, "\(function) \(example) \(configuration)")
            }
        }
    }

    @Test func bitsDoNotDependOnThreads() {
        for example in Self.largeCases {
            let x = sample(example.shape)
            expectSameBitsForAnyThreadCount {
                reductionFunctions.filter { $0.type != "Product" }.flatMap { function in
                    let (value, gradient) = valueAndGradient(at: x) { function.compute($0, Axes(example.axes), false).squared().sum() }
                    return [function.compute(x, Axes(example.axes), false), value, gradient]
                }
            }
        }
    }

    @Test func sumsOfManyEqualNumbersKeepPrecision() {
        let x = Tensor(repeating: 0.1, shape: [3_000_000, 2])
        forEachConfiguration { configuration in
            expectClose(x.sum(over: 0), DoubleTensor([300_000.0045, 300_000.0045], shape: [2]), relative: 3e-7, "\(configuration)")
            expectClose(x.mean(), DoubleTensor(Double(Float(0.1))), relative: 2e-7, "\(configuration)")
        }
    }

    @Test func varianceSurvivesALargeMean() {
        let x = sample([20, 5000]) + 5000
        let expected = reductionReference(DoubleTensor(x), [1], keeping: false) { variance($0) }
        forEachConfiguration { expectClose(x.variance(over: 1), expected, relative: 2e-6, "\($0)") }
    }

    @Test func productsWithZerosHaveExactGradients() {
        let x = Tensor([2, 3, 4, 0, 5, 6, 0, 7, 0], shape: [3, 3])
        forEachConfiguration { _ in
            let (_, gradient) = valueAndGradient(at: x) { ($0.product(over: 1) * Tensor([1, 2, 3])).sum() }
            #expect(gradient.scalars == [12, 8, 6, 60, 0, 0, 0, 0, 0])
        }
    }

    @Test func tiesShareTheGradient() {
        let (_, gradient) = valueAndGradient(at: Tensor([1, 5, 5, 2, 2, 2], shape: [2, 3])) { ($0.max(over: 1) * Tensor([4, 6])).sum() }
        #expect(gradient.scalars == [0, 2, 2, 2, 2, 2])
    }

    @Test func logSumExpDoesNotOverflow() {
        #expect(Tensor([1000, 1000]).logSumExp().scalar == 1000 + Float(log(2.0)))
        #expect(Tensor([-1000, -1000]).logSumExp().scalar == -1000 + Float(log(2.0)))
        #expect(Tensor([-.infinity, -.infinity]).logSumExp().scalar == -.infinity)
        #expect(Tensor([.infinity, 1]).logSumExp().scalar == .infinity)
    }

    @Test func positionsOfExtremes() {
        for shape in [[1], [5], [40], [3, 7, 5], [4, 100, 37], [2000, 3], [3, 2000]] as [Shape] {
            let x = sample(shape, in: -3..<3).clamped(to: -2.5...2.5)
            for axis in 0..<shape.rank {
                func positions(_ of: @escaping ([Double]) -> Double?) -> [Int] {
                    reductionReference(DoubleTensor(x), [axis], keeping: false) { Double($0.firstIndex(of: of($0) ?? 0) ?? -1) }.values.map {
                        Int($0)
                    }
                }
                let (maxima, minima) = (positions { $0.max() }, positions { $0.min() })
                forEachConfiguration { configuration in
                    #expect(x.argmax(axis: axis) == maxima, "\(shape) \(axis) \(configuration)")
                    #expect(x.argmin(axis: axis - shape.rank) == minima, "\(shape) \(axis) \(configuration)")
                }
            }
        }
    }

    @Test func notANumberWins() {
        var values = (0..<50).map { Float($0) }
        values[20] = .nan
        values[30] = .nan
        forEachConfiguration { _ in
            #expect(Tensor(values).max().scalar.isNaN)
            #expect(Tensor(values, shape: [50, 1]).min(over: 0).scalars[0].isNaN)
            #expect(Tensor(values).argmax() == [20])
            #expect((Tensor(values, shape: [50, 1]) * Tensor([1, 1])).argmax(axis: 0) == [20, 20])
            #expect((Tensor(values, shape: [50, 1]) * Tensor([1, 1])).max(over: 0).scalars.allSatisfy { $0.isNaN })
        }
    }

    @Test func cumulativeSums() {
        for shape in [[1], [40], [3, 7, 5], [2, 100, 37], [5, 600], [600, 700]] as [Shape] {
            let x = sample(shape, in: -3..<3)
            for axis in 0..<shape.rank {
                let expected = cumulativeSumReference(DoubleTensor(x), axis: axis)
                forEachConfiguration { configuration in
                    expectClose(x.cumulativeSum(axis: axis), expected, relative: 1e-6, "\(shape) \(axis) \(configuration)")
                }
            }
        }
    }

    @Test func standardDeviationsOfFlatChannelsPassNoGradient() {
        let x = Tensor([2, 2, 2, 1, 3, 5], shape: [2, 3])
        let (value, gradient) = valueAndGradient(at: x) { $0.standardDeviation(over: 1).sum() }
        expectClose(x.standardDeviation(over: 1), Tensor([0, (8 / 3.0 as Float).squareRoot()]), absolute: 1e-6)
        let slope = 2 / 3 / value.scalar
        expectClose(gradient, Tensor([0, 0, 0, -slope, 0, slope], shape: [2, 3]), absolute: 1e-6)
    }

    @Test func emptyAndUnknownAxesTrap() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [3, 0]).mean(over: 1)
        }
        let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(message.contains("sum: an operand is empty: [3, 0]"))
        await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3, 2]).sum(over: 2) }
        await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [3, 2]).sum(over: [1, -1]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [0]).argmax() }
    }
}
