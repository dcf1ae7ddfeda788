internal import CEEGKernels

/// The mean of each window along time.
///
/// - Parameters:
///   - x: `[batch, channel, time]`.
///   - kernel: the samples in a window.
///   - stride: from one window's first sample to the next one's; the length of a window where it is not given.
///   - padding: zeros at both ends.
///   - ceilMode: whether samples left over at the end get a window of their own, as far as it begins inside the input.
///   - countsPadding: whether the zeros of the padding count in the mean; what lies beyond them never does.
/// - Returns: `[batch, channel, (time + 2 padding − kernel) / stride + 1]`, rounded down, or up with `ceilMode`.
/// - Precondition: nothing is empty, the window fits the padded input, and the padding is at most half of the window.
public func averagePooling1D(
    _ x: consuming Tensor, kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false, countsPadding: Bool = true
) -> Tensor {
    require(x.rank == 3, "averagePooling1D: the input needs three axes: \(x.shape)")
    let windows = PoolingWindows(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    return apply(AveragePooling(windows: windows, countsPadding: countsPadding), x)
}

/// The mean of each window of an image, or of channels by time; see `averagePooling1D`.
///
/// - Parameter x: `[batch, channel, height, width]`.
/// - Returns: `[batch, channel, height, width]`, the sizes as for `averagePooling1D`.
/// - Precondition: as for `averagePooling1D`, along both axes.
public func averagePooling2D(
    _ x: consuming Tensor, kernel: (height: Int, width: Int), stride: (height: Int, width: Int)? = nil,
    padding: (height: Int, width: Int) = (0, 0), ceilMode: Bool = false, countsPadding: Bool = true
) -> Tensor {
    require(x.rank == 4, "averagePooling2D: the input needs four axes: \(x.shape)")
    let windows = PoolingWindows(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    return apply(AveragePooling(windows: windows, countsPadding: countsPadding), x)
}

/// The mean of each window.
struct AveragePooling: Operation {
    static let name = "average pooling"

    let windows: PoolingWindows
    var countsPadding = true

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        var geometry = windows.geometry(of: x.shape, Self.name)
        let y = Tensor(uninitialized: geometry.outputShape(of: x.shape))
        ceeg_average_pooling(&geometry, countsPadding, x.pointer, y.mutablePointer)
        withExtendedLifetime(x) {}
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let dy = gradients[0]
        let dx = Tensor(uninitialized: pass.shape(ofInput: 0))
        var geometry = windows.geometry(of: dx.shape, Self.name)
        ceeg_average_pooling_gradient(&geometry, countsPadding, dy.pointer, dx.mutablePointer)
        withExtendedLifetime(dy) {}
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { windows.cells(of: inputs[0], outputs: outputs[0]) }
}
