extension Tensor {
    /// Moves every element `shift` places further along one axis; what leaves at the end comes in at the front.
    ///
    /// - Parameter shift: any number; negative ones move towards the front.
    /// - Precondition: the axis exists; a negative one counts from the end.
    public consuming func rolled(by shift: Int, axis: Int) -> Tensor {
        let axis = shape.resolve(axis: axis, "rolled")
        return apply(Roll(shift: shift, axis: axis), self)
    }
}

struct Roll: Rearrangement {
    static let name = "roll"

    let shift: Int
    let axis: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { TensorList(Self.roll(inputs[0], by: shift, axis)) }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        TensorList(Self.roll(gradients[0], by: -shift, axis))
    }

    private static func roll(_ x: Tensor, by shift: Int, _ axis: Int) -> Tensor {
        let y = Tensor(uninitialized: x.shape)
        let size = x.shape[axis]
        guard x.count > 0 else { return y }
        let (outer, _, inner) = x.shape.split(at: axis)
        let row = size * Int(inner)
        let tail = (shift % size + size) % size * Int(inner)
        let strides = AxisIntegers([row, 1])
        copyStrided(from: x.pointer, strides, to: y.mutablePointer + tail, strides, sizes: [Int(outer), row - tail])
        copyStrided(from: x.pointer + row - tail, strides, to: y.mutablePointer, strides, sizes: [Int(outer), tail])
        return withExtendedLifetime(x) { y }
    }
}
