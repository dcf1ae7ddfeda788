internal import CEEGKernels

/// The transposed convolution along time: the map whose gradient is `convolution1D`, used to lengthen signals.
///
/// Sample `i` adds `weight` times its value to the outputs from `i stride − padding` on, `dilation` apart.
///
/// - Parameters:
///   - x: `[batch, channel, time]`.
///   - weight: `[channel, output channel / groups, tap]`.
///   - bias: `[output channel]`.
///   - padding: how many outputs are cut off at each end.
///   - outputPadding: how many outputs are added behind.
/// - Returns: `[batch, output channel, (time − 1) stride − 2 padding + dilation (taps − 1) + 1 + outputPadding]`.
/// - Precondition: no axis is empty, the channels fit the weight and divide into the groups, `outputPadding` is smaller than the stride or
///   the dilation, and something is left after the cut.
public func transposedConvolution1D(
    _ x: consuming Tensor, weight: consuming Tensor, bias: consuming Tensor? = nil, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1
) -> Tensor {
    require(
        x.rank == 3 && weight.rank == 3,
        "transposedConvolution1D: the input and the weight need three axes: \(x.shape) and \(weight.shape)")
    let width = TransposedConvolution.Axis(stride: stride, dilation: dilation, padding: padding, outputPadding: outputPadding)
    return apply(TransposedConvolution(height: TransposedConvolution.Axis(), width: width, groups: groups), x, weight, bias)
}

/// The transposed convolution of images: the map whose gradient is `convolution2D`.
///
/// - Parameters:
///   - x: `[batch, channel, height, width]`.
///   - weight: `[channel, output channel / groups, kernel height, kernel width]`.
///   - bias: `[output channel]`.
///   - padding: how many rows and columns of outputs are cut off at each end.
///   - outputPadding: how many rows and columns of outputs are added behind.
/// - Returns: `[batch, output channel, height, width]`, the sizes as for `transposedConvolution1D`.
/// - Precondition: as for `transposedConvolution1D`, along both axes.
public func transposedConvolution2D(
    _ x: consuming Tensor, weight: consuming Tensor, bias: consuming Tensor? = nil, stride: (height: Int, width: Int) = (1, 1),
    padding: (height: Int, width: Int) = (0, 0), outputPadding: (height: Int, width: Int) = (0, 0),
    dilation: (height: Int, width: Int) = (1, 1), groups: Int = 1
) -> Tensor {
    require(
        x.rank == 4 && weight.rank == 4,
        "transposedConvolution2D: the input and the weight need four axes: \(x.shape) and \(weight.shape)")
    let operation = TransposedConvolution(
        height: TransposedConvolution.Axis(
            stride: stride.height, dilation: dilation.height, padding: padding.height, outputPadding: outputPadding.height),
        width: TransposedConvolution.Axis(
            stride: stride.width, dilation: dilation.width, padding: padding.width, outputPadding: outputPadding.width),
        groups: groups)
    return apply(operation, x, weight, bias)
}

/// A transposed convolution along one axis (of inputs with three) or two: a convolution's kernels with its input and output exchanged.
struct TransposedConvolution: Operation {
    static let name = "transposed convolution"

    struct Axis: Sendable, CustomStringConvertible {
        var stride = 1
        var dilation = 1
        var padding = 0
        var outputPadding = 0

        var description: String { "stride \(stride), dilation \(dilation), padding \(padding), output padding \(outputPadding)" }

        func outputSize(_ size: Int, taps: Int, shapes: @autoclosure () -> String) -> Int {
            require(
                stride > 0 && dilation > 0 && padding >= 0 && outputPadding >= 0 && outputPadding < max(stride, dilation),
                "transposed convolution: \(description) is not possible")
            require(size > 0 && taps > 0, "transposed convolution: empty input or weight: \(shapes())")
            let result = (size - 1) * stride - 2 * padding + dilation * (taps - 1) + 1 + outputPadding
            require(result > 0, "transposed convolution: padding \(padding) leaves nothing of the output: \(shapes())")
            return result
        }
    }

    let height: Axis
    let width: Axis
    let groups: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (x, weight, bias) = (inputs[0], inputs[1], inputs.optional(2))
        var geometry = geometry(x.shape, weight.shape)
        let channels = Int(geometry.in_channels)
        require(
            bias.map { $0.shape == [channels] } ?? true,
            "transposed convolution: bias \(bias?.shape ?? []) for \(channels) output channels of weight \(weight.shape)")
        pass.save(x)
        pass.save(weight)
        var shape: Shape = [x.shape[0], channels]
        if x.rank == 4 { shape.append(Int(geometry.in_height)) }
        shape.append(Int(geometry.in_width))
        let y = Tensor(uninitialized: shape)
        ceeg_convolution_input_gradient(&geometry, weight.pointer, x.pointer, bias?.pointer, y.mutablePointer)
        withExtendedLifetime((x, weight, bias)) {}
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (dy, x, weight) = (gradients[0], pass.saved[0], pass.saved[1])
        var geometry = geometry(x.shape, weight.shape)
        var result = TensorList(absent: pass.inputCount)
        if pass.needsGradient(0) {
            let dx = Tensor(uninitialized: x.shape)
            ceeg_convolution_forward(&geometry, dy.pointer, weight.pointer, nil, dx.mutablePointer)
            result.set(0, dx)
        }
        if pass.needsGradient(1) {
            let dWeight = Tensor(uninitialized: weight.shape)
            ceeg_convolution_weight_gradient(&geometry, dy.pointer, x.pointer, dWeight.mutablePointer, nil)
            result.set(1, dWeight)
        }
        if pass.needsGradient(2) {
            let dBias = Tensor(uninitialized: pass.shape(ofInput: 2))
            ceeg_convolution_bias_gradient(
                geometry.batch, geometry.in_channels, geometry.in_height * geometry.in_width, dy.pointer, dBias.mutablePointer)
            result.set(2, dBias)
        }
        withExtendedLifetime((dy, x, weight)) {}
        return result
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        2 * inputs[0].elementCount * inputs[1].dropFirst().reduce(1, *)
    }

    /// The convolution that leads from the output back to the input.
    private func geometry(_ x: Shape, _ weight: Shape) -> ceeg_convolution {
        var shapes: String { "input \(x), weight \(weight)" }
        require(x[0] > 0 && x[1] > 0 && weight[1] > 0, "transposed convolution: empty input or weight: \(shapes)")
        require(
            groups > 0 && x[1] == weight[0] && x[1] % groups == 0,
            "transposed convolution: channels do not fit: \(shapes), \(groups) groups")
        let (inHeight, taps) = x.rank == 4 ? (x[2], weight[2]) : (1, 1)
        let (inWidth, widthTaps) = (x[x.rank - 1], weight[x.rank - 1])
        return ceeg_convolution(
            batch: Int64(x[0]), in_channels: Int64(weight[1] * groups),
            in_height: Int64(height.outputSize(inHeight, taps: taps, shapes: shapes)),
            in_width: Int64(width.outputSize(inWidth, taps: widthTaps, shapes: shapes)),
            out_channels: Int64(x[1]), out_height: Int64(inHeight), out_width: Int64(inWidth),
            kernel_height: Int64(taps), kernel_width: Int64(widthTaps),
            stride_height: Int64(height.stride), stride_width: Int64(width.stride),
            dilation_height: Int64(height.dilation), dilation_width: Int64(width.dilation),
            pad_top: Int64(height.padding), pad_left: Int64(width.padding), groups: Int64(groups))
    }
}
