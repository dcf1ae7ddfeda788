internal import CEEGKernels

/// Elements of one strided layout copied to another.
struct StridedCopyKernel: InferenceKernel {
    let from: InferencePlace
    let fromStrides: AxisIntegers
    let to: InferencePlace
    let toStrides: AxisIntegers
    let sizes: Shape

    func run(_ memory: InferenceMemory) { copyStrided(from: memory[from], fromStrides, to: memory[to], toStrides, sizes: sizes) }
}

/// The input in a larger box that holds one number elsewhere.
struct PaddingKernel: InferenceKernel {
    let x: InferencePlace
    let y: InferencePlace
    let sizes: Broadcasting.Extents
    let padded: Broadcasting.Extents
    let before: AxisIntegers
    let rank: Int
    let value: Float

    func run(_ memory: InferenceMemory) {
        withPointer(to: sizes) { sizes in
            withPointer(to: padded) { padded in
                before.withPointer { ceeg_pad_constant(memory[x], sizes, memory[y], padded, $0, Int64(rank), value) }
            }
        }
    }
}

extension Reshape: InferenceView {
    func viewOffset(_ operand: Shape, _ result: Shape) -> Int? { 0 }
}

extension Permutation: InferenceView, InferenceOperation {
    func viewOffset(_ operand: Shape, _ result: Shape) -> Int? {
        let moved = (0..<axes.count).map { axes[$0] }.filter { operand[$0] != 1 }
        return moved == moved.sorted() ? 0 : nil
    }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let (x, y) = (step.operand(0), step.results[0])
        let strides = x.shape.strides
        return StridedCopyKernel(
            from: x.place, fromStrides: AxisIntegers((0..<axes.count).map { strides[axes[$0]] }), to: y.place, toStrides: y.shape.strides,
            sizes: y.shape)
    }
}

extension Slice: InferenceView, InferenceOperation {
    /// Elements that follow each other need no copy: all axes in front of the narrowed one have one element.
    func viewOffset(_ operand: Shape, _ result: Shape) -> Int? {
        let (strides, offset) = places(in: operand)
        var expected = 1
        for axis in sizes.indices.reversed() where sizes[axis] > 1 {
            guard strides[axis] == expected else { return nil }
            expected *= sizes[axis]
        }
        return offset
    }

    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let x = step.operand(0)
        let (strides, offset) = places(in: x.shape)
        return StridedCopyKernel(
            from: x.place.advanced(by: offset), fromStrides: strides, to: step.results[0].place, toStrides: sizes.strides, sizes: sizes)
    }
}

extension ConstantPadding: InferenceOperation {
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let x = step.operand(0)
        return PaddingKernel(
            x: x.place, y: step.results[0].place, sizes: x.shape.extents, padded: shape.extents, before: before, rank: shape.rank,
            value: value)
    }
}

extension Broadcast: InferenceOperation {
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        let (x, y) = (step.operand(0), step.results[0])
        let repeated = Broadcasting(x.shape, y.shape, Self.name).strides(x.shape)
        return StridedCopyKernel(
            from: x.place, fromStrides: AxisIntegers(y.shape.indices.map { Int(repeated[$0]) }), to: y.place, toStrides: y.shape.strides,
            sizes: y.shape)
    }
}

/// Pieces copied side by side along an axis; at most eight.
struct ConcatenationKernel: InferenceKernel {
    var pieces: InlineArray<8, (place: InferencePlace, width: Int)>
    var count: Int
    let outer: Int
    let width: Int
    let y: InferencePlace

    func run(_ memory: InferenceMemory) {
        var target = memory[y]
        for piece in 0..<count {
            let (place, width) = pieces[piece]
            let strides = AxisIntegers([width, 1])
            copyStrided(from: memory[place], strides, to: target, AxisIntegers([self.width, 1]), sizes: [outer, width])
            target += width
        }
    }
}

extension Concatenation: InferenceOperation {
    func kernel(_ step: InferenceStepLayout) -> (any InferenceKernel)? {
        guard step.operands.count <= 8 else { return nil }
        let y = step.results[0]
        let (outer, length, inner) = y.shape.split(at: axis)
        var kernel = ConcatenationKernel(
            pieces: InlineArray(repeating: (y.place, 0)), count: step.operands.count, outer: Int(outer), width: Int(length * inner), y: y.place)
        for index in step.operands.indices {
            let piece = step.operand(index)
            kernel.pieces[index] = (piece.place, piece.shape[axis] * Int(inner))
        }
        return kernel
    }
}
