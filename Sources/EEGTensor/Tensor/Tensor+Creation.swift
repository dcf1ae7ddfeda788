extension Tensor {
    /// A scalar: a tensor without axes.
    public init(_ value: Float) {
        self.init(uninitialized: [])
        mutablePointer[0] = value
    }

    /// A tensor of `shape` whose elements are `values` in row-major order.
    ///
    /// - Precondition: `values.count` is the number of elements of `shape`.
    public init(_ values: some Collection<Float>, shape: Shape) {
        require(values.count == shape.elementCount, "Tensor: \(values.count) values for shape \(shape)")
        self.init(uninitialized: shape)
        _ = UnsafeMutableBufferPointer(start: mutablePointer, count: count).initialize(from: values)
    }

    /// A tensor with one axis.
    public init(_ values: [Float]) { self.init(values, shape: [values.count]) }

    /// A tensor with every element equal to `value`.
    public init(repeating value: Float, shape: Shape) {
        self.init(uninitialized: shape)
        mutablePointer.initialize(repeating: value, count: count)
    }

    /// A tensor of zeros.
    public init(zeros shape: Shape) { self.init(repeating: 0, shape: shape) }

    /// A tensor of ones.
    public init(ones shape: Shape) { self.init(repeating: 1, shape: shape) }

    /// A tensor of `shape` whose elements `body` writes.
    ///
    /// - Parameter body: receives memory that is not initialised and must write every element of it.
    public init<Failure: Error>(
        unsafeUninitializedShape shape: Shape, _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        self.init(uninitialized: shape)
        try body(UnsafeMutableBufferPointer(start: mutablePointer, count: count))
    }
}
