import EEGModelTesting
import EEGTensor
import Foundation
import Testing

/// Shapes on both sides of vector widths and of the pieces that work is cut into.
let awkwardShapes: [Shape] = [[], [1], [3], [7, 1], [16], [17], [5, 13], [2, 3, 5, 7], [1, 2, 1, 3, 2, 31], [257], [33_000]]

@Suite struct ElementwiseTests {
    @Test(arguments: elementwiseFunctions)
    func valuesAndGradients(_ function: ElementwiseFunction) { check(function) }

    @Test func bitsDoNotDependOnThreads() {
        let x = sample([100_003])
        expectSameBitsForAnyThreadCount { elementwiseFunctions.map { $0.compute(x) } }
    }

    @Test func chainsReuseMemoryAndKeepOperands() {
        let x = sample([1000], in: -3..<3)
        let before = x.scalars
        let y = exp(relu(x * 2 + 1))
        #expect(x.scalars == before)
        let expected = before.map { value in exp(Tensor(max(value * 2 + 1, 0))).scalar }
        #expect(y.scalars == expected)
    }

    @Test func thresholdsMustNotBeNegative() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(1).softThresholded(by: -1) }
    }
}

/// Values over awkward shapes under every configuration.
func check(_ function: ElementwiseFunction, sourceLocation: SourceLocation = #_sourceLocation) {
    forEachConfiguration { configuration in
        for shape in awkwardShapes {
            let x = sample(shape, in: function.range)
            expectClose(
                function.compute(x), DoubleTensor(x).map(function.exact), relative: 1e-6, absolute: 1e-7,
                "\(function.name) \(shape) \(configuration)", sourceLocation: sourceLocation)
        }
    }
}
