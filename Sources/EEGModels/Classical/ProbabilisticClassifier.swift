public import EEGTensor

/// A classifier that is fitted once and for all, and gives the probability of each class.
public protocol ProbabilisticClassifier: Sendable {
    /// The number of classes.
    var classes: Int { get }

    /// The probabilities of all classes, `[window, class]`.
    ///
    /// - Parameter features: in the form that the classifier was fitted to, one window after the other along the first axis.
    /// - Precondition: features of the sizes that the classifier was fitted to.
    func probabilities(of features: Tensor) -> Tensor
}

extension ProbabilisticClassifier {
    /// The most probable class of each window, the first of equal ones.
    public func predictions(of features: Tensor) -> [Int] {
        features.shape[0] == 0 ? [] : probabilities(of: features).argmax(axis: 1)
    }

    /// How often each class was taken for each.
    ///
    /// - Precondition: a label for each window, among the classes.
    public func confusion(of features: Tensor, labels: [Int]) -> ConfusionMatrix {
        let predictions = predictions(of: features)
        require(predictions.count == labels.count, "confusion: \(labels.count) labels for features of shape \(features.shape)")
        var result = ConfusionMatrix(classes: classes)
        for (label, prediction) in zip(labels, predictions) { result.add(label: label, prediction: prediction) }
        return result
    }
}

/// How much the windows of a class count for the fit.
public enum ClassWeighting: String, Sendable, Hashable, Codable, CaseIterable {
    /// All windows alike.
    case uniform
    /// All classes alike: windows inversely to how frequent their class is.
    case balanced

    /// A weight for each class, 0 for one that does not occur; the mean over windows is 1.
    func weights(labels: [Int], classes: Int) -> [Double] {
        var counts = [Int](repeating: 0, count: classes)
        for label in labels { counts[label] += 1 }
        switch self {
        case .uniform: return counts.map { $0 > 0 ? 1 : 0 }
        case .balanced:
            let occurring = Double(counts.count(where: { $0 > 0 }))
            return counts.map { $0 > 0 ? Double(labels.count) / (occurring * Double($0)) : 0 }
        }
    }
}

/// Throws unless there are finite features `[window, feature]` with a label among the classes for each.
func checkExamples(_ features: Tensor, labels: [Int], classes: Int) throws(ClassicalModelError) {
    guard features.rank == 2, features.shape[1] > 0, features.shape[0] == labels.count else {
        throw .shapeMismatch(expected: "features [\(labels.count), feature], a row for each label", found: Array(features.shape))
    }
    try checkSetting((2...1000).contains(classes), "classes", classes, "2 to 1000")
    guard !labels.isEmpty else { throw .tooFew(what: "windows", minimum: 1, found: 0) }
    if let label = labels.first(where: { !(0..<classes).contains($0) }) { throw .labelOutOfRange(label: label, classes: classes) }
    guard features.sumOfSquares < 1e30 else { throw .notFinite(what: "a feature") }
}
