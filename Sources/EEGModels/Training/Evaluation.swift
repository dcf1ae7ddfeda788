internal import EEGFiles
public import EEGTensor
internal import Foundation

/// What a model predicted for some windows, beside what was to be predicted, and how well it did.
public struct Evaluation: Sendable, CustomStringConvertible {
    /// How often each class was taken for each; without predictions where there were no labels.
    public private(set) var confusion: ConfusionMatrix
    /// The classes, one for each position: a window, or a step of it.
    public private(set) var labels: [Int] = []
    /// The predicted classes, where there are labels.
    public private(set) var predictions: [Int] = []
    /// The number of windows.
    public private(set) var windowCount = 0
    private var summedLoss = 0.0
    /// `[position, output]`, as the model gave them, and targets of the same shape where there are any.
    private var outputs: [Float] = []
    private var targets: [Float] = []
    private let outputCount: Int

    /// - Parameter outputs: of the model; a single one that is above 0 stands for class 1.
    public init(outputs: Int) {
        outputCount = outputs
        confusion = ConfusionMatrix(classes: Self.classes(outputs: outputs))
    }

    static func classes(outputs: Int) -> Int { max(2, outputs) }

    /// The mean loss over all windows.
    public var loss: Double { summedLoss / Double(windowCount) }

    /// The value of a measure.
    public subscript(metric: Metric) -> Double { metric.value(self) }

    /// The values of some measures, in their order.
    public subscript(metrics: [Metric]) -> [Double] { metrics.map { self[$0] } }

    /// Loss and, where there are labels, accuracy, to three decimals.
    public var description: String {
        let loss = "loss \(threeDecimals(loss))"
        return labels.isEmpty ? loss : loss + " accuracy \(threeDecimals(confusion.accuracy))"
    }

    /// Adds a batch.
    ///
    /// - Parameters:
    ///   - loss: its mean over the batch.
    ///   - output: `[batch, output]` or `[batch, output, step …]`; where its shape fits neither labels nor targets, or batches before this one had
    ///     the other of the two, only the loss is kept.
    public mutating func add(loss: Float, output: Tensor, of batch: Batch) {
        summedLoss += Double(loss) * Double(batch.count)
        windowCount += batch.count
        let rows = positionsFirst(output)
        if let values = batch.targets, values.shape == output.shape, labels.isEmpty {
            outputs += rows.scalars
            targets += positionsFirst(values).scalars
        } else if batch.targets == nil, targets.isEmpty, output.rank >= 2, output.shape[1] == outputCount,
            batch.labels.count * outputCount == output.count
        {
            outputs += rows.scalars
            let found = outputCount == 1 ? rows.scalars.map { $0 > 0 ? 1 : 0 } : rows.argmax(axis: -1)
            for (label, prediction) in zip(batch.labels, found) { confusion.add(label: label, prediction: prediction) }
            labels += batch.labels
            predictions += found
        }
    }

    /// `[batch, output, step …]` as `[position, output]`.
    private func positionsFirst(_ x: Tensor) -> Tensor {
        guard x.rank > 2 else { return x.reshaped(to: [x.shape[0], x.count / max(1, x.shape[0])]) }
        let steps = x.count / max(1, x.shape[0] * x.shape[1])
        return x.reshaped(to: [x.shape[0], x.shape[1], steps]).transposed(1, 2).reshaped(to: [x.shape[0] * steps, x.shape[1]])
    }
}

/// What metrics are computed from.
extension Evaluation {
    /// The mean over those classes that occur of a measure of scores and of being of the class; for two classes that of the second.
    func meanOverClasses(_ measure: (_ scores: [Double], _ isPositive: [Bool]) -> Double) -> Double {
        guard !labels.isEmpty else { return .nan }
        if outputCount <= 2 {
            let scores = labels.indices.map {
                Double(outputs[$0 * outputCount + outputCount - 1]) - (outputCount == 2 ? Double(outputs[$0 * 2]) : 0)
            }
            return measure(scores, labels.map { $0 == 1 })
        }
        let probabilities = labels.indices.map { softmax(at: $0) }
        let values = (0..<outputCount).filter { labels.contains($0) }.map { index in
            measure(probabilities.map { $0[index] }, labels.map { $0 == index })
        }
        return meanOfNumbers(values)
    }

    /// A measure of predictions and targets for each output; empty without targets.
    func overOutputs(_ measure: (_ predictions: [Double], _ targets: [Double]) -> Double) -> [Double] {
        guard !targets.isEmpty, outputCount > 0, targets.count % outputCount == 0 else { return [] }
        return (0..<outputCount).map { output in
            let places = stride(from: output, to: targets.count, by: outputCount)
            return measure(places.map { Double(outputs[$0]) }, places.map { Double(targets[$0]) })
        }
    }

    var klDivergence: Double {
        guard outputs.count % outputCount == 0 else { return .nan }
        let count = outputs.count / outputCount
        var sum = 0.0
        for position in 0..<count {
            let probabilities = softmax(at: position)
            for (index, probability) in probabilities.enumerated() {
                let target = targets.isEmpty ? (labels[position] == index ? 1 : 0) : Double(targets[position * outputCount + index])
                if target > 0 { sum += target * (Foundation.log(target) - Foundation.log(probability)) }
            }
        }
        return sum / Double(count)
    }

    /// The probabilities of the classes.
    private func softmax(at position: Int) -> [Double] {
        let row = outputs[(position * outputCount)..<((position + 1) * outputCount)].map { Double($0) }
        let highest = row.max() ?? 0
        let exponentials = row.map { Foundation.exp($0 - highest) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }
}

/// For checkpoints in the middle of an epoch.
extension Evaluation {
    /// The summed loss and all predictions.
    var saved: (loss: Double, arrays: [(name: String, array: NumericArray)]) {
        (
            summedLoss,
            [
                ("labels", NumericArray(shape: [labels.count], values: .int64(labels.map { Int64($0) }))),
                ("predictions", NumericArray(shape: [predictions.count], values: .int64(predictions.map { Int64($0) }))),
                ("outputs", NumericArray(shape: [outputs.count], values: .float(outputs))),
                ("targets", NumericArray(shape: [targets.count], values: .float(targets))),
            ]
        )
    }

    /// Takes back what was saved; nil where the arrays do not fit together.
    init?(outputs count: Int, loss: Double, windows: Int, arrays: [String: NumericArray]) {
        self.init(outputs: count)
        summedLoss = loss
        windowCount = windows
        labels = arrays["labels"]?.integers ?? []
        predictions = arrays["predictions"]?.integers ?? []
        outputs = arrays["outputs"]?.floats ?? []
        targets = arrays["targets"]?.floats ?? []
        let classes = 0..<Self.classes(outputs: count)
        guard labels.count == predictions.count, (labels + predictions).allSatisfy(classes.contains), labels.isEmpty || targets.isEmpty,
            outputs.count == (labels.isEmpty ? targets.count : labels.count * count)
        else { return nil }
        for (label, prediction) in zip(labels, predictions) { confusion.add(label: label, prediction: prediction) }
    }
}

extension Model {
    /// Predicts all windows of a source, with running statistics and without dropout, in the order of its first epoch: a source that shuffles
    /// gives predictions in shuffled order.
    ///
    /// - Parameter loss: reported as `loss`; where it is left out, the mean cross-entropy, for a model with one output that of yes and no.
    /// - Throws: `TrainingError` where the source is empty, does not fit the model or holds values that are not finite; and what it throws.
    public func evaluate(on source: any BatchSource, loss: Loss? = nil) throws -> Evaluation {
        let loss = loss ?? (shape.outputs == 1 ? .binaryCrossEntropy() : .crossEntropy())
        var result = Evaluation(outputs: shape.outputs)
        var number = 0
        try source.forEachBatch(epoch: 0) { batch in
            try check(batch, for: shape, epoch: 0, number: number)
            var context = ForwardContext.inference
            let output = self(batch.signals, &context)
            let value = try loss(output, batch).scalar
            guard value.isFinite else { throw TrainingError.notFinite(what: "the loss", epoch: 0, batch: number) }
            result.add(loss: value, output: output, of: batch)
            number += 1
        }
        guard result.windowCount > 0 else { throw TrainingError.empty(what: "the source") }
        return result
    }
}

/// A number with exactly three decimals.
func threeDecimals(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let thousandths = Int((abs(value) * 1000).rounded())
    let digits = String(thousandths % 1000)
    return (value < 0 ? "-" : "") + "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
}
