import EEGModelTesting
import EEGTensor
import Testing

@Suite struct PoolingTests {
    typealias Case = PoolingReference
    typealias Axis = PoolingReference.Axis

    /// Blocks of every short length and of long ones, overlapping windows with and without a common divisor of kernel and stride, gaps
    /// between windows, windows cut at both ends, rows shorter than a vector, images, columns alone and windows over everything.
    static let chosen: [Case] = [
        Case(width: .equal(size: 1, kernel: 1, stride: 1)),
        Case(width: .equal(size: 976, kernel: 75, stride: 15)),
        Case(width: .equal(size: 251, kernel: 75, stride: 15, padding: 37), ceilMode: true),
        Case(width: .equal(size: 250, kernel: 8, stride: 8)),
        Case(width: .equal(size: 131, kernel: 4, stride: 4)),
        Case(width: .equal(size: 101, kernel: 3, stride: 3)),
        Case(width: .equal(size: 99, kernel: 2, stride: 2), ceilMode: true),
        Case(width: .equal(size: 90, kernel: 5, stride: 5)),
        Case(width: .equal(size: 400, kernel: 16, stride: 16)),
        Case(width: .equal(size: 200, kernel: 13, stride: 13, padding: 6)),
        Case(width: .equal(size: 77, kernel: 3, stride: 2, padding: 1)),
        Case(width: .equal(size: 150, kernel: 9, stride: 3, padding: 4), ceilMode: true),
        Case(width: .equal(size: 120, kernel: 7, stride: 4)),
        Case(width: .equal(size: 230, kernel: 7, stride: 5)),
        Case(width: .equal(size: 64, kernel: 25, stride: 1, padding: 12)),
        Case(width: .equal(size: 83, kernel: 2, stride: 7)),
        Case(width: .equal(size: 80, kernel: 80, stride: 80)),
        Case(width: .equal(size: 11, kernel: 14, stride: 2, padding: 7)),
        Case(width: .equal(size: 7, kernel: 3, stride: 2, padding: 1), ceilMode: true),
        Case(
            height: .equal(size: 9, kernel: 3, stride: 2, padding: 1), width: .equal(size: 37, kernel: 3, stride: 2, padding: 1)),
        Case(height: .equal(size: 6, kernel: 2, stride: 2), width: .equal(size: 40, kernel: 2, stride: 2)),
        Case(height: .equal(size: 7, kernel: 2, stride: 4), width: .equal(size: 19, kernel: 4, stride: 3, padding: 2), ceilMode: true),
        Case(height: .equal(size: 90, kernel: 6, stride: 2, padding: 3), width: .equal(size: 1, kernel: 1, stride: 1)),
        Case(height: .equal(size: 5, kernel: 1, stride: 1), width: .equal(size: 60, kernel: 4, stride: 4)),
        Case(height: .equal(size: 5, kernel: 5, stride: 5), width: .equal(size: 13, kernel: 13, stride: 13)),
        Case(height: .adaptive(size: 7, outputs: 3), width: .adaptive(size: 29, outputs: 2)),
        Case(height: .adaptive(size: 6, outputs: 1), width: .adaptive(size: 35, outputs: 1)),
        Case(width: .adaptive(size: 100, outputs: 7)),
        Case(width: .adaptive(size: 96, outputs: 6)),
        Case(width: .adaptive(size: 5, outputs: 12)),
        Case(width: .adaptive(size: 1000, outputs: 1)),
        Case(height: .adaptive(size: 4, outputs: 4), width: .adaptive(size: 90, outputs: 40)),
    ]

    static let random: [Case] = {
        var numbers = CaseNumbers(seed: 29)
        func axis(sizes: ClosedRange<Int>, kernels: ClosedRange<Int>) -> Axis {
            let size = numbers.pick(sizes)
            let kernel = min(size, numbers.pick(kernels))
            return .equal(size: size, kernel: kernel, stride: numbers.pick([kernel, 1, 2, 3, 4, 6]), padding: numbers.pick(0...kernel / 2))
        }
        return (0..<60).map { index in
            let height: Axis = index % 2 == 0 ? .equal(size: 1, kernel: 1, stride: 1) : axis(sizes: 1...12, kernels: 1...5)
            let width = axis(sizes: 1...200, kernels: index % 2 == 0 ? 1...40 : 1...6)
            return Case(height: height, width: width, ceilMode: numbers.pick([true, false]))
        }
    }()

    @Test(arguments: chosen + random) func averagesAgreeWithTheDefinition(_ example: Case) {
        let (x, dy) = (sample(example.inputShape), sample(example.outputShape, seed: 2))
        for countsPadding in [true, false] {
            expectValueAndGradients(at: [x], weightedBy: dy, example.averages(DoubleTensor(x), DoubleTensor(dy), countsPadding: countsPadding)) {
                Self.averagePooling($0[0], example, countsPadding: countsPadding)
            }
        }
    }

    @Test(arguments: chosen + random) func maximaAgreeWithTheDefinition(_ example: Case) {
        let (x, dy) = (sample(example.inputShape), sample(example.outputShape, seed: 2))
        expectValueAndGradients(at: [x], weightedBy: dy, example.maxima(DoubleTensor(x), DoubleTensor(dy))) { Self.maxPooling($0[0], example) }
    }

    @Test(arguments: chosen + random) func logSumExpsAgreeWithTheDefinition(_ example: Case) {
        guard case (.equal(_, let height, let down, let above), .equal(_, let width, let across, let before)) = (example.height, example.width)
        else { return }
        let (x, dy) = (sample(example.inputShape, in: -4..<4), sample(example.outputShape, seed: 2))
        expectValueAndGradients(at: [x], weightedBy: dy, example.logSumExps(DoubleTensor(x), DoubleTensor(dy))) {
            logSumExpPooling2D(
                $0[0], kernel: (height, width), stride: (down, across), padding: (above, before), ceilMode: example.ceilMode)
        }
    }

    @Test func logSumExpNeitherOverflowsNorLosesSmallWindows() {
        let x = Tensor([300, 299, -300, -301, -.infinity, -.infinity, .infinity, 0], shape: [1, 1, 8])
        let y = logSumExpPooling1D(x, kernel: 2).scalars
        #expect(abs(y[0] - 300.31326) < 1e-4 && abs(y[1] + 299.68674) < 1e-4)
        #expect(y[2] == -.infinity && y[3] == .infinity)
    }

    @Test(arguments: chosen) func firstOfEqualMaximaGetsTheGradient(_ example: Case) {
        let x = Tensor(sample(example.inputShape).scalars.map { ($0 * 2).rounded() }, shape: example.inputShape)
        let dy = sample(example.outputShape, seed: 2)
        expectValueAndGradients(at: [x], weightedBy: dy, example.maxima(DoubleTensor(x), DoubleTensor(dy))) { Self.maxPooling($0[0], example) }
    }

    @Test(arguments: chosen) func notANumberIsAMaximum(_ example: Case) {
        let x = Tensor(sample(example.inputShape).scalars.map { $0 > 0.9 ? .nan : $0 }, shape: example.inputShape)
        let dy = sample(example.outputShape, seed: 2)
        expectValueAndGradients(at: [x], weightedBy: dy, example.maxima(DoubleTensor(x), DoubleTensor(dy))) { Self.maxPooling($0[0], example) }
    }

    @Test func alongTimeIsAnImageOfHeightOne() {
        let x = sample([2, 3, 41])
        let image = Tensor(x.scalars, shape: [2, 3, 1, 41])
        #expect(maxPooling1D(x, kernel: 3).shape == [2, 3, 13])
        #expect(maxPooling1D(x, kernel: 3).scalars == maxPooling2D(image, kernel: (1, 3)).scalars)
        #expect(averagePooling1D(x, kernel: 6, stride: 4, padding: 3, ceilMode: true).shape == [2, 3, 11])
        #expect(
            averagePooling1D(x, kernel: 6, stride: 4, padding: 3).scalars
                == averagePooling2D(image, kernel: (1, 6), stride: (1, 4), padding: (0, 3)).scalars)
        #expect(adaptiveAveragePooling1D(x, outputs: 4).scalars == adaptiveAveragePooling2D(image, outputs: (1, 4)).scalars)
        #expect(adaptiveMaxPooling1D(x, outputs: 4).scalars == adaptiveMaxPooling2D(image, outputs: (1, 4)).scalars)
    }

    @Test func aWindowLongerThanTheInputTraps() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = maxPooling1D(Tensor(zeros: [2, 3, 7]), kernel: 8)
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("max pooling: kernel 8, stride 8 does not fit 7 of input [2, 3, 7]"))
    }

    @Test func paddingMoreThanHalfAWindowTraps() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = averagePooling1D(Tensor(zeros: [2, 3, 7]), kernel: 3, padding: 2)
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("average pooling: padding 2 is more than half of kernel 3"))
    }

    @Test func anEmptyBatchTraps() async throws {
        let result = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = adaptiveAveragePooling1D(Tensor(zeros: [0, 3, 7]), outputs: 1)
        }
        let message = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(message.contains("average pooling: an operand is empty: [0, 3, 7]"))
    }

    private static func maxPooling(_ x: Tensor, _ example: Case) -> Tensor {
        guard case (.equal(_, let height, let down, let above), .equal(_, let width, let across, let before)) = (example.height, example.width)
        else { return adaptiveMaxPooling2D(x, outputs: example.outputs) }
        return maxPooling2D(
            x, kernel: (height, width), stride: (down, across), padding: (above, before), ceilMode: example.ceilMode)
    }

    private static func averagePooling(_ x: Tensor, _ example: Case, countsPadding: Bool) -> Tensor {
        guard case (.equal(_, let height, let down, let above), .equal(_, let width, let across, let before)) = (example.height, example.width)
        else { return adaptiveAveragePooling2D(x, outputs: example.outputs) }
        return averagePooling2D(
            x, kernel: (height, width), stride: (down, across), padding: (above, before), ceilMode: example.ceilMode,
            countsPadding: countsPadding)
    }
}
