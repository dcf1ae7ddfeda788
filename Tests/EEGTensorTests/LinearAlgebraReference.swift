import EEGModelTesting
import EEGTensor
import Foundation

/// Decompositions of small matrices by the plainest methods, in Double.
enum LinearAlgebraReference {
    typealias Rows = [[Double]]

    /// Applies `body` to each matrix in the last two axes; its result replaces these axes.
    static func map(_ x: DoubleTensor, _ body: (Rows) -> DoubleTensor) -> DoubleTensor {
        let (rows, columns) = (x.shape[x.shape.rank - 2], x.shape[x.shape.rank - 1])
        let results = stride(from: 0, to: x.count, by: rows * columns).map { begin in
            body((0..<rows).map { Array(x.values[(begin + $0 * columns)..<(begin + ($0 + 1) * columns)]) })
        }
        return DoubleTensor(results.flatMap(\.values), shape: Shape(Array(x.shape.dropLast(2)) + Array(results[0].shape)))
    }

    static func tensor(_ rows: Rows) -> DoubleTensor { DoubleTensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count]) }

    static func product(_ a: Rows, _ b: Rows) -> Rows {
        a.map { row in b[0].indices.map { column in zip(row, b).reduce(0) { $0 + $1.0 * $1.1[column] } } }
    }

    static func transpose(_ a: Rows) -> Rows { a[0].indices.map { column in a.map { $0[column] } } }

    static func identity(_ n: Int) -> Rows { (0..<n).map { i in (0..<n).map { $0 == i ? 1 : 0 } } }

    static func symmetricPart(_ a: Rows) -> Rows { a.indices.map { i in a.indices.map { (a[i][$0] + a[$0][i]) / 2 } } }

    /// Eigenvalues in ascending order with their eigenvectors as rows: Jacobi's rotations.
    static func eigen(_ symmetric: Rows) -> (values: [Double], vectors: Rows) {
        var a = symmetric
        let n = a.count
        var vectors = identity(n)
        for _ in 0..<60 {
            for p in 0..<n {
                for q in (p + 1)..<max(n, p + 1) where a[p][q] != 0 {
                    let angle = atan2(2 * a[p][q], a[q][q] - a[p][p]) / 2
                    let (c, s) = (cos(angle), sin(angle))
                    for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
                    for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
                    for k in 0..<n { (vectors[p][k], vectors[q][k]) = (c * vectors[p][k] - s * vectors[q][k], s * vectors[p][k] + c * vectors[q][k]) }
                }
            }
        }
        let order = (0..<n).sorted { a[$0][$0] < a[$1][$1] }
        return (order.map { a[$0][$0] }, order.map { vectors[$0] })
    }

    /// Σ f(i, λ[i]) v[i] v[i]ᵀ over the eigenvalues of the symmetric part.
    static func function(_ x: Rows, _ f: (Int, Double) -> Double) -> Rows {
        let (values, vectors) = eigen(symmetricPart(x))
        let scaled = zip(values.enumerated(), vectors).map { value, vector in vector.map { $0 * f(value.offset, value.element) } }
        return product(transpose(vectors), scaled)
    }

    static func cholesky(_ x: Rows) -> Rows {
        let a = symmetricPart(x)
        var l: Rows = a.map { $0.map { _ in 0 } }
        for i in a.indices {
            for j in 0...i {
                let rest = a[i][j] - (0..<j).reduce(0) { $0 + l[i][$1] * l[j][$1] }
                l[i][j] = i == j ? rest.squareRoot() : rest / l[j][j]
            }
        }
        return l
    }

    /// Gauss's elimination with the largest pivot of the column.
    static func solve(_ matrix: Rows, _ right: Rows) -> Rows {
        var (a, b) = (matrix, right)
        for k in a.indices {
            let pivot = (k..<a.count).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
            a.swapAt(k, pivot)
            b.swapAt(k, pivot)
            for i in a.indices where i != k {
                let factor = a[i][k] / a[k][k]
                for j in a.indices { a[i][j] -= factor * a[k][j] }
                for j in b[0].indices { b[i][j] -= factor * b[k][j] }
            }
        }
        return a.indices.map { row in b[row].map { $0 / a[row][row] } }
    }

    /// Singular values in descending order, left vectors as columns, right ones as rows.
    static func singular(_ x: Rows) -> (u: Rows, values: [Double], v: Rows) {
        if x.count < x[0].count {
            let other = singular(transpose(x))
            return (transpose(other.v), other.values, transpose(other.u))
        }
        let (squares, vectors) = eigen(product(transpose(x), x))
        let values = squares.reversed().map { max($0, 0).squareRoot() }
        let v = Rows(vectors.reversed())
        let u = product(x, transpose(v)).map { row in zip(row, values).map { $0 / $1 } }
        return (u, values, v)
    }

    /// The covariance of the rows of a window, with `means` taken off.
    static func covariance(_ x: Rows, removingMean: Bool = true, divisor: Double? = nil) -> Rows {
        let centered = x.map { row in
            let mean = removingMean ? row.reduce(0, +) / Double(row.count) : 0
            return row.map { $0 - mean }
        }
        let divisor = divisor ?? Double(x[0].count - 1)
        return centered.map { a in centered.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / divisor } }
    }
}
