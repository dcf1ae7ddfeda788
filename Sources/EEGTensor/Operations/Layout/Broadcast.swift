internal import CEEGKernels

extension Tensor {
    /// The tensor repeated along axes of size 1, and along new axes in front, until it has `shape`.
    ///
    /// Arithmetic does this by itself and without a copy: it is needed only where the repeated elements themselves are.
    ///
    /// - Precondition: compared from the last axis on, every size is 1 or that of `shape`.
    public consuming func broadcast(to shape: Shape) -> Tensor {
        let current = self.shape
        if current == shape { return self }
        require(Broadcasting(current, shape, "broadcast").shape == shape, "broadcast: \(current) does not fit into \(shape)")
        return apply(Broadcast(shape: shape), self)
    }

    /// The whole axis repeated `count` times: a b c becomes a b c a b c.
    ///
    /// - Precondition: `count > 0`; the axis exists (a negative one counts from the end).
    public consuming func tiled(_ count: Int, axis: Int) -> Tensor {
        let shape = self.shape
        require(count > 0, "tiled: count \(count) is not positive, shape \(shape)")
        let axis = shape.resolve(axis: axis, "tiled")
        let (outer, size, inner) = shape.split(at: axis)
        return repeatingBlocks(Int(outer), of: Int(size * inner), count, axis)
    }

    /// Each element along the axis repeated `count` times: a b c becomes a a b b c c.
    ///
    /// - Precondition: `count > 0`; the axis exists (a negative one counts from the end).
    public consuming func repeated(_ count: Int, axis: Int) -> Tensor {
        let shape = self.shape
        require(count > 0, "repeated: count \(count) is not positive, shape \(shape)")
        let axis = shape.resolve(axis: axis, "repeated")
        let (outer, size, inner) = shape.split(at: axis)
        return repeatingBlocks(Int(outer * size), of: Int(inner), count, axis)
    }

    /// Each of `blocks` runs of elements `count` times, by which `axis` grows.
    private consuming func repeatingBlocks(_ blocks: Int, of length: Int, _ count: Int, _ axis: Int) -> Tensor {
        var shape = self.shape
        shape[axis] *= count
        return reshaped(to: [blocks, 1, length]).broadcast(to: [blocks, count, length]).reshaped(to: shape)
    }
}

struct Broadcast: Rearrangement {
    static let name = "broadcast"

    let shape: Shape

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        let y = Tensor(uninitialized: shape)
        guard y.count > 0 else { return TensorList(y) }
        Broadcasting(x.shape, shape, Self.name).withLayout(x.shape, shape) { rank, sizes, repeated, strides in
            ceeg_copy_layout(x.pointer, repeated, y.mutablePointer, strides, sizes, Int64(rank))
        }
        return withExtendedLifetime(x) { TensorList(y) }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let operand = pass.shape(ofInput: 0)
        return TensorList(Broadcasting(operand, shape, Self.name).reduced(gradients[0], to: operand))
    }
}
