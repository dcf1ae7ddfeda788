extension Tensor {
    /// The elements in reverse order along one axis.
    ///
    /// - Precondition: the axis exists; a negative one counts from the end.
    public consuming func reversed(axis: Int) -> Tensor {
        let axis = shape.resolve(axis: axis, "reversed")
        return apply(Reversal(axis: axis), self)
    }
}

struct Reversal: Rearrangement {
    static let name = "reverse"

    let axis: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { TensorList(reverse(inputs[0])) }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { TensorList(reverse(gradients[0])) }

    private func reverse(_ x: Tensor) -> Tensor {
        let y = Tensor(uninitialized: x.shape)
        let strides = x.shape.strides
        var backwards = strides
        backwards[axis] = -strides[axis]
        let end = x.pointer + (x.shape[axis] - 1) * strides[axis]
        copyStrided(from: end, backwards, to: y.mutablePointer, strides, sizes: x.shape)
        return withExtendedLifetime(x) { y }
    }
}
