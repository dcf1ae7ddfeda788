import EEGModelTesting
import EEGTensor
import Testing

/// Convolutions by Fourier transforms of overlapping blocks.
@Suite struct ConvolutionFourierTests {
    typealias Case = ConvolutionReference
    typealias Axis = ConvolutionReference.Axis

    /// Dense, with stride and dilation 1: several rows that are convolved alike, or a kernel as high as the input.
    static let random: [Case] = {
        var numbers = CaseNumbers(seed: 29)
        return (0..<200).map { _ in
            let taps = numbers.pick([1, 2, 3, 7, 10, 16, 25, 31, 50, 64, 97, 125, 200])
            var width = Axis(size: numbers.pick(1...330), taps: taps, before: numbers.pick([0, 0, taps / 2, taps - 1, taps + 9]))
            width.after = numbers.pick([0, 0, taps / 2, taps, 3])
            width.size = max(width.size, taps + 15 - width.before - width.after)
            let rows = numbers.pick([1, 1, 2, 5])
            var example = Case(
                batch: numbers.pick([1, 1, 2, 3, 7]), channels: numbers.pick([1, 2, 3, 5, 8, 17, 22]),
                outputs: numbers.pick([1, 2, 7, 8, 13, 16, 25, 49]),
                height: Axis(size: rows, taps: numbers.pick([1, rows])), width: width)
            // The reference multiplies each pair.
            while example.outputShape.elementCount * example.weightShape.elementCount / example.outputs > 2_000_000 {
                if example.batch > 1 { example.batch -= 1 } else { example.channels = (example.channels + 1) / 2 }
                if example.batch == 1 && example.channels == 1 { example.outputs = (example.outputs + 1) / 2 }
            }
            return example
        }
    }()

    /// A real front end, with several groups of blocks for any instruction set.
    static let large = [
        Case(batch: 12, channels: 22, outputs: 40, width: Axis(size: 601, taps: 25)),
        Case(batch: 9, channels: 33, outputs: 20, width: Axis(size: 500, taps: 50, before: 24, after: 25)),
    ]

    @Test(arguments: random) func agreesWithTheDefinition(_ example: Case) {
        expectAgreement(example)
    }

    @Test(arguments: large) func agreesWithTheDefinitionWhereThereAreManyBlocks(_ example: Case) {
        expectAgreement(example)
    }

    private func expectAgreement(_ example: Case) {
        var numbers = CaseNumbers(seed: 31)
        let (x, weight) = (numbers.tensor(example.inputShape), numbers.tensor(example.weightShape))
        let (bias, dy) = (numbers.tensor([example.outputs]), numbers.tensor(example.outputShape))
        let expected = [
            ConvolutionReference.adding(bias, to: example.output(x, weight)), example.inputGradient(dy, weight),
            example.weightGradient(x, dy), ConvolutionReference.channelSums(dy),
        ]
        EEGRuntime.with(convolution: .fourier) {
            expectValueAndGradients(at: [x, weight, bias], weightedBy: dy, expected, relative: 1e-5) {
                convolve(example, $0[0], $0[1], $0[2])
            }
        }
    }

    @Test func transposedAgreesWithTheDirectAlgorithm() {
        var numbers = CaseNumbers(seed: 37)
        let (x, weight, bias) = (numbers.tensor([3, 16, 4, 200]), numbers.tensor([16, 7, 1, 40]), numbers.tensor([7]))
        let dy = numbers.tensor([3, 7, 4, 229])
        func transposed(_ inputs: [Tensor]) -> Tensor {
            transposedConvolution2D(inputs[0], weight: inputs[1], bias: inputs[2], padding: (0, 5))
        }
        let expected = EEGRuntime.with(convolution: .direct) {
            [transposed([x, weight, bias])]
                + valueAndGradients(at: [x, weight, bias]) { apply(WeightedSum(weights: [DoubleTensor(dy)]), transposed($0)) }.gradients
        }
        EEGRuntime.with(convolution: .fourier) {
            expectValueAndGradients(
                at: [x, weight, bias], weightedBy: dy, expected.map { DoubleTensor($0) }, relative: 1e-5, of: transposed)
        }
    }

    @Test func anOffsetCostsNoMoreAccuracyThanTheDirectAlgorithm() {
        let example = Case(batch: 3, channels: 8, outputs: 16, width: Axis(size: 700, taps: 50))
        var numbers = CaseNumbers(seed: 41)
        let x = numbers.tensor(example.inputShape) + 600
        let (weight, dy) = (numbers.tensor(example.weightShape), numbers.tensor(example.outputShape))
        let expected = [example.output(x, weight), example.inputGradient(dy, weight), example.weightGradient(x, dy)]
        func largestErrors(_ algorithm: EEGRuntime.ConvolutionAlgorithm) -> [Double] {
            EEGRuntime.with(convolution: algorithm) {
                let found = valueAndGradients(at: [x, weight]) {
                    apply(WeightedSum(weights: [DoubleTensor(dy)]), convolve(example, $0[0], $0[1], nil))
                }
                return zip([convolve(example, x, weight, nil)] + found.gradients, expected).map { actual, expected in
                    zip(actual.scalars, expected.values).map { abs(Double($0) - $1) }.max() ?? 0
                }
            }
        }
        for instructionSet in Configuration.supportedInstructionSets {
            EEGRuntime.with(instructionSet: instructionSet) {
                for (fourier, direct) in zip(largestErrors(.fourier), largestErrors(.direct)) {
                    #expect(fourier <= 2 * direct, "\(instructionSet)")
                }
            }
        }
    }

    @Test func whatIsNotFiniteStaysInItsSample() {
        var numbers = CaseNumbers(seed: 43)
        let weight = numbers.tensor([8, 4, 30])
        var scalars = numbers.tensor([3, 4, 500]).scalars
        let clean = EEGRuntime.with(convolution: .fourier) { convolution1D(Tensor(scalars, shape: [3, 4, 500]), weight: weight) }
        scalars[4 * 500 + 77] = .nan
        let found = EEGRuntime.with(convolution: .fourier) { convolution1D(Tensor(scalars, shape: [3, 4, 500]), weight: weight) }
        let sample = clean.shape.elementCount / 3
        for index in [0, 2] {
            let range = index * sample..<(index + 1) * sample
            #expect(found.scalars[range].elementsEqual(clean.scalars[range]))
        }
        #expect(found.scalars[sample..<2 * sample].contains { $0.isNaN })
    }

    @Test func longDenseKernelsAreTransformedAndShortOnesAreNot() {
        func attributes(_ x: Shape, _ weight: Shape, groups: Int = 1, stride: Int = 1) -> String {
            let weight = Tensor(zeros: weight)
            let graph = recordedGraph(at: Tensor(zeros: x)) { convolution1D($0, weight: weight, stride: stride, groups: groups) }
            return graph.steps[0].attributes
        }
        #expect(attributes([16, 22, 1000], [40, 22, 25]).contains("forward: Fourier transforms of 128 samples"))
        let long = attributes([16, 16, 1000], [16, 16, 50])
        for pass in ["forward", "input gradient", "weight gradient"] { #expect(long.contains("\(pass): Fourier transforms of "), "\(long)") }
        #expect(!attributes([16, 22, 1000], [40, 22, 3]).contains("Fourier"))
        #expect(!attributes([16, 22, 1000], [40, 22, 25], stride: 2).contains("Fourier"))
        #expect(!attributes([16, 22, 1000], [44, 1, 25], groups: 22).contains("Fourier"))
        #expect(EEGRuntime.with(convolution: .fourier) { attributes([1, 2, 40], [3, 2, 3]) }.contains("Fourier"))
        #expect(!EEGRuntime.with(convolution: .direct) { attributes([16, 22, 1000], [40, 22, 25]) }.contains("Fourier"))
    }

    @Test func compiledPlansTransformTheKernelOnce() {
        var numbers = CaseNumbers(seed: 47)
        let (x, weight, bias) = (numbers.tensor([4, 22, 1, 600]), numbers.tensor([40, 22, 1, 25]), numbers.tensor([40]))
        let expected = EEGRuntime.with(convolution: .direct) { relu(convolution2D(x, weight: weight, bias: bias)) }
        for algorithm in [EEGRuntime.ConvolutionAlgorithm.direct, .fourier] {
            let plan = EEGRuntime.with(convolution: algorithm) {
                InferencePlan(inputShape: x.shape) { relu(convolution2D($0, weight: weight, bias: bias)) }
            }
            expectClose(plan(x), DoubleTensor(expected), relative: 1e-5)
        }
    }

    private func convolve(_ c: Case, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
        convolution2D(x, weight: weight, bias: bias, padding: (.valid, .zeros(before: c.width.before, after: c.width.after)))
    }
}

extension CaseNumbers {
    fileprivate mutating func tensor(_ shape: Shape) -> Tensor {
        Tensor((0..<shape.elementCount).map { _ in Float(pick(-10_000...10_000)) / 10_000 }, shape: shape)
    }
}
