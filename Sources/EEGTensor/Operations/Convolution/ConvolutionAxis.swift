/// How a kernel moves along one axis of its input.
struct ConvolutionAxis: Sendable, CustomStringConvertible {
    var stride = 1
    var dilation = 1
    var padding = ConvolutionPadding.valid

    var description: String { "stride \(stride), dilation \(dilation), padding \(padding)" }

    /// The size of the output, and the zeros in front of the input, for an input and a kernel of these sizes.
    func output(size: Int, taps: Int, operation: StaticString, shapes: @autoclosure () -> String) -> (size: Int, before: Int) {
        require(stride > 0 && dilation > 0, "\(operation): stride \(stride) and dilation \(dilation) must be positive")
        require(size > 0 && taps > 0, "\(operation): empty input or weight: \(shapes())")
        let extent = (taps - 1) * dilation + 1
        let (before, after) = padding.resolved(size: size, extent: extent, stride: stride, operation: operation)
        require(
            size + before + after >= extent,
            "\(operation): the kernel spans \(extent) of \(size) samples with padding [\(before), \(after)]: \(shapes())")
        return ((size + before + after - extent) / stride + 1, before)
    }
}
