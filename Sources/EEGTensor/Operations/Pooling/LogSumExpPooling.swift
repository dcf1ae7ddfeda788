internal import CEEGKernels

/// The logarithm of the sum of exponentials of each window along time: a smooth maximum.
///
/// Of log power it is the log of the power in each window, summed over time: the log-sum pooling of networks for EEG.
///
/// - Parameters:
///   - x: `[batch, channel, time]`.
///   - kernel: the samples in a window.
///   - stride: from one window's first sample to the next one's; the length of a window where it is not given.
///   - padding: samples at both ends that add nothing to the sum.
///   - ceilMode: whether samples left over at the end get a window of their own, as far as it begins inside the input.
/// - Returns: `[batch, channel, (time + 2 padding − kernel) / stride + 1]`, rounded down, or up with `ceilMode`.
/// - Precondition: nothing is empty, the window fits the padded input, and the padding is at most half of the window.
public func logSumExpPooling1D(
    _ x: consuming Tensor, kernel: Int, stride: Int? = nil, padding: Int = 0, ceilMode: Bool = false
) -> Tensor {
    require(x.rank == 3, "logSumExpPooling1D: the input needs three axes: \(x.shape)")
    return apply(LogSumExpPooling(windows: PoolingWindows(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)), x)
}

/// The logarithm of the sum of exponentials of each window of an image, or of channels by time; see `logSumExpPooling1D`.
///
/// - Parameter x: `[batch, channel, height, width]`.
/// - Returns: `[batch, channel, height, width]`, the sizes as for `logSumExpPooling1D`.
/// - Precondition: as for `logSumExpPooling1D`, along both axes.
public func logSumExpPooling2D(
    _ x: consuming Tensor, kernel: (height: Int, width: Int), stride: (height: Int, width: Int)? = nil,
    padding: (height: Int, width: Int) = (0, 0), ceilMode: Bool = false
) -> Tensor {
    require(x.rank == 4, "logSumExpPooling2D: the input needs four axes: \(x.shape)")
    return apply(LogSumExpPooling(windows: PoolingWindows(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)), x)
}

/// The logarithm of the sum of exponentials of each window.
struct LogSumExpPooling: Operation {
    static let name = "log-sum-exp pooling"

    let windows: PoolingWindows

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let x = inputs[0]
        var geometry = windows.geometry(of: x.shape, Self.name)
        let y = Tensor(uninitialized: geometry.outputShape(of: x.shape))
        ceeg_log_sum_exp_pooling(&geometry, x.pointer, y.mutablePointer)
        withExtendedLifetime(x) {}
        pass.save(x)
        pass.save(y)
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (dy, x, y) = (gradients[0], pass.saved[0], pass.saved[1])
        var geometry = windows.geometry(of: x.shape, Self.name)
        let dx = Tensor(uninitialized: x.shape)
        ceeg_log_sum_exp_pooling_gradient(&geometry, x.pointer, y.pointer, dy.pointer, dx.mutablePointer)
        withExtendedLifetime((dy, x, y)) {}
        return TensorList(dx)
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 3 * windows.cells(of: inputs[0], outputs: outputs[0]) }
}
