/// A matrix of `Double`, row-major: for statistics, fitting and filter design, where no gradient is needed.
public struct Matrix: Sendable, Equatable {
    public let rows: Int
    public let columns: Int
    /// The elements, row by row.
    public var elements: [Double]

    /// - Precondition: as many elements as rows times columns.
    public init(rows: Int, columns: Int, elements: [Double]) {
        require(
            rows >= 0 && columns >= 0 && elements.count == rows * columns, "Matrix: \(elements.count) elements for \(rows) x \(columns)")
        (self.rows, self.columns, self.elements) = (rows, columns, elements)
    }

    /// - Precondition: rows of equal length.
    public init(_ rows: [[Double]]) {
        let columns = rows.first?.count ?? 0
        require(rows.allSatisfy { $0.count == columns }, "Matrix: the rows have lengths \(rows.map(\.count))")
        self.init(rows: rows.count, columns: columns, elements: Array(rows.joined()))
    }

    public init(zeros rows: Int, _ columns: Int) {
        self.init(rows: rows, columns: columns, elements: Array(repeating: 0, count: rows * columns))
    }

    public init(identity size: Int) {
        self.init(zeros: size, size)
        for index in 0..<size { self[index, index] = 1 }
    }

    /// The covariance of the channels of a window `[channel, time]`, in Double; see `covariance(_:removingMean:isUnbiased:)`.
    ///
    /// - Precondition: a window that is not empty; at least two samples if `isUnbiased`.
    public init(covarianceOf window: Tensor, removingMean: Bool = true, isUnbiased: Bool = true) {
        require(window.rank == 2, "Matrix: a covariance is taken of a window [channel, time], its shape is \(window.shape)")
        let batch = MatrixBatch("covariance", window.shape)
        let covariance = WindowCovariance("covariance", batch, removesMean: removingMean, isUnbiased: isUnbiased)
        self.init(zeros: batch.rows, batch.rows)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: batch.rows) { means in
            elements.withUnsafeMutableBufferPointer { result in
                guard let means = means.baseAddress, let result = result.baseAddress else { return }
                covariance.compute(window.pointer, means: means, result: result, inDouble: true)
            }
        }
        withExtendedLifetime(window) {}
    }

    public subscript(row: Int, column: Int) -> Double {
        get { elements[offset(row, column)] }
        set { elements[offset(row, column)] = newValue }
    }

    private func offset(_ row: Int, _ column: Int) -> Int {
        require(
            row >= 0 && row < rows && column >= 0 && column < columns, "Matrix: element [\(row), \(column)] of \(rows) x \(columns)")
        return row * columns + column
    }

    /// The matrix with rows and columns exchanged.
    public var transposed: Matrix {
        var result = Matrix(zeros: columns, rows)
        for row in 0..<rows {
            for column in 0..<columns { result.elements[column * rows + row] = elements[row * columns + column] }
        }
        return result
    }

    /// The matrix product.
    ///
    /// - Precondition: equal inner sizes.
    public static func * (a: Matrix, b: Matrix) -> Matrix {
        require(a.columns == b.rows, "Matrix: inner sizes differ: \(a.rows) x \(a.columns) times \(b.rows) x \(b.columns)")
        var result = Matrix(zeros: a.rows, b.columns)
        guard !result.elements.isEmpty, a.columns > 0 else { return result }
        result.elements.withUnsafeMutableBufferPointer { c in
            a.elements.withUnsafeBufferPointer { x in
                b.elements.withUnsafeBufferPointer { y in
                    guard let c = c.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
                    multiply(a.rows, b.columns, a.columns, x, y, into: c)
                }
            }
        }
        return result
    }

    /// The product with a column.
    ///
    /// - Precondition: as many numbers as the matrix has columns.
    public static func * (a: Matrix, column: [Double]) -> [Double] {
        (a * Matrix(rows: column.count, columns: 1, elements: column)).elements
    }
}
