public import EEGTensor

/// A plain array of `Double` with a shape, for references that a test writes as loops.
///
/// ```swift
/// var mean = DoubleTensor(zeros: [x.shape[0]])
/// for i in 0..<x.shape[0] {
///     for j in 0..<x.shape[1] { mean[i] += x[i, j] / Double(x.shape[1]) }
/// }
/// ```
public struct DoubleTensor: Sendable, Equatable {
    /// The sizes along the axes.
    public let shape: Shape
    /// The elements in row-major order.
    public var values: [Double]

    /// A tensor of `shape` whose elements are `values` in row-major order.
    ///
    /// - Precondition: `values.count` is the number of elements of `shape`.
    public init(_ values: [Double], shape: Shape) {
        require(values.count == shape.elementCount, "DoubleTensor: \(values.count) values for shape \(shape)")
        self.shape = shape
        self.values = values
    }

    /// A tensor of zeros.
    public init(zeros shape: Shape) { self.init(Array(repeating: 0, count: shape.elementCount), shape: shape) }

    /// A scalar: a tensor without axes.
    public init(_ value: Double) { self.init([value], shape: []) }

    /// The elements of `tensor`.
    public init(_ tensor: Tensor) { self.init(tensor.scalars.map(Double.init), shape: tensor.shape) }

    /// The number of elements.
    public var count: Int { values.count }

    /// The element at these indices, one for each axis.
    public subscript(indices: Int...) -> Double {
        get { self[indices] }
        set { self[indices] = newValue }
    }

    /// The element at these indices, one for each axis.
    public subscript(indices: [Int]) -> Double {
        get { values[offset(of: indices)] }
        set { values[offset(of: indices)] = newValue }
    }

    /// A tensor of the same shape with `transform` applied to each element.
    public func map(_ transform: (Double) -> Double) -> DoubleTensor { DoubleTensor(values.map(transform), shape: shape) }

    /// The same elements in another shape.
    ///
    /// - Precondition: both shapes have the same number of elements.
    public func reshaped(_ shape: Shape) -> DoubleTensor { DoubleTensor(values, shape: shape) }

    private func offset(of indices: [Int]) -> Int {
        require(indices.count == shape.rank, "DoubleTensor: \(indices.count) indices for shape \(shape)")
        var offset = 0
        for (axis, index) in indices.enumerated() {
            require(index >= 0 && index < shape[axis], "DoubleTensor: index \(indices) is outside \(shape)")
            offset = offset * shape[axis] + index
        }
        return offset
    }
}
