import EEGModelTesting
import EEGTensor
import Testing

/// Convolutions with as many groups as channels, which have kernels of their own.
@Suite struct DepthwiseTests {
    typealias Case = ConvolutionReference
    typealias Axis = ConvolutionReference.Axis

    /// Filters longer than a vector over rows long enough to fold them; strides that part a row; columns alone; rows of a few samples;
    /// rows and planes that are cut into regions.
    static let chosen: [Case] = [
        depthwise(width: Axis(size: 1, taps: 1)),
        depthwise(multiplier: 2, height: Axis(size: 22, taps: 22), width: Axis(size: 67, taps: 1)),
        depthwise(width: Axis(size: 250, taps: 16, before: 7, after: 8)),
        depthwise(width: Axis(size: 300, taps: 51, before: 25, after: 25)),
        depthwise(multiplier: 3, height: Axis(size: 3, taps: 1, before: 1), width: Axis(size: 131, taps: 64, before: 31, after: 32)),
        depthwise(width: Axis(size: 200, taps: 33, dilation: 4, before: 128)),
        depthwise(width: Axis(size: 260, taps: 40, stride: 2, dilation: 2, before: 39, after: 39)),
        depthwise(width: Axis(size: 251, taps: 70, stride: 3, before: 5)),
        depthwise(height: Axis(size: 11, taps: 3, before: 1, after: 1), width: Axis(size: 64, taps: 3, before: 1, after: 1)),
        depthwise(height: Axis(size: 13, taps: 3, stride: 2, before: 1, after: 1), width: Axis(size: 64, taps: 3, stride: 2, before: 1, after: 1)),
        depthwise(height: Axis(size: 12, taps: 11, stride: 2, before: 5, after: 5), width: Axis(size: 33, taps: 11, stride: 2, before: 5, after: 5)),
        depthwise(height: Axis(size: 4, taps: 5, before: 2, after: 2), width: Axis(size: 8, taps: 5, before: 2, after: 2)),
        depthwise(
            height: Axis(size: 10, taps: 4, stride: 3, dilation: 2, before: 3),
            width: Axis(size: 29, taps: 5, stride: 4, dilation: 6, before: 9, after: 8)),
        depthwise(height: Axis(size: 2, taps: 7, before: 6, after: 6), width: Axis(size: 5, taps: 40, before: 40, after: 40)),
        depthwise(multiplier: 2, height: Axis(size: 90, taps: 9, before: 4, after: 4), width: Axis(size: 1, taps: 1)),
        depthwise(height: Axis(size: 70, taps: 9, stride: 2, before: 4, after: 4), width: Axis(size: 1, taps: 1)),
        depthwise(height: Axis(size: 40, taps: 6, dilation: 2, before: 3, after: 7), width: Axis(size: 5, taps: 1)),
        depthwise(width: Axis(size: 60, taps: 5, stride: 20)),
        Case(batch: 1, channels: 2, outputs: 2, groups: 2, width: Axis(size: 20_000, taps: 9, before: 4, after: 4)),
        Case(
            batch: 1, channels: 2, outputs: 2, groups: 2, height: Axis(size: 150, taps: 5, stride: 2, before: 2, after: 2),
            width: Axis(size: 170, taps: 3, stride: 2, before: 1, after: 1)),
    ]

    static let random: [Case] = {
        var numbers = CaseNumbers(seed: 23)
        func axis(sizes: ClosedRange<Int>, taps: ClosedRange<Int>) -> Axis {
            var axis = Axis(
                size: numbers.pick(sizes), taps: numbers.pick(taps), stride: numbers.pick([1, 1, 2, 3, 5]),
                dilation: numbers.pick([1, 1, 2, 3]), before: numbers.pick([0, 0, 1, 4, 9]), after: numbers.pick([0, 0, 2, 7]))
            axis.size = max(axis.size, axis.dilation * (axis.taps - 1) + 1 - axis.before - axis.after)
            return axis
        }
        return (0..<60).map { index in
            let height = index % 2 == 0 ? Axis(size: 1, taps: 1) : axis(sizes: 1...14, taps: 1...6)
            return depthwise(multiplier: numbers.pick(1...3), height: height, width: axis(sizes: 1...180, taps: index % 2 == 0 ? 1...60 : 1...8))
        }
    }()

    @Test(arguments: chosen + random) func agreesWithTheDefinition(_ example: Case) {
        let x = sample(example.inputShape)
        let weight = sample(example.weightShape, seed: 2)
        let bias = sample([example.outputs], seed: 3)
        let dy = sample(example.outputShape, seed: 4)
        let expected = [
            ConvolutionReference.adding(bias, to: example.output(x, weight)), example.inputGradient(dy, weight),
            example.weightGradient(x, dy), ConvolutionReference.channelSums(dy),
        ]
        expectValueAndGradients(at: [x, weight, bias], weightedBy: dy, expected) { inputs in
            convolution2D(
                inputs[0], weight: inputs[1], bias: inputs[2], stride: (example.height.stride, example.width.stride),
                padding: (
                    .zeros(before: example.height.before, after: example.height.after),
                    .zeros(before: example.width.before, after: example.width.after)
                ), dilation: (example.height.dilation, example.width.dilation), groups: example.groups)
        }
    }

    private static func depthwise(multiplier: Int = 1, height: Axis = Axis(size: 1, taps: 1), width: Axis) -> Case {
        Case(batch: 2, channels: 3, outputs: 3 * multiplier, groups: 3, height: height, width: width)
    }
}
