internal import EEGTensor

/// A measure of how well a model predicts.
///
/// ```swift
/// let result = try model.evaluate(on: test)
/// print(result[.balancedAccuracy], result[.cohenKappa], result[Metric("error rate", isHigherBetter: false) { 1 - $0[.accuracy] }])
/// ```
public struct Metric: Sendable, Hashable {
    /// What it is called in reports and histories; metrics of equal names are equal.
    public let name: String
    /// Whether a greater value is a better one.
    public let isHigherBetter: Bool
    let value: @Sendable (Evaluation) -> Double

    /// A measure of one's own.
    public init(_ name: String, isHigherBetter: Bool = true, _ value: @escaping @Sendable (Evaluation) -> Double) {
        self.name = name
        self.isHigherBetter = isHigherBetter
        self.value = value
    }

    public static func == (a: Metric, b: Metric) -> Bool { a.name == b.name }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Measures of classifications. They are NaN where they are not defined, such as without labels.
extension Metric {
    /// The share of right predictions.
    public static let accuracy = Metric("accuracy") { $0.confusion.accuracy }

    /// The mean over classes of the share of right predictions; classes that do not occur are left out.
    public static let balancedAccuracy = Metric("balanced accuracy") { $0.confusion.balancedAccuracy }

    /// The agreement beyond chance.
    public static let cohenKappa = Metric("Cohen's kappa") { $0.confusion.cohenKappa() }

    /// The agreement beyond chance for ordered classes.
    public static func cohenKappa(weighting: ConfusionMatrix.KappaWeighting) -> Metric {
        Metric("Cohen's kappa (\(weighting))") { $0.confusion.cohenKappa(weighting: weighting) }
    }

    /// The mean of F1 over the classes.
    public static let f1 = Metric("F1") { $0.confusion.macroF1 }

    /// F1 of one class.
    public static func f1(ofClass index: Int) -> Metric {
        Metric("F1 of class \(index)") { $0.confusion.f1.indices.contains(index) ? $0.confusion.f1[index] : .nan }
    }

    /// The area under the ROC curve: for two classes that of the second, for more the mean over classes of each against the others.
    public static let rocAUC = Metric("ROC AUC") { $0.meanOverClasses { EEGModels.rocAUC(scores: $0, isPositive: $1) } }

    /// The area under the curve of precision over recall, as average precision: for two classes that of the second, for more the mean over
    /// classes.
    public static let prAUC = Metric("PR AUC") { $0.meanOverClasses { averagePrecision(scores: $0, isPositive: $1) } }

    /// The mean Kullback-Leibler divergence of the predicted probabilities from those given, or from the labels.
    public static let klDivergence = Metric("KL divergence", isHigherBetter: false) { $0.klDivergence }
}

/// Measures of regressions; the mean over outputs. They are NaN without targets.
extension Metric {
    /// Pearson's correlation of predictions and targets.
    public static let pearsonR = Metric("Pearson's r") { meanOfNumbers($0.overOutputs(pearsonCorrelation)) }

    /// The mean squared difference.
    public static let meanSquaredError = Metric("mean squared error", isHigherBetter: false) {
        meanOfNumbers($0.overOutputs { x, y in zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(x.count) })
    }

    /// The mean absolute difference.
    public static let meanAbsoluteError = Metric("mean absolute error", isHigherBetter: false) {
        meanOfNumbers($0.overOutputs { x, y in zip(x, y).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(x.count) })
    }
}

/// Pearson's correlation coefficient; NaN where one of both does not vary.
///
/// - Precondition: as many values of both.
public func pearsonCorrelation(_ x: [Double], _ y: [Double]) -> Double {
    require(x.count == y.count, "pearsonCorrelation: \(x.count) and \(y.count) values")
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
        xx += (a - meanX) * (a - meanX)
        xy += (a - meanX) * (b - meanY)
        yy += (b - meanY) * (b - meanY)
    }
    return xy / (xx * yy).squareRoot()
}
