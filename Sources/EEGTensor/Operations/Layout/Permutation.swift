extension Tensor {
    /// Exchanges two axes, the last two unless told otherwise: the transpose of each matrix.
    ///
    /// - Precondition: both axes exist; negative ones count from the end.
    public consuming func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
        let shape = self.shape
        let (first, second) = (shape.resolve(axis: first, "transposed"), shape.resolve(axis: second, "transposed"))
        if first == second { return self }
        var axes = AxisIntegers(shape.indices)
        (axes[first], axes[second]) = (second, first)
        return apply(Permutation(axes: axes), self)
    }

    /// Reorders the axes: axis i of the result is axis `axes[i]` of this tensor.
    ///
    /// ```swift
    /// x.permuted(0, 2, 1)  // [batch, channel, time] to [batch, time, channel]
    /// ```
    ///
    /// - Precondition: every axis appears once; negative ones count from the end.
    public consuming func permuted(_ axes: Int...) -> Tensor {
        let shape = self.shape
        let order = axes.map { shape.resolve(axis: $0, "permuted") }
        require(order.sorted() == Array(shape.indices), "permuted: \(axes) does not name every axis of \(shape) once")
        return apply(Permutation(axes: AxisIntegers(order)), self)
    }
}

struct Permutation: Rearrangement {
    static let name = "permute"

    /// For each axis of the result, the axis of the input.
    let axes: AxisIntegers

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { TensorList(permute(inputs[0])) }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        var inverse = axes
        for axis in 0..<axes.count { inverse[axes[axis]] = axis }
        return TensorList(Permutation(axes: inverse).permute(gradients[0]))
    }

    private func permute(_ x: Tensor) -> Tensor {
        let strides = x.shape.strides
        var (shape, sourceStrides) = (x.shape, strides)
        var (keepsOrder, previous) = (true, -1)
        for axis in 0..<axes.count {
            shape[axis] = x.shape[axes[axis]]
            sourceStrides[axis] = strides[axes[axis]]
            if shape[axis] != 1 {
                keepsOrder = keepsOrder && axes[axis] > previous
                previous = axes[axis]
            }
        }
        if keepsOrder { return Tensor(sharing: x, shape: shape) }
        let y = Tensor(uninitialized: shape)
        copyStrided(from: x.pointer, sourceStrides, to: y.mutablePointer, shape.strides, sizes: shape)
        return y
    }
}
