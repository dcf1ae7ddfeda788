internal import CEEGKernels

/// The convolution (cross-correlation) of signals with learned kernels along time.
///
/// `y[n, o, i] = bias[o] + Σ weight[o, c, q] x[n, c, i stride + q dilation − padding]`, over the channels `c` of the group of `o` and
/// the taps `q`, with zeros outside of `x`.
///
/// - Parameters:
///   - x: `[batch, channel, time]`.
///   - weight: `[output channel, channel / groups, tap]`.
///   - bias: `[output channel]`.
///   - groups: how many parts the channels are divided into; each part of the outputs sees its own part of the inputs.
/// - Returns: `[batch, output channel, time]`.
/// - Precondition: no axis is empty, the channels fit the weight and divide into the groups, and the padded input is at least as long as
///   the kernel.
public func convolution1D(
    _ x: consuming Tensor, weight: consuming Tensor, bias: consuming Tensor? = nil, stride: Int = 1,
    padding: ConvolutionPadding = .valid, dilation: Int = 1, groups: Int = 1
) -> Tensor {
    require(x.rank == 3 && weight.rank == 3, "convolution1D: the input and the weight need three axes: \(x.shape) and \(weight.shape)")
    let operation = Convolution(
        height: ConvolutionAxis(), width: ConvolutionAxis(stride: stride, dilation: dilation, padding: padding), groups: groups)
    return apply(operation, x, weight, bias)
}

/// The convolution (cross-correlation) of images, or of channels by time, with learned kernels.
///
/// `y[n, o, i, j] = bias[o] + Σ weight[o, c, p, q] x[n, c, i stride + p dilation − padding, …]`, over the channels `c` of the group of
/// `o` and the taps `(p, q)`, with zeros outside of `x`.
///
/// - Parameters:
///   - x: `[batch, channel, height, width]`; in networks for EEG often `[batch, filter, electrode, time]`.
///   - weight: `[output channel, channel / groups, kernel height, kernel width]`.
///   - bias: `[output channel]`.
///   - groups: how many parts the channels are divided into; each part of the outputs sees its own part of the inputs.
/// - Returns: `[batch, output channel, height, width]`.
/// - Precondition: no axis is empty, the channels fit the weight and divide into the groups, and the padded input is at least as large as
///   the kernel.
public func convolution2D(
    _ x: consuming Tensor, weight: consuming Tensor, bias: consuming Tensor? = nil, stride: (height: Int, width: Int) = (1, 1),
    padding: (height: ConvolutionPadding, width: ConvolutionPadding) = (.valid, .valid),
    dilation: (height: Int, width: Int) = (1, 1), groups: Int = 1
) -> Tensor {
    require(x.rank == 4 && weight.rank == 4, "convolution2D: the input and the weight need four axes: \(x.shape) and \(weight.shape)")
    let operation = Convolution(
        height: ConvolutionAxis(stride: stride.height, dilation: dilation.height, padding: padding.height),
        width: ConvolutionAxis(stride: stride.width, dilation: dilation.width, padding: padding.width), groups: groups)
    return apply(operation, x, weight, bias)
}

/// A convolution along one axis (of inputs with three) or two.
struct Convolution: Operation {
    static let name = "convolution"

    let height: ConvolutionAxis
    let width: ConvolutionAxis
    let groups: Int

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        let (x, weight, bias) = (inputs[0], inputs[1], inputs.optional(2))
        var geometry = geometry(x.shape, weight.shape)
        require(
            bias.map { $0.shape == [weight.shape[0]] } ?? true,
            "convolution: bias \(bias?.shape ?? []) for \(weight.shape[0]) output channels of weight \(weight.shape)")
        pass.save(x)
        pass.save(weight)
        let y = Tensor(uninitialized: outputShape(geometry, rank: x.rank))
        ceeg_convolution_forward(&geometry, x.pointer, weight.pointer, bias?.pointer, y.mutablePointer)
        withExtendedLifetime((x, weight, bias)) {}
        return TensorList(y)
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList {
        let (dy, x, weight) = (gradients[0], pass.saved[0], pass.saved[1])
        var geometry = geometry(x.shape, weight.shape)
        var result = TensorList(absent: pass.inputCount)
        if pass.needsGradient(0) {
            let dx = Tensor(uninitialized: x.shape)
            ceeg_convolution_input_gradient(&geometry, weight.pointer, dy.pointer, nil, dx.mutablePointer)
            result.set(0, dx)
        }
        let needsBias = pass.needsGradient(2)
        let dBias = needsBias ? Tensor(uninitialized: pass.shape(ofInput: 2)) : nil
        if pass.needsGradient(1) {
            let dWeight = Tensor(uninitialized: weight.shape)
            ceeg_convolution_weight_gradient(&geometry, x.pointer, dy.pointer, dWeight.mutablePointer, dBias?.mutablePointer)
            result.set(1, dWeight)
        } else if let dBias {
            ceeg_convolution_bias_gradient(
                geometry.batch, geometry.out_channels, geometry.out_height * geometry.out_width, dy.pointer, dBias.mutablePointer)
        }
        if needsBias { result.set(2, dBias) }
        withExtendedLifetime((dy, x, weight)) {}
        return result
    }

    func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
        2 * outputs[0].elementCount * inputs[1].dropFirst().reduce(1, *)
    }

    func algorithm(inputs: [Shape]) -> String? {
        var geometry = geometry(inputs[0], inputs[1])
        let passes = [
            ("forward", CEEG_CONVOLUTION_FORWARD), ("input gradient", CEEG_CONVOLUTION_INPUT_GRADIENT),
            ("weight gradient", CEEG_CONVOLUTION_WEIGHT_GRADIENT),
        ]
        let points = passes.map { ceeg_convolution_points(&geometry, $0.1) }
        guard points.contains(where: { $0 > 0 }) else { return nil }
        let choices = zip(passes, points).map { "\($0.0): \($1 > 0 ? "Fourier transforms of \($1) samples" : "direct")" }
        return choices.joined(separator: ", ")
    }

    func geometry(_ x: Shape, _ weight: Shape) -> ceeg_convolution {
        var shapes: String { "input \(x), weight \(weight)" }
        require(x[0] > 0 && x[1] > 0 && weight[0] > 0, "convolution: empty input or weight: \(shapes)")
        require(
            groups > 0 && x[1] == weight[1] * groups && weight[0] % groups == 0,
            "convolution: channels do not fit: \(shapes), \(groups) groups")
        let (inHeight, taps) = x.rank == 4 ? (x[2], weight[2]) : (1, 1)
        let (inWidth, widthTaps) = (x[x.rank - 1], weight[x.rank - 1])
        let rows = height.output(size: inHeight, taps: taps, operation: "convolution", shapes: shapes)
        let columns = width.output(size: inWidth, taps: widthTaps, operation: "convolution", shapes: shapes)
        return ceeg_convolution(
            batch: Int64(x[0]), in_channels: Int64(x[1]), in_height: Int64(inHeight), in_width: Int64(inWidth),
            out_channels: Int64(weight[0]), out_height: Int64(rows.size), out_width: Int64(columns.size),
            kernel_height: Int64(taps), kernel_width: Int64(widthTaps),
            stride_height: Int64(height.stride), stride_width: Int64(width.stride),
            dilation_height: Int64(height.dilation), dilation_width: Int64(width.dilation),
            pad_top: Int64(rows.before), pad_left: Int64(columns.before), groups: Int64(groups))
    }

    private func outputShape(_ geometry: ceeg_convolution, rank: Int) -> Shape {
        let (batch, channels, width) = (Int(geometry.batch), Int(geometry.out_channels), Int(geometry.out_width))
        return rank == 4 ? [batch, channels, Int(geometry.out_height), width] : [batch, channels, width]
    }
}
