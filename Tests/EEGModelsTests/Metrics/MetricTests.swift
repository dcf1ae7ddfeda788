import EEGModels
import EEGTensor
import Foundation
import Testing

@Suite struct ConfusionMatrixTests {
    @Test func measures() {
        var matrix = ConfusionMatrix(classes: 3)
        for (label, prediction) in [(0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (0, 0)] { matrix.add(label: label, prediction: prediction) }
        #expect(matrix.counts == [[3, 1, 0], [1, 1, 0], [0, 0, 0]])
        #expect(matrix.accuracy == 4.0 / 6)
        #expect(matrix.balancedAccuracy == (0.75 + 0.5) / 2, "a class that does not occur is left out")
        #expect(matrix.majorityShare == 4.0 / 6)
        var sum = matrix
        sum.add(matrix)
        #expect(sum.total == 12 && sum.accuracy == matrix.accuracy)
    }

    /// Numbers of scikit-learn.
    @Test func agreementAndF1() {
        var matrix = ConfusionMatrix(classes: 3)
        for (label, prediction) in zip([0, 1, 2, 2, 1, 0, 1, 2, 0, 1], [0, 2, 2, 1, 1, 0, 1, 2, 1, 1]) {
            matrix.add(label: label, prediction: prediction)
        }
        #expect(abs(matrix.cohenKappa() - 0.5384615384615384) < 1e-12)
        #expect(abs(matrix.cohenKappa(weighting: .linear) - 0.625) < 1e-12)
        #expect(abs(matrix.cohenKappa(weighting: .quadratic) - 0.7272727272727273) < 1e-12)
        #expect(zip(matrix.f1, [0.8, 2.0 / 3, 2.0 / 3]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(abs(matrix.macroF1 - 0.7111111111111111) < 1e-12)
        #expect(abs(matrix.balancedAccuracy - 0.6944444444444443) < 1e-12)
    }

    @Test func withoutPredictionsNothingIsKnown() {
        let matrix = ConfusionMatrix(classes: 2)
        #expect(matrix.accuracy.isNaN && matrix.balancedAccuracy.isNaN && matrix.cohenKappa().isNaN && matrix.macroF1.isNaN)
    }
}

/// Numbers of scikit-learn and SciPy.
@Suite struct MetricTests {
    private let isPositive = [false, false, true, true, false, true, false, true, true, false]
    private let scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.2, 0.9, 0.1, 0.3]

    @Test func areasWithTies() {
        #expect(abs(rocAUC(scores: scores, isPositive: isPositive) - 0.7) < 1e-12)
        #expect(abs(averagePrecision(scores: scores, isPositive: isPositive) - 0.7533333333333332) < 1e-12)
        #expect(rocAUC(scores: [1, 1, 1], isPositive: [true, false, true]) == 0.5, "equal scores know nothing")
        #expect(rocAUC(scores: [1, 2], isPositive: [true, true]).isNaN && rocAUC(scores: [], isPositive: []).isNaN)
        #expect(averagePrecision(scores: [1, 2], isPositive: [false, false]).isNaN)
    }

    @Test func correlation() {
        #expect(abs(pearsonCorrelation([1, 2, 3, 5, 4.5], [2, 1, 4, 3, 8]) - 0.6193235372853324) < 1e-12)
        #expect(pearsonCorrelation([1, 1], [2, 3]).isNaN)
    }

    @Test func batchesOfTheOtherKindCountInTheLossAlone() {
        let (labelled, withTargets) = (
            Batch(signals: Tensor(zeros: [2, 1, 1]), labels: [0, 1]), Batch(signals: Tensor(zeros: [2, 1, 1]), targets: Tensor(zeros: [2, 2]))
        )
        for batches in [[labelled, withTargets], [withTargets, labelled]] {
            var result = Evaluation(outputs: 2)
            for batch in batches { result.add(loss: 1, output: Tensor(zeros: [2, 2]), of: batch) }
            #expect(result.windowCount == 4 && result.loss == 1)
            #expect(result.labels.count == (batches[0].targets == nil ? 2 : 0))
            #expect(result[.klDivergence].isFinite, "of the first batch")
        }
    }

    private func evaluation(_ logits: [[Float]], labels: [Int]) -> Evaluation {
        var result = Evaluation(outputs: logits[0].count)
        let half = logits.count / 2
        for range in [0..<half, half..<logits.count] {
            let output = Tensor(logits[range].flatMap { $0 }, shape: [range.count, logits[0].count])
            result.add(loss: 1, output: output, of: Batch(signals: Tensor(zeros: [range.count, 1, 1]), labels: Array(labels[range])))
        }
        return result
    }

    @Test func severalClasses() {
        let logits: [[Float]] = [
            [0, 0, 0.5], [0, -0.5, 0.5], [1.5, 1, -0.5], [-1.5, -0.5, 0], [-2.5, 0, -1], [-0.5, -0.5, -0.5], [0.5, 1, 0], [1.5, -0.5, 0.5],
            [1, 0, -0.5], [-1, -0.5, 0],
        ]
        let result = evaluation(logits, labels: [0, 1, 2, 2, 1, 0, 1, 2, 0, 1])
        #expect(abs(result[.rocAUC] - 0.5873015873015873) < 1e-12)
        #expect(abs(result[.prAUC] - 0.5802910052910053) < 1e-12)
        #expect(abs(result[.klDivergence] - 1.1336399375394683) < 1e-12, "for labels it is the cross-entropy")
        #expect(result[.accuracy] == result.confusion.accuracy && result.windowCount == 10 && result.loss == 1)
    }

    @Test func twoClassesAndASingleOutput() {
        let labels = isPositive.map { $0 ? 1 : 0 }
        let two = evaluation(scores.map { [0, Float($0)] }, labels: labels)
        let one = evaluation(scores.map { [Float($0)] }, labels: labels)
        for metric in [Metric.rocAUC, .prAUC] {
            #expect(two[metric] == one[metric] && abs(two[metric] - (metric == .rocAUC ? 0.7 : 0.7533333333333332)) < 1e-12)
        }
        #expect(one[.accuracy] == 0.5, "all scores are above 0")
    }

    @Test func classesOfEveryStep() {
        // Two windows, two classes, three steps; the second class wins at the last step of each.
        let output = Tensor([1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1], shape: [2, 2, 3])
        var result = Evaluation(outputs: 2)
        result.add(loss: 0.5, output: output, of: Batch(signals: Tensor(zeros: [2, 1, 3]), labels: [0, 0, 1, 0, 1, 1]))
        #expect(result.predictions == [0, 0, 1, 0, 0, 1])
        #expect(result.windowCount == 2 && result.confusion.counts == [[3, 0], [1, 2]])
    }

    @Test func regressions() {
        var result = Evaluation(outputs: 2)
        let targets = Tensor([2, 0, 1, 1, 4, 0, 3, 1, 8, 5], shape: [5, 2])
        let output = Tensor([1, 1, 2, 2, 3, 1, 5, 2, 4.5, 6], shape: [5, 2])
        result.add(loss: 1, output: output, of: Batch(signals: Tensor(zeros: [5, 1, 1]), targets: targets))
        #expect(abs(result[.pearsonR] - (0.6193235372853324 + 1) / 2) < 1e-12)
        #expect(abs(result[.meanSquaredError] - ((1 + 1 + 1 + 4 + 12.25) / 5 + 1) / 2) < 1e-12)
        #expect(abs(result[.meanAbsoluteError] - ((1 + 1 + 1 + 2 + 3.5) / 5 + 1) / 2) < 1e-12)
        #expect(result[.accuracy].isNaN && result[.rocAUC].isNaN && result.labels.isEmpty)
    }

    @Test func softLabels() {
        var result = Evaluation(outputs: 2)
        let targets = Tensor([0.25, 0.75, 1, 0], shape: [2, 2])
        result.add(loss: 1, output: Tensor([0, 0, 0, 0], shape: [2, 2]), of: Batch(signals: Tensor(zeros: [2, 1, 1]), targets: targets))
        let expected = (0.25 * log(0.5) + 0.75 * log(1.5) + log(2.0)) / 2
        #expect(abs(result[.klDivergence] - expected) < 1e-7)
    }
}
