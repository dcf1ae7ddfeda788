internal import EEGTensor

/// How often each class was taken for each: row for the true class, column for the predicted one.
public struct ConfusionMatrix: Sendable, Equatable {
    public private(set) var counts: [[Int]]

    /// - Precondition: there is at least one class.
    public init(classes: Int) {
        require(classes > 0, "ConfusionMatrix: \(classes) classes")
        counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    }

    /// Counts one prediction.
    public mutating func add(label: Int, prediction: Int) {
        require(
            counts.indices.contains(label) && counts.indices.contains(prediction),
            "ConfusionMatrix: label \(label) and prediction \(prediction) with \(counts.count) classes")
        counts[label][prediction] += 1
    }

    /// Adds the counts of another matrix of the same classes, such as that of another fold.
    public mutating func add(_ other: ConfusionMatrix) {
        require(counts.count == other.counts.count, "ConfusionMatrix: \(counts.count) and \(other.counts.count) classes")
        for row in counts.indices {
            for column in counts.indices { counts[row][column] += other.counts[row][column] }
        }
    }

    /// The number of predictions.
    public var total: Int { counts.joined().reduce(0, +) }

    /// The share of right predictions; NaN without any.
    public var accuracy: Double {
        Double(counts.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total)
    }

    /// The mean over classes of the share of right predictions; classes that do not occur are left out. NaN without predictions.
    public var balancedAccuracy: Double {
        let recalls = counts.indices.compactMap { row -> Double? in
            let occurrences = counts[row].reduce(0, +)
            return occurrences > 0 ? Double(counts[row][row]) / Double(occurrences) : nil
        }
        return recalls.reduce(0, +) / Double(recalls.count)
    }

    /// The share of the most frequent class: the accuracy of always predicting it. NaN without predictions.
    public var majorityShare: Double {
        Double(counts.map { $0.reduce(0, +) }.max() ?? 0) / Double(total)
    }
}
