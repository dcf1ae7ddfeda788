/// The means of `outputs` windows that cover the whole of time: window i of m over n samples is ⌊i n / m⌋ ..< ⌈(i + 1) n / m⌉.
///
/// With one output it is the mean over time (global average pooling).
///
/// - Parameter x: `[batch, channel, time]`.
/// - Returns: `[batch, channel, outputs]`.
/// - Precondition: nothing is empty.
public func adaptiveAveragePooling1D(_ x: consuming Tensor, outputs: Int) -> Tensor {
    require(x.rank == 3, "adaptiveAveragePooling1D: the input needs three axes: \(x.shape)")
    return apply(AveragePooling(windows: PoolingWindows(width: .adaptive(outputs: outputs))), x)
}

/// The means of `outputs` windows that cover the whole image; see `adaptiveAveragePooling1D`.
///
/// - Parameter x: `[batch, channel, height, width]`.
/// - Returns: `[batch, channel, outputs.height, outputs.width]`.
/// - Precondition: nothing is empty.
public func adaptiveAveragePooling2D(_ x: consuming Tensor, outputs: (height: Int, width: Int)) -> Tensor {
    require(x.rank == 4, "adaptiveAveragePooling2D: the input needs four axes: \(x.shape)")
    let windows = PoolingWindows(height: .adaptive(outputs: outputs.height), width: .adaptive(outputs: outputs.width))
    return apply(AveragePooling(windows: windows), x)
}

/// The largest values of `outputs` windows that cover the whole of time; the windows are those of `adaptiveAveragePooling1D`.
///
/// NaN in a window gives NaN. The gradient goes to the first of equal values.
///
/// - Parameter x: `[batch, channel, time]`.
/// - Returns: `[batch, channel, outputs]`.
/// - Precondition: nothing is empty.
public func adaptiveMaxPooling1D(_ x: consuming Tensor, outputs: Int) -> Tensor {
    require(x.rank == 3, "adaptiveMaxPooling1D: the input needs three axes: \(x.shape)")
    return apply(MaxPooling(windows: PoolingWindows(width: .adaptive(outputs: outputs))), x)
}

/// The largest values of `outputs` windows that cover the whole image; see `adaptiveMaxPooling1D`.
///
/// - Parameter x: `[batch, channel, height, width]`.
/// - Returns: `[batch, channel, outputs.height, outputs.width]`.
/// - Precondition: nothing is empty.
public func adaptiveMaxPooling2D(_ x: consuming Tensor, outputs: (height: Int, width: Int)) -> Tensor {
    require(x.rank == 4, "adaptiveMaxPooling2D: the input needs four axes: \(x.shape)")
    return apply(MaxPooling(windows: PoolingWindows(height: .adaptive(outputs: outputs.height), width: .adaptive(outputs: outputs.width))), x)
}
