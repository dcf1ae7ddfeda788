import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct LinearAlgebraTests {
    private typealias Reference = LinearAlgebraReference

    /// Three matrices, of which the second is what is wrong.
    private func batch(_ wrong: [Float]) -> Tensor { Tensor([2, 1, 1, 2] + wrong + [5, 0, 0, 1], shape: [3, 2, 2]) }

    @Test func aMatrixWithoutAResultGivesNaNAlone() {
        let ofPositive: [(Tensor) -> Tensor] = [
            cholesky, { matrixLogarithm($0) }, { matrixSquareRoot($0) }, { matrixInverseSquareRoot($0) }, { matrixPower($0, 0.3) },
        ]
        let ofAny: [(Tensor) -> Tensor] = [
            matrixExponential, { symmetricEigendecomposition($0).vectors }, { singularValueDecomposition($0).u }, inverse,
        ]
        let cases: [(functions: [(Tensor) -> Tensor], wrong: [Float])] = [
            (ofPositive, [1, 2, 2, 1]), (ofPositive + ofAny, [1, .nan, .nan, 1]), (ofPositive + ofAny, [1, .infinity, .infinity, 1]),
            ([inverse], [1, 2, 2, 4]),
        ]
        for (functions, wrong) in cases {
            for function in functions {
                let x = batch(wrong), right = batch([3, 0, 0, 4])
                let (value, expected) = (function(x).scalars, function(right).scalars)
                #expect(value[4..<8].allSatisfy { $0.isNaN }, "\(value)")
                #expect(value[..<4] == expected[..<4] && value[8...] == expected[8...])
                let gradient = valueAndGradient(at: x) { function($0).sum() }.gradient.scalars
                let expectedGradient = valueAndGradient(at: right) { function($0).sum() }.gradient.scalars
                #expect(gradient[4..<8].allSatisfy { $0.isNaN }, "\(gradient)")
                #expect(gradient[..<4] == expectedGradient[..<4] && gradient[8...] == expectedGradient[8...])
            }
        }
    }

    /// Batches that the threads share, and matrices that LAPACK works on by blocks.
    @Test func sameBitsForAnyThreadCount() {
        let x = sample([300, 6, 20]), large = sample([5, 70, 90])
        expectSameBitsForAnyThreadCount {
            [x, large].flatMap { x in
                var results: [Tensor] = []
                let (value, gradient) = valueAndGradient(at: x) { x in
                    let c = covariance(x)
                    results = [
                        c, logCovariance(x, minimumEigenvalue: 1e-3), matrixInverseSquareRoot(c, minimumEigenvalue: 1e-2), cholesky(c),
                        solve(c, x), symmetricEigenvalues(c), singularValues(x),
                    ]
                    return results.map { $0.sum() }.reduce(Tensor(0), +)
                }
                return results.map { $0.detached() } + [value, gradient]
            }
        }
    }

    @Test func aFlatChannelHasVarianceZero() {
        var values = sample([3, 400], in: 999..<1001).scalars
        for index in 400..<800 { values[index] = 1000.3 }
        let x = Tensor(values, shape: [3, 400])
        forEachConfiguration { _ in
            let c = covariance(x), log = logCovariance(x)
            for other in 0..<3 {
                #expect(c[1, other] == 0 && c[other, 1] == 0)
                #expect(log[1, other] == (other == 1 ? Float(Foundation.log(1e-10)) : 0))
            }
            let gradient = valueAndGradient(at: x) { logCovariance($0).sum() }.gradient
            #expect(gradient.scalars.allSatisfy { $0.isFinite })
            // The eigenvalue of the flat channel is replaced, so the entry that it gives moves with no sample.
            let flatEntry = Tensor([0, 0, 0, 0, 1, 0, 0, 0, 0], shape: [3, 3])
            let ofFlatEntry = valueAndGradient(at: x) { (logCovariance($0) * flatEntry).sum() }.gradient
            #expect(ofFlatEntry.scalars.allSatisfy { $0 == 0 })
        }
    }

    @Test func aDependentChannelIsFoundInDouble() {
        let two = sample([2, 300]).scalars
        let x = Tensor(two + two[..<300].map { 4 * $0 }, shape: [3, 300])
        let values = symmetricEigenvalues(logCovariance(x))
        #expect(abs(values[0].scalar - Float(log(1e-10))) < 1e-4)
    }

    @Test func covarianceOfFarOffsetsKeepsItsDigits() {
        let x = sample([2, 5, 1500], in: -1..<1)
        let shifted = x + 4096
        let expected = Reference.map(DoubleTensor(shifted)) { Reference.tensor(Reference.covariance($0)) }
        forEachConfiguration { _ in expectClose(covariance(shifted), expected, relative: 1e-6) }
    }

    @Test func covarianceOfALongDriftKeepsItsDigits() {
        let count = 20_000
        let values = sample([3, count]).scalars.enumerated().map { $1 + ($0 % count < 512 ? 300 : 0) }
        let x = Tensor(values, shape: [3, count])
        let expected = Reference.map(DoubleTensor(x)) { Reference.tensor(Reference.covariance($0)) }
        forEachConfiguration { _ in expectClose(covariance(x), expected, relative: 5e-6) }
    }

    @Test func covarianceInDouble() {
        for shape in [[3, 700], [66, 1500], [1, 2]] as [Shape] {
            let x = sample(shape, in: 9..<11)
            let expected = Reference.covariance((0..<shape[0]).map { row in (0..<shape[1]).map { Double(x[row, $0]) } })
            forEachConfiguration { _ in
                let c = Matrix(covarianceOf: x)
                #expect(c.rows == shape[0] && c.columns == shape[0])
                let worst = zip(c.elements, expected.joined()).map { abs($0 - $1) }.max() ?? .nan
                #expect(worst < 1e-13)
            }
        }
    }

    @Test func shapesThatDoNotFitTrap() async throws {
        let notSquare = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = cholesky(Tensor(zeros: [2, 3, 4]))
        }
        #expect(
            String(decoding: notSquare.standardErrorContent, as: UTF8.self).contains("cholesky: the matrices must be square, the shape is [2, 3, 4]"))
        let right = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = solve(Tensor(zeros: [2, 3, 3]), Tensor(zeros: [2, 4, 1]))
        }
        #expect(
            String(decoding: right.standardErrorContent, as: UTF8.self).contains(
                "solve: the right side must be [2, 3] and one more axis for matrices [2, 3, 3], its shape is [2, 4, 1]"))
        let empty = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = covariance(Tensor(zeros: [0, 3, 5]))
        }
        #expect(String(decoding: empty.standardErrorContent, as: UTF8.self).contains("covariance: an operand is empty: [0, 3, 5]"))
    }
}
