import EEGModelTesting
import EEGTensor
import Foundation
import Testing

@Suite struct LossTests {
    static let shapes: [Shape] = [[1], [7], [3, 5], [2, 3, 17], [33, 2]]
    static let reductions: [LossReduction] = [.mean, .sum, .batchMean, .none]

    private func reduced(_ losses: DoubleTensor, _ reduction: LossReduction, count: Double? = nil) -> DoubleTensor {
        let sum = losses.values.reduce(0, +)
        return switch reduction {
        case .none: losses
        case .sum: DoubleTensor(sum)
        case .mean: DoubleTensor(sum / (count ?? Double(losses.count)))
        case .batchMean: DoubleTensor(sum / Double(losses.shape[0]))
        }
    }

    /// Values and gradients by both arguments, for every shape, reduction and instruction set.
    private func check(
        _ range: Range<Float> = -3..<3, targets: Range<Float> = -3..<3, loss: (Tensor, Tensor, LossReduction) -> Tensor,
        reference: (Double, Double) -> Double
    ) {
        for shape in Self.shapes {
            for reduction in Self.reductions {
                forEachConfiguration { _ in
                    expectGradient(at: [sample(shape, in: range), sample(shape, in: targets, seed: 2)]) {
                        [loss($0[0], $0[1], reduction)]
                    } reference: { x in
                        [reduced(DoubleTensor(zip(x[0].values, x[1].values).map(reference), shape: shape), reduction)]
                    }
                }
            }
        }
    }

    @Test func squared() {
        check {
            mseLoss($0, $1, reduction: $2)
        } reference: {
            ($0 - $1) * ($0 - $1)
        }
    }

    @Test func absolute() {
        check {
            l1Loss($0, $1, reduction: $2)
        } reference: {
            abs($0 - $1)
        }
    }

    @Test(arguments: [0.5, 1, 2])
    func huberAndSmooth(_ width: Double) {
        func reference(_ x: Double, _ t: Double) -> Double {
            let d = abs(x - t)
            return d <= width ? d * d / 2 : width * (d - width / 2)
        }
        check {
            huberLoss($0, $1, delta: Float(width), reduction: $2)
        } reference: {
            reference($0, $1)
        }
        check {
            smoothL1Loss($0, $1, beta: Float(width), reduction: $2)
        } reference: {
            reference($0, $1) / width
        }
    }

    @Test(arguments: [1, 0.25, 35])
    func binary(_ weight: Double) {
        check(targets: 0..<1) {
            binaryCrossEntropy($0, $1, positiveWeight: Float(weight), reduction: $2)
        } reference: { x, t in
            weight * t * log(1 + exp(-x)) + (1 - t) * log(1 + exp(x))
        }
    }

    @Test func divergence() {
        check(-3..<0, targets: 0.01..<1) {
            klDivergence($0, $1, reduction: $2)
        } reference: { x, t in
            t * (log(t) - x)
        }
        check(-3..<0, targets: -4..<0) {
            klDivergence($0, $1, isLogTarget: true, reduction: $2)
        } reference: { x, t in
            exp(t) * (t - x)
        }
        #expect(klDivergence(Tensor([-1, -2], shape: [1, 2]), Tensor([0, 1], shape: [1, 2])).scalar == 2)
    }

    @Test func extremeValuesStayFinite() {
        let logits = Tensor([-1e4, 1e4, 200, -200])
        let (loss, gradient) = valueAndGradient(at: logits) { binaryCrossEntropy($0, Tensor([0, 1, 0, 1]), reduction: .sum) }
        #expect(loss.scalar == 400 && gradient.scalars == [0, 0, 1, -1])
        let (entropy, slope) = valueAndGradient(at: Tensor([1e4, -1e4, 0, 1e30, 1e30, 0], shape: [2, 3])) {
            crossEntropy($0, [2, 0], reduction: .sum)
        }
        #expect(abs(entropy.scalar - (1e4 + log(2))) < 1e-3 && slope.scalars == [1, 0, -1, -0.5, 0.5, 0])
    }

    /// Cross-entropy by its definition, from probabilities of classes `q` (smoothed here) or labels.
    private func crossEntropyReference(
        _ x: DoubleTensor, _ q: DoubleTensor, weights: [Float]?, smoothing: Double, isLabel: Bool, counts: [Bool]
    ) -> DoubleTensor {
        let (batch, classes, inner) = (x.shape[0], x.shape[1], x.count / x.shape[0] / x.shape[1])
        var losses = DoubleTensor(zeros: Shape([batch] + x.shape.dropFirst(2)))
        for n in 0..<batch {
            for i in 0..<inner where counts[n * inner + i] {
                func at(_ tensor: DoubleTensor, _ c: Int) -> Double { tensor.values[(n * classes + c) * inner + i] }
                let largest = (0..<classes).map { at(x, $0) }.max() ?? 0
                let logSum = largest + log((0..<classes).reduce(0) { $0 + exp(at(x, $1) - largest) })
                for c in 0..<classes {
                    let target = (1 - smoothing) * at(q, c) + smoothing / Double(classes)
                    losses.values[n * inner + i] -= Double(weights?[c] ?? 1) * target * (at(x, c) - logSum)
                }
            }
        }
        return losses
    }

    static let logits: [Shape] = [[1, 1], [5, 4], [64, 4], [17, 5], [2, 3, 4], [3, 7, 33], [2, 2, 16], [2, 3, 2, 5], [3, 200]]

    @Test(arguments: logits)
    func crossEntropyWithLabels(_ shape: Shape) {
        let classes = shape[1], positions = shape.elementCount / classes
        let labels = (0..<positions).map { ($0 * 7 + 3) % classes }
        let inner = positions / shape[0]
        var oneHot = DoubleTensor(zeros: shape)
        for (position, label) in labels.enumerated() {
            oneHot.values[(position / inner * classes + label) * inner + position % inner] = 1
        }
        let weights = (0..<classes).map { 0.5 + Float($0 % 3) }
        for (weights, smoothing, ignored) in [(nil, 0, nil), (weights, 0, nil), (nil, 0.1, nil), (weights, 0.25, labels[0])]
            as [([Float]?, Double, Int?)]
        {
            let counts = labels.map { $0 != ignored }
            let total = labels.filter { $0 != ignored }.reduce(0.0) { $0 + Double(weights?[$1] ?? 1) }
            for reduction in Self.reductions where total > 0 {
                for instructionSet in Configuration.supportedInstructionSets {
                    EEGRuntime.with(instructionSet: instructionSet, threads: 2) {
                        expectGradient(at: [sample(shape, in: -4..<4)]) {
                            [
                                crossEntropy(
                                    $0[0], labels, classWeights: weights, labelSmoothing: Float(smoothing), ignoredLabel: ignored,
                                    reduction: reduction)
                            ]
                        } reference: { x in
                            let losses = crossEntropyReference(
                                x[0], oneHot, weights: weights, smoothing: Double(Float(smoothing)), isLabel: true, counts: counts)
                            return [reduced(losses, reduction, count: total)]
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: logits)
    func crossEntropyWithProbabilities(_ shape: Shape) {
        let classes = shape[1], positions = shape.elementCount / classes
        let weights = (0..<classes).map { 0.5 + Float($0 % 3) }
        let all = [Bool](repeating: true, count: positions)
        for (weights, smoothing) in [(nil, 0), (weights, 0.25)] as [([Float]?, Double)] {
            for reduction in Self.reductions {
                for instructionSet in Configuration.supportedInstructionSets {
                    EEGRuntime.with(instructionSet: instructionSet, threads: 2) {
                        expectGradient(at: [sample(shape, in: -4..<4), sample(shape, in: 0..<1, seed: 2)]) {
                            [crossEntropy($0[0], $0[1], classWeights: weights, labelSmoothing: Float(smoothing), reduction: reduction)]
                        } reference: { x in
                            let losses = crossEntropyReference(
                                x[0], x[1], weights: weights, smoothing: smoothing, isLabel: false, counts: all)
                            return [reduced(losses, reduction)]
                        }
                    }
                }
            }
        }
    }

    @Test func bitsDoNotDependOnTheNumberOfThreads() {
        let x = sample([40_001]), t = sample([40_001], seed: 2)
        let logits = sample([37, 5, 1003], in: -4..<4), labels = (0..<37 * 1003).map { $0 * 13 % 5 }
        let rows = sample([20_001, 5], in: -4..<4), rowLabels = (0..<20_001).map { $0 * 13 % 5 }
        expectSameBitsForAnyThreadCount {
            let pointwise = valueAndGradients(at: [x, t]) { huberLoss($0[0], $0[1]) }
            let dense = valueAndGradient(at: logits) { crossEntropy($0, labels, labelSmoothing: 0.1) }
            let flat = valueAndGradient(at: rows) { crossEntropy($0, rowLabels) }
            return [pointwise.value] + pointwise.gradients + [dense.value, dense.gradient, flat.value, flat.gradient]
        }
    }

    @Test func nothingToCount() {
        let (loss, gradient) = valueAndGradient(at: sample([2, 3])) { crossEntropy($0, [-100, -100], ignoredLabel: -100) }
        #expect(loss.scalar == 0 && gradient == Tensor(zeros: [2, 3]))
    }

    @Test func mistakesAreNamed() async throws {
        let empty = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = crossEntropy(Tensor(zeros: [0, 5]), [])
        }
        #expect(String(decoding: empty.standardErrorContent, as: UTF8.self).contains("crossEntropy: the batch is empty: [0, 5]"))
        let label = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = crossEntropy(Tensor(zeros: [2, 5]), [4, 5])
        }
        #expect(
            String(decoding: label.standardErrorContent, as: UTF8.self)
                .contains("crossEntropy: label 5 is not in 0..<5, the classes of [2, 5]"))
        let shapes = try await #require(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = mseLoss(Tensor(zeros: [2, 5]), Tensor(zeros: [5, 2]))
        }
        #expect(String(decoding: shapes.standardErrorContent, as: UTF8.self).contains("mseLoss: shapes differ: [2, 5] and [5, 2]"))
    }
}
