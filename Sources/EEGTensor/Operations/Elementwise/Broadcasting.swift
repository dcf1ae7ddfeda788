internal import CEEGKernels

/// How operands lie in memory while their sizes are stretched to a common shape.
struct Broadcasting {
    /// The common shape.
    let shape: Shape
    private var rank: Int32
    private var sizes: Extents

    /// Numbers for the axes of a shape, in the form that kernels read.
    typealias Extents = InlineArray<6, Int64>

    /// The common shape of `a` and `b`: sizes are compared from the last axis on, and 1 stretches to any size.
    init(_ a: Shape, _ b: Shape, _ operation: @autoclosure () -> String) {
        if a == b {
            shape = a
        } else {
            let rank = max(a.rank, b.rank)
            var common = Shape(repeatElement(1, count: rank))
            for axis in 1..<(rank + 1) {
                let first = axis <= a.rank ? a[a.rank - axis] : 1
                let second = axis <= b.rank ? b[b.rank - axis] : 1
                require(
                    first == second || first == 1 || second == 1, "\(operation()): shapes do not broadcast: \(a) and \(b)")
                common[rank - axis] = first == 1 ? second : first
            }
            shape = common
        }
        rank = Int32(shape.rank)
        sizes = shape.extents
    }

    /// The strides of an operand of shape `operand`; 0 along the axes it is stretched over.
    func strides(_ operand: Shape) -> Extents {
        var strides = Extents(repeating: 0)
        var step: Int64 = 1
        for axis in stride(from: operand.rank - 1, through: 0, by: -1) {
            let size = operand[axis]
            let place = axis + shape.rank - operand.rank
            if size != 1 || shape[place] == 1 { strides[place] = step }
            step *= Int64(size)
        }
        return strides
    }

    /// The axes, as a bit mask, along which an operand of shape `operand` is repeated.
    func axesRepeated(_ operand: Shape) -> UInt32 {
        var axes: UInt32 = 0
        for axis in 0..<shape.rank {
            let own = axis - (shape.rank - operand.rank)
            if own < 0 || operand[own] != shape[axis] { axes |= 1 << UInt32(axis) }
        }
        return axes
    }

    /// The sum of `gradient`, which has the common shape, over the axes along which an operand of shape `operand` was stretched.
    func reduced(_ gradient: Tensor, to operand: Shape, scale: Float = 1) -> Tensor {
        let sum = Tensor(uninitialized: operand)
        withPointer(to: shape.extents) { sizes in
            ceeg_reduce(Int32(CEEG_SUM.rawValue), rank, sizes, axesRepeated(operand), gradient.pointer, scale, sum.mutablePointer)
        }
        return sum
    }

    /// Calls a kernel with rank, sizes and the strides of two operands.
    func withLayout(_ a: Shape, _ b: Shape, _ body: (Int32, UnsafePointer<Int64>, UnsafePointer<Int64>, UnsafePointer<Int64>) -> Void) {
        let aStrides = strides(a)
        let bStrides = strides(b)
        withPointer(to: sizes) { sizes in
            withPointer(to: aStrides) { a in withPointer(to: bStrides) { b in body(rank, sizes, a, b) } }
        }
    }
}

extension Shape {
    /// The sizes in the form that kernels read.
    var extents: Broadcasting.Extents {
        var extents = Broadcasting.Extents(repeating: 0)
        for axis in 0..<rank { extents[axis] = Int64(self[axis]) }
        return extents
    }
}

/// Calls `body` with a pointer to the first of six numbers.
func withPointer<Result>(to extents: Broadcasting.Extents, _ body: (UnsafePointer<Int64>) -> Result) -> Result {
    withUnsafePointer(to: extents) { body(UnsafeRawPointer($0).assumingMemoryBound(to: Int64.self)) }
}
