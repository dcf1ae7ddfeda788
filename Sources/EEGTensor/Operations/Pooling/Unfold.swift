internal import CEEGKernels

/// Sliding windows over the last axis, side by side.
///
/// - Parameters:
///   - x: `[..., time]`, with at most five axes.
///   - size: the samples in a window.
///   - step: from one window's first sample to the next one's.
/// - Returns: `[..., (time − size) / step + 1, size]`, the number of windows rounded down.
/// - Precondition: nothing is empty, and at least one window fits.
public func unfold1D(_ x: consuming Tensor, size: Int, step: Int) -> Tensor {
    require(x.rank >= 1 && x.rank <= 5, "unfold1D: the input needs one to five axes: \(x.shape)")
    return apply(Unfold(height: nil, width: Unfold.Axis(size: size, step: step)), x)
}

/// Sliding windows over the last two axes, side by side: the patches of an image.
///
/// - Parameters:
///   - x: `[..., height, width]`, with at most four axes.
///   - size: the rows and columns of a window.
///   - step: from one window to the next below and beside it.
/// - Returns: `[..., rows of windows, columns of windows, size.height, size.width]`.
/// - Precondition: nothing is empty, and at least one window fits.
public func unfold2D(_ x: consuming Tensor, size: (height: Int, width: Int), step: (height: Int, width: Int)) -> Tensor {
    require(x.rank >= 2 && x.rank <= 4, "unfold2D: the input needs two to four axes: \(x.shape)")
    return apply(
        Unfold(height: Unfold.Axis(size: size.height, step: step.height), width: Unfold.Axis(size: size.width, step: step.width)), x)
}

/// Copies of the cells of sliding windows; the pullback adds them where they came from.
struct Unfold: Operation {
    static let name = "unfold"

    struct Axis: Sendable {
        let size: Int
        let step: Int

        func geometry(_ count: Int, of x: Shape) -> ceeg_pooling_axis {
            require(size > 0 && step > 0, "unfold: size \(size) and step \(step) must be positive")
            require(count >= size, "unfold: a window of \(size) does not fit \(count) of input \(x)")
            return ceeg_pooling_axis(in: Int64(count), out: Int64((count - size) / step + 1), kernel: Int64(size), stride: Int64(step), padding: 0)
        }
    }

    let height: Axis?
    let width: Axis

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        var geometry = geometry(of: x.shape)
        let y = Tensor(uninitialized: outputShape(of: x.shape, geometry))
        ceeg_unfold_windows(&geometry, x.pointer, y.mutablePointer)
        withExtendedLifetime(x) {}
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        let dx = Tensor(uninitialized: pass.shape(ofInput: 0))
        var geometry = geometry(of: dx.shape)
        ceeg_unfold_windows_gradient(&geometry, dy.pointer, dx.mutablePointer)
        withExtendedLifetime(dy) {}
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 0 }

    private func geometry(of x: Shape) -> ceeg_pooling {
        require(x.elementCount > 0, "unfold: empty input \(x)")
        let leading = x.dropLast(height == nil ? 1 : 2).reduce(1, *)
        return ceeg_pooling(
            planes: Int64(leading), rows: (height ?? Axis(size: 1, step: 1)).geometry(height == nil ? 1 : x[x.rank - 2], of: x),
            columns: width.geometry(x[x.rank - 1], of: x))
    }

    private func outputShape(of x: Shape, _ geometry: ceeg_pooling) -> Shape {
        guard let height else { return Shape(x.dropLast() + [Int(geometry.columns.out), width.size]) }
        return Shape(x.dropLast(2) + [Int(geometry.rows.out), Int(geometry.columns.out), height.size, width.size])
    }
}
