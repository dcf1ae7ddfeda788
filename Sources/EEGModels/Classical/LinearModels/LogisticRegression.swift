public import EEGTensor
internal import Foundation

/// Multinomial logistic regression: probabilities are the softmax of scores that are linear in the features.
///
/// The weights make least the summed cross-entropy and half the squared norm of the weights, times `regularization`; the constants of the
/// scores are not regularised. Features should be of like sizes (`FeatureScaling`).
///
/// Source: the criterion of scikit-learn's `LogisticRegression` with C = 1 / `regularization`, found by `LBFGS`.
public struct LogisticRegression: ProbabilisticClassifier {
    /// What the fit is held to.
    public struct Configuration: Sendable, Hashable, Codable {
        /// The weight of half the squared norm of the weights beside the summed cross-entropy.
        public var regularization = 1.0
        public var classWeighting = ClassWeighting.uniform
        public var maximumIterations = 1000
        /// The fit ends where no derivative of the mean criterion is greater.
        public var tolerance = 1e-6

        public init() {}
    }

    /// `[class, feature]`.
    public let weights: Matrix
    /// The constant of each class's score.
    public let intercepts: [Double]
    /// Whether the tolerance was reached.
    public let hasConverged: Bool

    public var classes: Int { intercepts.count }

    /// - Parameters:
    ///   - features: `[window, feature]`.
    ///   - labels: for each window its class, counted from 0.
    ///   - classes: their number.
    /// - Throws: for features and labels that do not fit each other, values that are not finite, and settings out of range.
    public init(
        fittedTo features: Tensor, labels: [Int], classes: Int, configuration: Configuration = Configuration()
    ) throws(ClassicalModelError) {
        try checkExamples(features, labels: labels, classes: classes)
        let (strength, tolerance) = (configuration.regularization, configuration.tolerance)
        try checkSetting(strength >= 0 && strength.isFinite, "regularization", strength, "0 or more")
        try checkSetting(tolerance > 0, "tolerance", tolerance, "more than 0")
        try checkSetting(configuration.maximumIterations > 0, "maximum iterations", configuration.maximumIterations, "1 or more")
        let width = features.shape[1]
        let criterion = CrossEntropyCriterion(
            features: features, labels: labels, classWeights: configuration.classWeighting.weights(labels: labels, classes: classes),
            regularization: configuration.regularization)
        let minimizer = LBFGS(maximumIterations: configuration.maximumIterations, tolerance: configuration.tolerance)
        let minimum = minimizer.minimize(from: Array(repeating: 0, count: classes * (width + 1))) { criterion.valueAndGradient(at: $0) }
        weights = Matrix(rows: classes, columns: width, elements: Array(minimum.point.prefix(classes * width)))
        intercepts = Array(minimum.point.suffix(classes))
        hasConverged = minimum.hasConverged
    }

    public func probabilities(of features: Tensor) -> Tensor {
        require(
            features.rank == 2 && features.shape[1] == weights.columns,
            "LogisticRegression: features of shape \(features.shape), expected [window, \(weights.columns)]")
        guard features.count > 0 else { return Tensor(zeros: [features.shape[0], classes]) }
        let columns = Tensor(weights.transposed.elements.map { Float($0) }, shape: [weights.columns, classes])
        return softmax(matmul(features, columns) + Tensor(intercepts.map { Float($0) }), axis: 1)
    }
}

/// The weighted cross-entropy of all windows with half the squared norm of the weights, a window's share of both; parameters are the
/// weights `[class, feature]` and the constants.
private struct CrossEntropyCriterion {
    private let chunks: [(features: Matrix, labels: ArraySlice<Int>)]
    private let classWeights: [Double]
    private let regularization: Double
    private let count: Double
    private var classes: Int { classWeights.count }

    /// Windows that are worked on at a time: sums are added chunk by chunk, the same for any number of threads.
    private static let chunkSize = 2048

    init(features: Tensor, labels: [Int], classWeights: [Double], regularization: Double) {
        let width = features.shape[1]
        chunks = stride(from: 0, to: labels.count, by: Self.chunkSize).map { start in
            let end = min(start + Self.chunkSize, labels.count)
            let elements = features.withUnsafeBufferPointer { $0[(start * width)..<(end * width)].map { Double($0) } }
            return (Matrix(rows: end - start, columns: width, elements: elements), labels[start..<end])
        }
        self.classWeights = classWeights
        self.regularization = regularization
        count = Double(labels.count)
    }

    func valueAndGradient(at point: [Double]) -> (value: Double, gradient: [Double]) {
        let width = point.count / classes - 1
        let weights = Matrix(rows: classes, columns: width, elements: Array(point.prefix(classes * width)))
        let columns = weights.transposed
        let intercepts = Array(point.suffix(classes))
        var parts = [(value: Double, gradient: [Double])](repeating: (0, []), count: chunks.count)
        parts.withUnsafeMutableBufferPointer { parts in
            parallelFor(chunks.count, grain: 1) { range in
                for index in range { parts[index] = part(chunks[index].features, chunks[index].labels, columns, intercepts) }
            }
        }
        var value = regularization / 2 * weights.elements.reduce(0) { $0 + $1 * $1 }
        var gradient = weights.elements.map { regularization * $0 } + Array(repeating: 0, count: classes)
        for part in parts {
            value += part.value
            for index in gradient.indices { gradient[index] += part.gradient[index] }
        }
        return (value / count, gradient.map { $0 / count })
    }

    /// The sums over some windows.
    private func part(
        _ features: Matrix, _ labels: ArraySlice<Int>, _ columns: Matrix, _ intercepts: [Double]
    ) -> (value: Double, gradient: [Double]) {
        let scores = (features * columns).elements
        // [class, window]: the derivatives of the scores.
        var errors = Matrix(zeros: classes, labels.count)
        var constants = [Double](repeating: 0, count: classes)
        var value = 0.0
        var row = [Double](repeating: 0, count: classes)
        for (window, label) in labels.enumerated() {
            for index in 0..<classes { row[index] = scores[window * classes + index] + intercepts[index] }
            let greatest = row.max() ?? 0
            let (target, weight) = (row[label], classWeights[label])
            var sum = 0.0
            for index in 0..<classes {
                row[index] = exp(row[index] - greatest)
                sum += row[index]
            }
            value += weight * (log(sum) + greatest - target)
            for index in 0..<classes {
                let error = weight * (row[index] / sum - (index == label ? 1 : 0))
                errors.elements[index * labels.count + window] = error
                constants[index] += error
            }
        }
        return (value, (errors * features).elements + constants)
    }
}
