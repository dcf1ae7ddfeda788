import EEGTensor
import Testing

@Suite struct MatrixTests {
    private func random(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> Matrix {
        Matrix(rows: rows, columns: columns, elements: sample([rows, columns], seed: seed).scalars.map(Double.init))
    }

    private func diagonal(_ values: [Double]) -> Matrix {
        var result = Matrix(zeros: values.count, values.count)
        for (index, value) in values.enumerated() { result[index, index] = value }
        return result
    }

    private func expectEqual(_ a: Matrix, _ b: Matrix, _ tolerance: Double = 1e-12, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(a.rows == b.rows && a.columns == b.columns, sourceLocation: sourceLocation)
        let worst = zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= tolerance, sourceLocation: sourceLocation)
    }

    @Test func products() {
        let a = Matrix([[1, 2, 3], [4, 5, 6]]), b = Matrix([[1, 0], [2, 1], [0, -1]])
        #expect(a * b == Matrix([[5, -1], [14, -1]]))
        #expect(a.transposed == Matrix([[1, 4], [2, 5], [3, 6]]))
        #expect(a * [1, 1, 1] == [6, 15])
        #expect(a * Matrix(identity: 3) == a)
    }

    @Test(arguments: [1, 2, 7, 40]) func decompositionsGiveTheMatrixBack(_ n: Int) throws {
        let x = random(n, n + 3)
        let a = x * x.transposed
        let eigen = try a.symmetricEigendecomposition()
        #expect(eigen.values == eigen.values.sorted())
        expectEqual(eigen.vectors * diagonal(eigen.values) * eigen.vectors.transposed, a, 1e-11)
        expectEqual(eigen.vectors.transposed * eigen.vectors, Matrix(identity: n))

        let factor = try a.cholesky()
        expectEqual(factor * factor.transposed, a)
        for row in 0..<n { #expect((row + 1..<max(n, row + 1)).allSatisfy { factor[row, $0] == 0 }) }

        let square = random(n, n, seed: 9)
        let right = random(n, 3, seed: 10)
        expectEqual(square * (try square.solve(right)), right, 1e-9)

        for matrix in [x, x.transposed] {
            let singular = try matrix.singularValueDecomposition()
            #expect(singular.values == singular.values.sorted(by: >))
            expectEqual(singular.u * diagonal(singular.values) * singular.v, matrix)
            let inverse = try matrix.pseudoinverse()
            expectEqual(matrix * inverse * matrix, matrix, 1e-10)
            expectEqual(inverse * matrix * inverse, inverse, 1e-10)
        }
    }

    @Test func pseudoinverseOfARankDeficientMatrix() throws {
        let a = random(6, 2) * random(2, 5, seed: 2)
        let inverse = try a.pseudoinverse()
        expectEqual(a * inverse * a, a)
        expectEqual((a * inverse).transposed, a * inverse)
        expectEqual((inverse * a).transposed, inverse * a)
    }

    @Test func whatDoesNotExistIsThrown() {
        #expect(thrown { try Matrix([[1, 2, 0], [2, 1, 0], [0, 0, 1]]).cholesky() } == .notPositiveDefinite(leadingRows: 2))
        #expect(thrown { try Matrix([[1, 2], [2, 4]]).solve(Matrix(identity: 2)) } == .singular)
        #expect(thrown { try Matrix([[1, .nan], [2, 4]]).solve(Matrix(identity: 2)) } == .singular)
        #expect(thrown { try Matrix([[1, .infinity], [.infinity, 4]]).symmetricEigendecomposition() } == .notConverged)
        #expect(thrown { try Matrix([[1, .nan]]).singularValueDecomposition() } == .notConverged)
    }

    private func thrown<Result>(_ body: () throws -> Result) -> LinearAlgebraError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? LinearAlgebraError
        }
    }
}
