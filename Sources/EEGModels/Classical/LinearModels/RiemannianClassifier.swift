public import EEGTensor

/// Covariances in bands of frequencies, mapped to the tangent space at their mean, then logistic regression.
///
/// ```swift
/// let covariances = try FilterBankCovariance(samples: 3000, samplingRate: 100)
/// let classifier = try RiemannianClassifier(fittedTo: covariances(training), labels: labels, classes: 5)
/// print(classifier.confusion(of: covariances(test), labels: testLabels).balancedAccuracy)
/// ```
///
/// Our own baseline: what the literature calls a Riemannian pipeline, with bands, regularisation and classifier of our choice; see
/// `FilterBankCovariance`, `TangentSpace` and `LogisticRegression` for the sources.
public struct RiemannianClassifier: ProbabilisticClassifier {
    public let tangentSpace: TangentSpace
    public let scaling: FeatureScaling
    public let regression: LogisticRegression

    public var classes: Int { regression.classes }

    /// - Parameters:
    ///   - covariances: `[window, band, channel, channel]`.
    ///   - labels: for each window its class, counted from 0.
    ///   - classes: their number.
    /// - Throws: for covariances and labels that do not fit each other, values that are not finite, and settings out of range.
    public init(
        fittedTo covariances: Tensor, labels: [Int], classes: Int,
        configuration: LogisticRegression.Configuration = LogisticRegression.Configuration()
    ) throws(ClassicalModelError) {
        tangentSpace = try TangentSpace(fittedTo: covariances)
        let features = tangentSpace(covariances)
        scaling = try FeatureScaling(fittedTo: features)
        regression = try LogisticRegression(fittedTo: scaling(features), labels: labels, classes: classes, configuration: configuration)
    }

    public func probabilities(of covariances: Tensor) -> Tensor { regression.probabilities(of: scaling(tangentSpace(covariances))) }
}
