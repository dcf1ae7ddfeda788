internal import CEEGKernels

/// Joins tensors along an axis that exists in all of them.
///
/// - Precondition: at least one tensor; all shapes equal but for the size of `axis` (a negative one counts from the end).
public func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let first = tensors.first else { requirementFailed("concatenate: no tensors", file: #fileID, line: #line) }
    let axis = first.shape.resolve(axis: axis, "concatenate")
    for tensor in tensors.dropFirst() {
        var expected = first.shape
        if tensor.rank == expected.rank { expected[axis] = tensor.shape[axis] }
        require(tensor.shape == expected, "concatenate: shapes differ apart from axis \(axis): \(first.shape) and \(tensor.shape)")
    }
    return tensors.count == 1 ? first : apply(Concatenation(axis: axis), to: TensorList(tensors))[0]
}

/// Joins tensors of one shape along a new axis, which becomes `axis` of the result; a negative one counts from the end of the result.
///
/// - Precondition: at least one tensor, all of the same shape with at most five axes.
public func stack(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    guard let shape = tensors.first?.shape else { requirementFailed("stack: no tensors", file: #fileID, line: #line) }
    for tensor in tensors { require(tensor.shape == shape, "stack: shapes differ: \(shape) and \(tensor.shape)") }
    return concatenate(tensors.map { $0.expandingDimensions(at: axis) }, axis: axis)
}

extension Tensor {
    /// Cuts one axis into pieces of these sizes.
    ///
    /// - Precondition: the axis exists, and `sizes` are positive and add up to its size.
    public consuming func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
        let shape = self.shape
        let axis = shape.resolve(axis: axis, "split")
        require(
            !sizes.isEmpty && sizes.allSatisfy { $0 > 0 } && sizes.reduce(0, +) == shape[axis],
            "split: sizes \(sizes) do not make up axis \(axis) of \(shape)")
        let pieces = apply(Split(sizes: sizes, axis: axis), to: TensorList(self))
        return (0..<sizes.count).map { pieces[$0] }
    }

    /// Cuts one axis into `count` equal pieces.
    ///
    /// - Precondition: the axis exists, and its size is a multiple of `count`.
    public consuming func split(into count: Int, axis: Int = 0) -> [Tensor] {
        let shape = self.shape
        let axis = shape.resolve(axis: axis, "split")
        require(count > 0 && shape[axis] % count == 0, "split: axis \(axis) of \(shape) cannot be cut into \(count) equal pieces")
        return split(sizes: Array(repeating: shape[axis] / count, count: count), axis: axis)
    }
}

struct Concatenation: Rearrangement {
    static let name = "concatenate"

    let axis: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        var shape = inputs[0].shape
        for index in 1..<inputs.count { shape[axis] += inputs[index].shape[axis] }
        return TensorList(join(inputs, sizes: (0..<inputs.count).map { inputs[$0].shape[axis] }, shape, axis))
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let wanted = (0..<pass.inputCount).map { pass.needsGradient($0) }
        return cut(gradients[0], sizes: (0..<pass.inputCount).map { pass.shape(ofInput: $0)[axis] }, axis) { wanted[$0] }
    }
}

struct Split: Rearrangement {
    static let name = "split"

    let sizes: [Int]
    let axis: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList { cut(inputs[0], sizes: sizes, axis) { _ in true } }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        TensorList(join(gradients, sizes: sizes, pass.shape(ofInput: 0), axis))
    }
}

/// Joins `pieces`, of these sizes along `axis`, to a tensor of `shape`; an absent piece is zero.
private func join(_ pieces: TensorList, sizes: [Int], _ shape: Shape, _ axis: Int) -> Tensor {
    let whole = Tensor(uninitialized: shape)
    let (outer, _, inner) = shape.split(at: axis)
    let pointers = sizes.indices.map { pieces.optional($0)?.pointer }
    let widths = sizes.map { Int64($0) * inner }
    ceeg_concatenate_rows(pointers, widths, Int64(sizes.count), outer, whole.mutablePointer)
    return withExtendedLifetime(pieces) { whole }
}

/// Cuts `whole` along `axis` into pieces of these sizes; those that are not wanted are absent.
private func cut(_ whole: Tensor, sizes: [Int], _ axis: Int, wanted: (Int) -> Bool) -> TensorList {
    let (outer, _, inner) = whole.shape.split(at: axis)
    let pieces = TensorList(
        sizes.indices.map { index -> Tensor? in
            guard wanted(index) else { return nil }
            var shape = whole.shape
            shape[axis] = sizes[index]
            return Tensor(uninitialized: shape)
        })
    let pointers = sizes.indices.map { pieces.optional($0)?.mutablePointer }
    let widths = sizes.map { Int64($0) * inner }
    ceeg_split_rows(whole.pointer, widths, Int64(sizes.count), outer, pointers)
    return withExtendedLifetime(whole) { pieces }
}
