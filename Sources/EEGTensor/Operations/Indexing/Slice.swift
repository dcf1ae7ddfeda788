extension Tensor {
    /// The part of the tensor at these indices, one entry an axis from the front; axes without an entry are taken whole.
    ///
    /// ```swift
    /// x[0, 3..., 2..<5]  // of [batch, channel, time]: the first of the batch, without its first three channels, three samples
    /// ```
    ///
    /// A range keeps its axis, an index removes it: `x[0]` of `[batch, channel, time]` is `[channel, time]`. Two or more plain indices, one for every
    /// axis, give an element, a `Float`.
    ///
    /// - Precondition: not more entries than axes, every range within its axis and not empty.
    public subscript(indices: any AxisIndex...) -> Tensor {
        let shape = self.shape
        require(indices.count <= shape.rank, "subscript: \(indices.count) indices for shape \(shape)")
        var slice = Slice(of: shape)
        for (axis, index) in indices.enumerated() { slice.select(index.axisSelection, axis: axis, of: shape) }
        return apply(slice, self)
    }

    /// The part of the tensor at these indices along one axis, every `step`-th of them.
    ///
    /// ```swift
    /// x.sliced(axis: -1, 100..., step: 2)
    /// ```
    ///
    /// - Parameter indices: a range, which keeps the axis, or an index, which removes it.
    /// - Precondition: the axis exists (a negative one counts from the end), the range lies within it and is not empty, `step > 0`.
    public consuming func sliced(axis: Int, _ indices: some AxisIndex, step: Int = 1) -> Tensor {
        let shape = self.shape
        require(step > 0, "sliced: step \(step) is not positive")
        var slice = Slice(of: shape)
        slice.select(indices.axisSelection, axis: shape.resolve(axis: axis, "sliced"), step: step, of: shape)
        return apply(slice, self)
    }

    /// The box of `sizes` that begins at `start`, without a record.
    func box(at start: AxisIntegers, sizes: Shape) -> Tensor {
        let result = Tensor(uninitialized: sizes)
        let strides = shape.strides
        copyStrided(from: pointer + offset(of: start, strides), strides, to: result.mutablePointer, sizes.strides, sizes: sizes)
        return result
    }
}

struct Slice: Rearrangement {
    static let name = "slice"

    private var start: AxisIntegers
    private var step: AxisIntegers
    /// The sizes of what is taken, removed axes included.
    private(set) var sizes: Shape
    private var removedAxes: [Int] = []

    /// All of a tensor of `shape`.
    init(of shape: Shape) {
        start = AxisIntegers(shape.map { _ in 0 })
        step = AxisIntegers(shape.map { _ in 1 })
        sizes = shape
    }

    /// Narrows one axis.
    mutating func select(_ selection: AxisSelection, axis: Int, step: Int = 1, of shape: Shape) {
        let end = selection.end ?? shape[axis]
        require(
            selection.start >= 0 && selection.start < end && end <= shape[axis],
            "slice: \(selection.start)..<\(end) is empty or outside of axis \(axis) of \(shape)")
        start[axis] = selection.start
        self.step[axis] = step
        sizes[axis] = (end - selection.start + step - 1) / step
        if !selection.keepsAxis { removedAxes.append(axis) }
    }

    private var resultShape: Shape {
        var shape = sizes
        for axis in removedAxes.reversed() { shape.remove(at: axis) }
        return shape
    }

    /// Strides, in a tensor of `shape`, from one element that is taken to the next, and the offset of the first.
    func places(in shape: Shape) -> (strides: AxisIntegers, offset: Int) {
        let strides = shape.strides
        var steps = strides
        for axis in 0..<shape.rank { steps[axis] *= step[axis] }
        return (steps, offset(of: start, strides))
    }

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let shape = resultShape
        if sizes == x.shape { return TensorList(Tensor(sharing: x, shape: shape)) }
        let y = Tensor(uninitialized: shape)
        let (strides, offset) = places(in: x.shape)
        copyStrided(from: x.pointer + offset, strides, to: y.mutablePointer, sizes.strides, sizes: sizes)
        return withExtendedLifetime(x) { TensorList(y) }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let shape = pass.shape(ofInput: 0)
        let dy = Tensor(sharing: gradients[0], shape: sizes)
        guard (0..<step.count).contains(where: { step[$0] > 1 }) else {
            return TensorList(ConstantPadding.pad(dy, start, to: shape, with: 0))
        }
        let dx = Tensor(zeros: shape)
        let (strides, offset) = places(in: shape)
        copyStrided(from: dy.pointer, sizes.strides, to: dx.mutablePointer + offset, strides, sizes: sizes)
        return withExtendedLifetime(dy) { TensorList(dx) }
    }

    var attributes: String { "start: \(start), sizes: \(sizes), step: \(step)" }
}

/// How far the element at `index` lies behind the first one.
private func offset(of index: AxisIntegers, _ strides: AxisIntegers) -> Int {
    (0..<index.count).reduce(0) { $0 + index[$1] * strides[$1] }
}
