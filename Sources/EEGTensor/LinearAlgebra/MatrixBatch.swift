/// The matrices in the last two axes of a tensor.
///
/// Linear algebra on tensors computes in Double. A matrix for which the result does not exist (not positive definite, singular, not finite)
/// gives NaN in its own part of the result and of the gradient; the other matrices of the batch are not touched by it.
struct MatrixBatch {
    /// How many matrices there are.
    let count: Int
    let rows: Int
    let columns: Int

    init(_ operation: String, _ shape: Shape) {
        require(shape.rank >= 2, "\(operation): a matrix needs two axes, the shape is \(shape)")
        require(!shape.contains(0), "\(operation): the batch is empty: \(shape)")
        rows = shape[shape.rank - 2]
        columns = shape[shape.rank - 1]
        count = shape.elementCount / (rows * columns)
    }

    init(square operation: String, _ shape: Shape) {
        self.init(operation, shape)
        require(rows == columns, "\(operation): the matrices must be square, the shape is \(shape)")
    }

    /// The number of elements of one matrix.
    var size: Int { rows * columns }

    /// Calls `body` for each matrix on the library's threads, with working memory that is not initialised.
    ///
    /// - Parameter operations: about how many floating-point operations a matrix takes.
    func forEach(operations: Int, workspace: Int, _ body: (_ index: Int, _ memory: UnsafeMutablePointer<Double>) -> Void) {
        let operationsOfChunk = 1 << 15  // small matrices run at about 1 GFLOP/s
        parallelFor(count, grain: max(1, operationsOfChunk / (operations + 64))) { range in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: workspace) { memory in
                guard let base = memory.baseAddress else { return }
                for index in range { body(index, base) }
            }
        }
    }
}

/// Numbers in Double that an operation keeps for its pullback, in the memory of a tensor.
struct DoubleBlock {
    let tensor: Tensor

    init(count: Int) { tensor = Tensor(uninitialized: [2 * count]) }

    init(_ tensor: Tensor) { self.tensor = tensor }

    var pointer: UnsafeMutablePointer<Double> {
        UnsafeMutableRawPointer(tensor.mutablePointer).assumingMemoryBound(to: Double.self)
    }
}

extension UnsafeMutablePointer<Double> {
    /// Writes `count` floats.
    func load(_ source: UnsafePointer<Float>, count: Int) {
        for index in 0..<count { self[index] = Double(source[index]) }
    }

    /// Writes the symmetric part of an n x n matrix.
    func loadSymmetricPart(_ source: UnsafePointer<Float>, _ n: Int) {
        for i in 0..<n {
            for j in 0...i {
                let mean = (Double(source[i * n + j]) + Double(source[j * n + i])) / 2
                self[i * n + j] = mean
                self[j * n + i] = mean
            }
        }
    }

    /// Rounds `count` numbers to floats.
    func store(_ target: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count { target[index] = Float(self[index]) }
    }

    /// Rounds the symmetric part of an n x n matrix to floats.
    func storeSymmetricPart(_ target: UnsafeMutablePointer<Float>, _ n: Int) {
        for i in 0..<n {
            for j in 0...i {
                let mean = Float((self[i * n + j] + self[j * n + i]) / 2)
                target[i * n + j] = mean
                target[j * n + i] = mean
            }
        }
    }

    /// Whether none of `count` numbers is infinite or NaN.
    func isFinite(count: Int) -> Bool {
        var sum = 0.0
        for index in 0..<count { sum += self[index] * 0 }
        return sum == 0
    }
}
