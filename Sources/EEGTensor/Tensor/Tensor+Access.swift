extension Tensor {
    /// The elements in row-major order.
    public var scalars: [Float] { withUnsafeBufferPointer { Array($0) } }

    /// The only element.
    ///
    /// - Precondition: the tensor has exactly one element.
    public var scalar: Float {
        require(count == 1, "scalar: the tensor has \(count) elements, shape \(shape)")
        return pointer[0]
    }

    /// The element at these indices, one for each of at least two axes. `x[0]` is a part of a tensor, not an element.
    public subscript(first: Int, second: Int, rest: Int...) -> Float {
        let indices = [first, second] + rest
        require(
            indices.count == rank,
            "subscript: \(indices.count) indices for shape \(shape); an element needs one for each axis, `let part: Tensor = x[...]` takes a part")
        var offset = 0
        for (axis, index) in indices.enumerated() {
            require(index >= 0 && index < shape[axis], "subscript: index \(indices) is outside \(shape)")
            offset = offset * shape[axis] + index
        }
        return pointer[offset]
    }

    /// Calls `body` with the elements in row-major order.
    public func withUnsafeBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeBufferPointer(start: pointer, count: count))
    }

    /// Calls `body` with the elements for reading and writing; memory shared with another tensor is copied first.
    ///
    /// The changed tensor is a new value: it carries no record for differentiation.
    public mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if !isUniquelyReferenced() {
            let copy = Tensor(uninitialized: shape)
            copy.mutablePointer.update(from: pointer, count: count)
            self = copy
        }
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeMutableBufferPointer(start: mutablePointer, count: count))
    }
}

extension Tensor: Equatable {
    /// Whether shapes and all elements are equal; NaN is unequal to itself.
    public static func == (a: Tensor, b: Tensor) -> Bool {
        guard a.shape == b.shape else { return false }
        return a.withUnsafeBufferPointer { x in b.withUnsafeBufferPointer { y in x.elementsEqual(y) } }
    }
}

extension Tensor: CustomStringConvertible {
    /// The shape and the first and last elements along each axis.
    public var description: String {
        rank == 0 ? "Tensor \(pointer[0])" : "Tensor \(shape) " + Self.describe(scalars[...], shape, axis: 0)
    }

    private static func describe(_ values: ArraySlice<Float>, _ shape: Shape, axis: Int) -> String {
        let size = shape[axis]
        let stride = size == 0 ? 0 : values.count / size
        let shown = size <= 8 ? Array(0..<size) : [0, 1, 2, -1, size - 2, size - 1]
        let parts = shown.map { index -> String in
            guard index >= 0 else { return "…" }
            let start = values.startIndex + index * stride
            return axis == shape.rank - 1 ? "\(values[start])" : describe(values[start..<(start + stride)], shape, axis: axis + 1)
        }
        return "[" + parts.joined(separator: ", ") + "]"
    }
}
