extension Tensor {
    /// The same elements, in row-major order, with another shape. Nothing is copied.
    ///
    /// - Precondition: both shapes have the same number of elements.
    public consuming func reshaped(to shape: Shape) -> Tensor {
        let current = self.shape
        require(
            current.elementCount == shape.elementCount,
            "reshaped: \(current) has \(current.elementCount) elements, \(shape) has \(shape.elementCount)")
        return current == shape ? self : apply(Reshape(shape: shape), self)
    }

    /// Joins the axes from `first` to `last` into one; the default joins all but the batch axis: `[batch, filter, time]` becomes
    /// `[batch, filter * time]`.
    ///
    /// - Precondition: both axes exist (negative ones count from the end), `first` not behind `last`.
    public consuming func flattened(fromAxis first: Int = 1, toAxis last: Int = -1) -> Tensor {
        let shape = self.shape
        let (first, last) = (shape.resolve(axis: first, "flattened"), shape.resolve(axis: last, "flattened"))
        require(first <= last, "flattened: axis \(first) lies behind axis \(last) of \(shape)")
        return reshaped(to: Shape(shape[..<first] + [shape[first...last].reduce(1, *)] + shape[(last + 1)...]))
    }

    /// Splits `axis` into several of these sizes: `[batch, filter * time]` becomes `[batch, filter, time]`.
    ///
    /// - Precondition: the product of `sizes` is the size of the axis; the result has at most six axes.
    public consuming func unflattened(axis: Int, into sizes: Shape) -> Tensor {
        let shape = self.shape
        let axis = shape.resolve(axis: axis, "unflattened")
        require(sizes.elementCount == shape[axis], "unflattened: axis \(axis) of \(shape) cannot be split into \(sizes)")
        return reshaped(to: Shape(shape[..<axis] + Array(sizes) + shape[(axis + 1)...]))
    }

    /// Inserts an axis of size 1, which becomes `axis` of the result; negative ones count from the end of the result.
    ///
    /// - Precondition: `-rank - 1 <= axis <= rank`, at most five axes.
    public consuming func expandingDimensions(at axis: Int) -> Tensor {
        var shape = self.shape
        let index = axis < 0 ? axis + shape.rank + 1 : axis
        require(index >= 0 && index <= shape.rank, "expandingDimensions: there is no place \(axis) in \(shape)")
        shape.insert(1, at: index)
        return reshaped(to: shape)
    }

    /// Removes an axis of size 1.
    ///
    /// - Precondition: the axis exists and has size 1.
    public consuming func squeezed(axis: Int) -> Tensor {
        var shape = self.shape
        let axis = shape.resolve(axis: axis, "squeezed")
        require(shape[axis] == 1, "squeezed: axis \(axis) of \(shape) has \(shape[axis]) elements, not one")
        shape.remove(at: axis)
        return reshaped(to: shape)
    }
}

struct Reshape: Rearrangement {
    static let name = "reshape"

    let shape: Shape

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { TensorList(Tensor(sharing: inputs[0], shape: shape)) }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        TensorList(Tensor(sharing: gradients[0], shape: pass.shape(ofInput: 0)))
    }
}
