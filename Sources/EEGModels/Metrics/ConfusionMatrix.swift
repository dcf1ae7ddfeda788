internal import EEGTensor

/// How often each class was taken for each: row for the true class, column for the predicted one.
public struct ConfusionMatrix: Sendable, Equatable, Codable {
    public private(set) var counts: [[Int]]

    /// - Precondition: there is at least one class.
    public init(classes: Int) {
        require(classes > 0, "ConfusionMatrix: \(classes) classes")
        counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    }

    private enum CodingKeys: CodingKey {
        case counts
    }

    /// - Throws: `DecodingError` for counts that are not those of a square matrix.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        counts = try container.decode([[Int]].self, forKey: .counts)
        let isSquare = !counts.isEmpty && counts.allSatisfy { $0.count == counts.count && $0.allSatisfy((0...(1 << 40)).contains) }
        guard isSquare else {
            throw DecodingError.dataCorruptedError(forKey: .counts, in: container, debugDescription: "not the counts of a square matrix")
        }
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

    /// How much disagreements of ordered classes count, by their distance.
    public enum KappaWeighting: Sendable, Hashable {
        /// All alike.
        case none
        /// By the distance.
        case linear
        /// By its square.
        case quadratic
    }

    /// Cohen's kappa: the agreement beyond what labels and predictions drawn apart from each other would have; 1 at best, 0 for chance, NaN
    /// where chance agrees as well.
    ///
    /// Sources: J. Cohen, "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20 (1960); J. Cohen, "Weighted kappa",
    /// Psychol. Bull. 70 (1968).
    public func cohenKappa(weighting: KappaWeighting = .none) -> Double {
        let labelled = counts.map { Double($0.reduce(0, +)) }
        let predicted = counts.indices.map { column in Double(counts.reduce(0) { $0 + $1[column] }) }
        var found = 0.0
        var expected = 0.0
        for row in counts.indices {
            for column in counts.indices {
                let distance = Double(abs(row - column))
                let weight =
                    switch weighting {
                    case .none: min(distance, 1)
                    case .linear: distance
                    case .quadratic: distance * distance
                    }
                found += weight * Double(counts[row][column])
                expected += weight * labelled[row] * predicted[column] / Double(total)
            }
        }
        return 1 - found / expected
    }

    /// For each class the harmonic mean of precision and recall; NaN for a class that is neither a label nor a prediction.
    public var f1: [Double] {
        counts.indices.map { index in
            let labelled = counts[index].reduce(0, +)
            let predicted = counts.reduce(0) { $0 + $1[index] }
            return 2 * Double(counts[index][index]) / Double(labelled + predicted)
        }
    }

    /// The mean of `f1` over the classes that are labels or predictions. NaN without predictions.
    public var macroF1: Double { meanOfNumbers(f1) }
}

/// The mean of those values that are numbers; NaN without any.
func meanOfNumbers(_ values: [Double]) -> Double {
    let numbers = values.filter { !$0.isNaN }
    return numbers.reduce(0, +) / Double(numbers.count)
}
