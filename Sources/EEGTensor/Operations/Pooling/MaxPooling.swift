internal import CEEGKernels

/// The largest value of each window along time.
///
/// NaN in a window gives NaN. The gradient goes to the first of equal values.
///
/// - Parameters:
///   - x: `[batch, channel, time]`.
///   - kernel: the samples in a window.
///   - stride: from one window's first sample to the next one's; the length of a window where it is not given.
///   - padding: samples at both ends that count as smaller than all others.
///   - ceilMode: whether samples left over at the end get a window of their own, as far as it begins inside the input.
/// - Returns: `[batch, channel, (time + 2 padding − kernel) / stride + 1]`, rounded down, or up with `ceilMode`.
/// - Precondition: nothing is empty, the window fits the padded input, and the padding is at most half of the window.
public func maxPooling1D(
    _ x: consuming Tensor, kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false
) -> Tensor {
    require(x.rank == 3, "maxPooling1D: the input needs three axes: \(x.shape)")
    return apply(MaxPooling(windows: PoolingWindows(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)), x)
}

/// The largest value of each window of an image, or of channels by time; see `maxPooling1D`.
///
/// - Parameter x: `[batch, channel, height, width]`.
/// - Returns: `[batch, channel, height, width]`, the sizes as for `maxPooling1D`.
/// - Precondition: as for `maxPooling1D`, along both axes.
public func maxPooling2D(
    _ x: consuming Tensor, kernel: (height: Int, width: Int), stride: (height: Int, width: Int)? = nil,
    padding: (height: Int, width: Int) = (0, 0), ceilMode: Bool = false
) -> Tensor {
    require(x.rank == 4, "maxPooling2D: the input needs four axes: \(x.shape)")
    return apply(MaxPooling(windows: PoolingWindows(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)), x)
}

/// The largest value of each window. The pullback finds its place again by comparing the input with the result.
struct MaxPooling: Operation {
    static let name = "max pooling"

    let windows: PoolingWindows

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        var geometry = windows.geometry(of: x.shape, Self.name)
        let y = Tensor(uninitialized: geometry.outputShape(of: x.shape))
        ceeg_max_pooling(&geometry, x.pointer, y.mutablePointer)
        withExtendedLifetime(x) {}
        pass.save(x)
        pass.save(y)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (dy, x, y) = (gradients[0], pass.saved[0], pass.saved[1])
        var geometry = windows.geometry(of: x.shape, Self.name)
        let dx = Tensor(uninitialized: x.shape)
        ceeg_max_pooling_gradient(&geometry, x.pointer, y.pointer, dy.pointer, dx.mutablePointer)
        withExtendedLifetime((dy, x, y)) {}
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { windows.cells(of: inputs[0], outputs: outputs[0]) }
}
