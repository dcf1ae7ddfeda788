internal import CEEGKernels

/// What padding puts beside a signal.
public enum PaddingMode: Hashable, Sendable {
    /// The same number everywhere.
    case constant(Float)
    /// The signal mirrored about its end sample, which is not repeated: at most size - 1 samples.
    case reflect
    /// The end sample repeated.
    case replicate
    /// The signal from its other end, as if it were periodic: at most size samples.
    case circular
}

extension Tensor {
    /// Lengthens one axis at both ends; the time axis, the last one, unless told otherwise.
    ///
    /// - Parameters:
    ///   - before: how many samples are put in front.
    ///   - after: how many are put behind.
    /// - Precondition: both at least 0, and not more than `mode` can give; the axis exists.
    public consuming func padded(before: Int, after: Int, mode: PaddingMode = .constant(0), axis: Int = -1) -> Tensor {
        let axis = shape.resolve(axis: axis, "padded")
        return padded([(before, after)], mode, lastAxis: axis)
    }

    /// Lengthens the last axes at both ends: one pair `(before, after)` each, the pair of the last axis at the end.
    ///
    /// - Precondition: not more pairs than axes; all at least 0, and not more than `mode` can give.
    public consuming func padded(_ widths: [(before: Int, after: Int)], mode: PaddingMode = .constant(0)) -> Tensor {
        let last = rank - 1
        return padded(widths, mode, lastAxis: last)
    }

    private consuming func padded(_ widths: [(before: Int, after: Int)], _ mode: PaddingMode, lastAxis: Int) -> Tensor {
        let shape = self.shape
        let firstAxis = lastAxis + 1 - widths.count
        require(firstAxis >= 0, "padded: \(widths.count) pairs of widths for shape \(shape)")
        for (index, width) in widths.enumerated() {
            require(width.before >= 0 && width.after >= 0, "padded: negative width \(width) for axis \(firstAxis + index) of \(shape)")
        }
        if widths.allSatisfy({ $0.before == 0 && $0.after == 0 }) { return self }
        let edge: Int
        switch mode {
        case .constant(let value):
            var (before, padded) = (AxisIntegers(shape.map { _ in 0 }), shape)
            for (index, width) in widths.enumerated() {
                before[firstAxis + index] = width.before
                padded[firstAxis + index] += width.before + width.after
            }
            return apply(ConstantPadding(before: before, shape: padded, value: value), self)
        case .reflect: edge = CEEG_PAD_REFLECT
        case .replicate: edge = CEEG_PAD_REPLICATE
        case .circular: edge = CEEG_PAD_CIRCULAR
        }
        var result = self
        for (index, (before, after)) in widths.enumerated() where before + after > 0 {
            let size = shape[firstAxis + index]
            let most = mode == .reflect ? size - 1 : mode == .circular ? size : size > 0 ? Int.max : 0
            require(
                before <= most && after <= most,
                "padded: \(mode) padding of (\(before), \(after)) for axis \(firstAxis + index) of \(shape), which gives at most \(most)")
            result = apply(EdgePadding(axis: firstAxis + index, before: before, after: after, mode: edge), result)
        }
        return result
    }
}

/// The input in a larger box that holds one number elsewhere.
struct ConstantPadding: Rearrangement {
    static let name = "pad"

    /// Where the input begins along each axis.
    let before: AxisIntegers
    /// The shape of the result.
    let shape: Shape
    let value: Float

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        TensorList(Self.pad(inputs[0], before, to: shape, with: value))
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        TensorList(gradients[0].box(at: before, sizes: pass.shape(ofInput: 0)))
    }

    static func pad(_ x: Tensor, _ before: AxisIntegers, to shape: Shape, with value: Float) -> Tensor {
        let y = Tensor(uninitialized: shape)
        withPointer(to: x.shape.extents) { sizes in
            withPointer(to: shape.extents) { padded in
                before.withPointer { ceeg_pad_constant(x.pointer, sizes, y.mutablePointer, padded, $0, Int64(shape.rank), value) }
            }
        }
        return withExtendedLifetime(x) { y }
    }
}

/// One axis lengthened by copies of the input's own elements.
struct EdgePadding: Rearrangement {
    static let name = "pad"

    let axis: Int
    let before: Int
    let after: Int
    /// One of the `CEEG_PAD` constants.
    let mode: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        var shape = x.shape
        shape[axis] += before + after
        let y = Tensor(uninitialized: shape)
        let (outer, size, inner) = x.shape.split(at: axis)
        ceeg_pad_edges(
            Int32(mode), x.pointer, outer, size, inner, Int64(before), Int64(after), y.mutablePointer)
        return withExtendedLifetime(x) { TensorList(y) }
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        let dx = Tensor(uninitialized: pass.shape(ofInput: 0))
        let (outer, size, inner) = dx.shape.split(at: axis)
        ceeg_pad_edges_backward(
            Int32(mode), dy.pointer, outer, size, inner, Int64(before), Int64(after), dx.mutablePointer)
        return withExtendedLifetime(dy) { TensorList(dx) }
    }
}
