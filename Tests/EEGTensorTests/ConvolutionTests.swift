import EEGModelTesting
import EEGTensor
import Testing

@Suite struct ConvolutionTests {
    typealias Case = ConvolutionReference
    typealias Axis = ConvolutionReference.Axis

    /// Sizes that no vector divides, kernels longer than a vector and than the input, padding beyond the kernel, strides beyond the kernel.
    static let awkward: [Case] = [
        Case(width: Axis(size: 1, taps: 1)),
        Case(width: Axis(size: 17, taps: 1)),
        Case(batch: 3, channels: 5, outputs: 7, width: Axis(size: 1, taps: 1)),
        Case(batch: 2, channels: 1, outputs: 8, height: Axis(size: 5, taps: 1), width: Axis(size: 101, taps: 64, before: 31, after: 32)),
        Case(batch: 2, channels: 5, outputs: 11, height: Axis(size: 7, taps: 7), width: Axis(size: 61, taps: 1)),
        Case(batch: 2, channels: 8, outputs: 16, groups: 8, height: Axis(size: 6, taps: 6), width: Axis(size: 31, taps: 1)),
        Case(batch: 2, channels: 13, outputs: 25, width: Axis(size: 33, taps: 10)),
        Case(batch: 5, channels: 6, outputs: 50, width: Axis(size: 12, taps: 10)),
        Case(
            batch: 1, channels: 3, outputs: 5, height: Axis(size: 9, taps: 3, before: 1, after: 1),
            width: Axis(size: 19, taps: 3, before: 1, after: 1)),
        Case(
            batch: 2, channels: 3, outputs: 9, height: Axis(size: 13, taps: 7, stride: 2, before: 3, after: 3),
            width: Axis(size: 37, taps: 7, stride: 2, before: 3, after: 3)),
        Case(batch: 2, channels: 4, outputs: 6, height: Axis(size: 8, taps: 1, stride: 2), width: Axis(size: 35, taps: 1, stride: 2)),
        Case(batch: 2, channels: 2, outputs: 3, width: Axis(size: 41, taps: 3, stride: 5)),
        Case(batch: 2, channels: 2, outputs: 3, width: Axis(size: 5, taps: 3, before: 30, after: 21)),
        Case(batch: 2, channels: 2, outputs: 3, width: Axis(size: 5, taps: 40, before: 40, after: 40)),
        Case(batch: 1, channels: 4, outputs: 6, groups: 2, width: Axis(size: 83, taps: 3, dilation: 16, before: 32)),
        Case(
            batch: 1, channels: 6, outputs: 4, groups: 2, height: Axis(size: 9, taps: 3, dilation: 2, before: 2, after: 1),
            width: Axis(size: 21, taps: 5, stride: 3, dilation: 2, after: 3)),
        Case(batch: 2, channels: 4, outputs: 2, width: Axis(size: 29, taps: 4, stride: 4, dilation: 6, before: 5, after: 7)),
        Case(batch: 7, channels: 3, outputs: 4, height: Axis(size: 5, taps: 5), width: Axis(size: 6, taps: 6)),
        Case(batch: 1, channels: 300, outputs: 19, width: Axis(size: 40, taps: 3, before: 1, after: 1)),
        Case(batch: 1, channels: 70, outputs: 2, height: Axis(size: 20, taps: 3), width: Axis(size: 300, taps: 2)),
        Case(batch: 1, channels: 70, outputs: 9, height: Axis(size: 6, taps: 5, before: 2, after: 2), width: Axis(size: 37, taps: 1)),
        Case(batch: 2, channels: 3, outputs: 18, width: Axis(size: 233, taps: 7, stride: 2, dilation: 3, before: 6, after: 6)),
        // More taps than are held at a time, in rows that whole vectors do not fill.
        Case(
            batch: 1, channels: 520, outputs: 20, height: Axis(size: 5, taps: 3, stride: 2, before: 1, after: 1),
            width: Axis(size: 33, taps: 3, stride: 2, before: 1, after: 1)),
    ]

    /// Large enough for the weight gradient to be cut over positions, over channels, and over samples that are gathered.
    static let cut: [Case] = [
        Case(batch: 40, channels: 16, outputs: 16, width: Axis(size: 300, taps: 25)),
        Case(batch: 2, channels: 40, outputs: 60, width: Axis(size: 200, taps: 25)),
        Case(batch: 300, channels: 12, outputs: 20, height: Axis(size: 6, taps: 5), width: Axis(size: 6, taps: 5)),
    ]

    static let random: [Case] = {
        var numbers = Numbers(state: 17)
        return (0..<60).map { _ in
            let groups = numbers.pick([1, 1, 1, 2, 3])
            func axis(sizes: ClosedRange<Int>, taps: ClosedRange<Int>) -> Axis {
                var axis = Axis(
                    size: numbers.pick(sizes), taps: numbers.pick(taps), stride: numbers.pick([1, 1, 2, 3]),
                    dilation: numbers.pick([1, 1, 2, 5]), before: numbers.pick([0, 0, 1, 9]), after: numbers.pick([0, 0, 2, 7]))
                axis.size = max(axis.size, axis.dilation * (axis.taps - 1) + 1 - axis.before - axis.after)
                return axis
            }
            return Case(
                batch: numbers.pick(1...4), channels: groups * numbers.pick([1, 2, 3, 5, 12]), outputs: groups * numbers.pick([1, 2, 7, 9, 18]),
                groups: groups, height: axis(sizes: 1...6, taps: 1...3), width: axis(sizes: 1...70, taps: 1...9))
        }
    }()

    @Test(arguments: awkward + cut + random) func agreesWithTheDefinition(_ example: Case) {
        var numbers = Numbers(state: 3)
        let (x, weight) = (numbers.tensor(example.inputShape), numbers.tensor(example.weightShape))
        let (bias, dy) = (numbers.tensor([example.outputs]), numbers.tensor(example.outputShape))
        let expected = [
            ConvolutionReference.adding(bias, to: example.output(x, weight)), example.inputGradient(dy, weight),
            example.weightGradient(x, dy), ConvolutionReference.channelSums(dy),
        ]
        expectResults(expected) {
            let (_, gradients) = valueAndGradients(at: [x, weight, bias]) {
                apply(Weighted(weights: dy), Self.convolve(example, $0[0], $0[1], $0[2]))
            }
            return [Self.convolve(example, x, weight, bias)] + gradients
        }
    }

    @Test(arguments: awkward + random) func transposedAgreesWithTheDefinition(_ example: Case) {
        guard let outputPadding = example.outputPadding else { return }
        var numbers = Numbers(state: 5)
        let (x, weight) = (numbers.tensor(example.outputShape), numbers.tensor(example.weightShape))
        let (bias, dy) = (numbers.tensor([example.channels]), numbers.tensor(example.inputShape))
        func transposed(_ x: Tensor, _ weight: Tensor, _ bias: Tensor) -> Tensor {
            transposedConvolution2D(
                x, weight: weight, bias: bias, stride: (example.height.stride, example.width.stride),
                padding: (example.height.before, example.width.before), outputPadding: outputPadding,
                dilation: (example.height.dilation, example.width.dilation), groups: example.groups)
        }
        let expected = [
            ConvolutionReference.adding(bias, to: example.inputGradient(x, weight)), example.output(dy, weight),
            example.weightGradient(dy, x), ConvolutionReference.channelSums(dy),
        ]
        expectResults(expected) {
            let (_, gradients) = valueAndGradients(at: [x, weight, bias]) {
                apply(Weighted(weights: dy), transposed($0[0], $0[1], $0[2]))
            }
            return [transposed(x, weight, bias)] + gradients
        }
    }

    @Test func oneAxisIsAnImageOfHeightOne() {
        var numbers = Numbers(state: 7)
        let (x, weight, bias) = (numbers.tensor([2, 4, 30]), numbers.tensor([6, 2, 5]), numbers.tensor([6]))
        let y = convolution1D(x, weight: weight, bias: bias, stride: 2, padding: .zeros(before: 3, after: 1), dilation: 2, groups: 2)
        let image = convolution2D(
            Tensor(x.scalars, shape: [2, 4, 1, 30]), weight: Tensor(weight.scalars, shape: [6, 2, 1, 5]), bias: bias, stride: (1, 2),
            padding: (.valid, .zeros(before: 3, after: 1)), dilation: (1, 2), groups: 2)
        #expect(y.shape == [2, 6, 13] && y.scalars == image.scalars)

        let long = transposedConvolution1D(y, weight: weight, stride: 2, padding: 1, outputPadding: 1, dilation: 2, groups: 2)
        let tall = transposedConvolution2D(
            image, weight: Tensor(weight.scalars, shape: [6, 2, 1, 5]), stride: (1, 2), padding: (0, 1), outputPadding: (0, 1),
            dilation: (1, 2), groups: 2)
        #expect(long.shape == [2, 4, 32] && long.scalars == tall.scalars)
    }

    @Test func paddingNamesStandForZeros() {
        var numbers = Numbers(state: 9)
        let (x, weight) = (numbers.tensor([1, 1, 19]), numbers.tensor([1, 1, 4]))
        func padded(_ padding: ConvolutionPadding, stride: Int = 1, dilation: Int = 1) -> Tensor {
            convolution1D(x, weight: weight, stride: stride, padding: padding, dilation: dilation)
        }
        #expect(padded(.valid).shape == [1, 1, 16])
        #expect(padded(.same) == padded(.zeros(before: 1, after: 2)))
        #expect(padded(.same, dilation: 3) == padded(.zeros(before: 4, after: 5), dilation: 3))
        #expect(padded(.causal, dilation: 2) == padded(.zeros(before: 6, after: 0), dilation: 2))
        #expect(padded(.tensorFlowSame) == padded(.same))
        #expect(padded(.tensorFlowSame, stride: 3) == padded(.zeros(before: 1, after: 2), stride: 3))
        #expect(padded(.tensorFlowSame, stride: 6) == padded(.zeros(before: 1, after: 2), stride: 6))
        #expect(padded(.tensorFlowSame, stride: 5) == padded(.valid, stride: 5))
        #expect(padded(.zeros(2)) == padded(.zeros(before: 2, after: 2)))
    }

    @Test func onlyGradientsAskedForAreComputed() {
        var numbers = Numbers(state: 11)
        let (x, weight, bias) = (numbers.tensor([2, 3, 20]), numbers.tensor([4, 3, 5]), numbers.tensor([4]))
        let dy = numbers.tensor([2, 4, 16])
        let all = valueAndGradients(at: [x, weight, bias]) {
            apply(Weighted(weights: dy), convolution1D($0[0], weight: $0[1], bias: $0[2]))
        }.gradients
        let onlyBias = valueAndGradient(at: bias) { apply(Weighted(weights: dy), convolution1D(x, weight: weight, bias: $0)) }.gradient
        let onlyWeight = valueAndGradient(at: weight) { apply(Weighted(weights: dy), convolution1D(x, weight: $0, bias: bias)) }.gradient
        let onlyInput = valueAndGradient(at: x) { apply(Weighted(weights: dy), convolution1D($0, weight: weight)) }.gradient
        #expect(onlyInput == all[0] && onlyWeight == all[1])
        expectClose(onlyBias, all[2])
    }

    @Test func channelsThatDoNotFitTrap() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = convolution1D(Tensor(zeros: [2, 3, 20]), weight: Tensor(zeros: [4, 2, 5]))
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("convolution: channels do not fit: input [2, 3, 20], weight [4, 2, 5], 1 groups"))
    }

    @Test func aKernelLongerThanTheInputTraps() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = convolution1D(Tensor(zeros: [2, 2, 4]), weight: Tensor(zeros: [4, 2, 5]))
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("convolution: the kernel spans 5 of 4 samples with padding [0, 0]: input [2, 2, 4], weight [4, 2, 5]"))
    }

    @Test func anEmptyBatchTraps() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = convolution1D(Tensor(zeros: [0, 2, 8]), weight: Tensor(zeros: [4, 2, 5]))
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("convolution: an operand is empty: [0, 2, 8], [4, 2, 5]"))
    }

    @Test func transposedChannelsThatDoNotFitTrap() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = transposedConvolution2D(Tensor(zeros: [2, 3, 1, 20]), weight: Tensor(zeros: [4, 2, 1, 5]))
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("transposed convolution: channels do not fit: input [2, 3, 1, 20], weight [4, 2, 1, 5], 1 groups"))
    }

    private static func convolve(_ c: Case, _ x: Tensor, _ weight: Tensor, _ bias: Tensor) -> Tensor {
        convolution2D(
            x, weight: weight, bias: bias, stride: (c.height.stride, c.width.stride),
            padding: (
                .zeros(before: c.height.before, after: c.height.after), .zeros(before: c.width.before, after: c.width.after)
            ), dilation: (c.height.dilation, c.width.dilation), groups: c.groups)
    }
}

extension ConvolutionReference {
    /// The output padding of the transposed convolution that leads back to the input's size; nil where the padding differs at the ends.
    fileprivate var outputPadding: (height: Int, width: Int)? {
        func one(_ a: Axis) -> Int? {
            let rest = a.size - ((a.outputs - 1) * a.stride - 2 * a.before + a.dilation * (a.taps - 1) + 1)
            return rest >= 0 && rest < max(a.stride, a.dilation) ? rest : nil
        }
        guard let rows = one(height), let columns = one(width) else { return nil }
        return (rows, columns)
    }
}

/// Expects these results from every instruction set, and from each the same bits for any number of threads.
private func expectResults(_ expected: [DoubleTensor], sourceLocation: SourceLocation = #_sourceLocation, _ body: () -> [Tensor]) {
    for instructionSet in Configuration.supportedInstructionSets {
        let actual = EEGRuntime.with(instructionSet: instructionSet, threads: 1) { body() }
        for (index, (actual, expected)) in zip(actual, expected).enumerated() {
            expectClose(DoubleTensor(actual), expected, relative: 5e-6, "\(instructionSet), result \(index)", sourceLocation: sourceLocation)
        }
        for threads in 2...3 {
            let same = EEGRuntime.with(instructionSet: instructionSet, threads: threads) { body() == actual }
            #expect(same, "\(instructionSet), \(threads) threads", sourceLocation: sourceLocation)
        }
    }
}

/// The sum of all elements, each times a weight: its gradient is the weights.
private struct Weighted: EEGTensor.Operation {
    static let name = "weighted"
    let weights: Tensor

    func forward(_ inputs: TensorList, _ pass: inout ForwardPass) -> TensorList {
        [Tensor(zip(inputs[0].scalars, weights.scalars).reduce(0) { $0 + $1.0 * $1.1 })]
    }

    func pullback(_ gradients: TensorList, _ pass: BackwardPass) -> TensorList { [weights] }
}

/// A reproducible stream of numbers.
private struct Numbers {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    mutating func pick<C: RandomAccessCollection>(_ values: C) -> C.Element {
        values[values.index(values.startIndex, offsetBy: Int(next() % UInt64(values.count)))]
    }

    mutating func tensor(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.elementCount).map { _ in Float(next() % 20_001) / 10_000 - 1 }, shape: shape)
    }
}
