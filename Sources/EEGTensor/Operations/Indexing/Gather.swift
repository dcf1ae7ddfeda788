internal import CEEGKernels

extension Tensor {
    /// The parts at these indices along one axis, in this order; an index can appear several times.
    ///
    /// `table.gathered(at: tokens)` looks up the rows of an embedding; `x.gathered(at: order, axis: 1)` reorders or picks channels.
    ///
    /// - Returns: the shape of this tensor with `indices.count` in place of the size of `axis`.
    /// - Precondition: the axis exists (a negative one counts from the end); at least one index, all within it.
    public consuming func gathered(at indices: [Int], axis: Int = 0) -> Tensor {
        let shape = self.shape
        let axis = shape.resolve(axis: axis, "gathered")
        require(!indices.isEmpty, "gathered: no indices for axis \(axis) of \(shape)")
        for index in indices where index < 0 || index >= shape[axis] {
            requirementFailed("gathered: index \(index) is outside of axis \(axis) of \(shape)", file: #fileID, line: #line)
        }
        return apply(Gather(indices: indices.map(Int64.init), axis: axis), self)
    }

    /// One row a label with 1 at the label and 0 elsewhere: `[labels.count, classes]`.
    ///
    /// - Precondition: every label in `0..<classes`.
    public init(oneHot labels: [Int], classes: Int) {
        var rows = Tensor(zeros: [labels.count, classes])
        rows.withUnsafeMutableBufferPointer { elements in
            for (row, label) in labels.enumerated() {
                require(label >= 0 && label < classes, "oneHot: label \(label) is not in 0..<\(classes)")
                elements[row * classes + label] = 1
            }
        }
        self = rows
    }
}

struct Gather: Rearrangement {
    static let name = "gather"

    let indices: [Int64]
    let axis: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        var shape = x.shape
        shape[axis] = indices.count
        let y = Tensor(uninitialized: shape)
        let (outer, size, inner) = x.shape.split(at: axis)
        ceeg_gather_rows(
            x.pointer, outer, size, inner, indices, Int64(indices.count), y.mutablePointer)
        return withExtendedLifetime(x) { TensorList(y) }
    }

    /// Gradients of copies of one part are added, in the order of the copies.
    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        let dx = Tensor(uninitialized: pass.shape(ofInput: 0))
        let (outer, size, inner) = dx.shape.split(at: axis)
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: Int(size) + 1 + indices.count) { scratch in
            ceeg_scatter_add_rows(
                dy.pointer, outer, Int64(indices.count), inner, indices, dx.mutablePointer, size, scratch.baseAddress)
        }
        return withExtendedLifetime(dy) { TensorList(dx) }
    }

    var attributes: String { "indices: \(indices.count), axis: \(axis)" }
}
