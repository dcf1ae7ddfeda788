/// A number that training watches: to stop early, to keep the best weights, to lower the learning rate.
public struct Monitor: Sendable, Hashable {
    /// The metric; nil for the loss.
    let metric: Metric?
    let isOfValidation: Bool

    /// The loss on the held-out windows.
    public static let validationLoss = Monitor(metric: nil, isOfValidation: true)
    /// The loss while training.
    public static let trainingLoss = Monitor(metric: nil, isOfValidation: false)

    /// A metric on the held-out windows.
    public static func validation(_ metric: Metric) -> Monitor { Monitor(metric: metric, isOfValidation: true) }

    /// A metric while training.
    public static func training(_ metric: Metric) -> Monitor { Monitor(metric: metric, isOfValidation: false) }

    /// Whether a greater value is a better one.
    public var isHigherBetter: Bool { metric?.isHigherBetter ?? false }

    /// The value after an epoch; nil where it was not computed.
    public func value(in report: EpochReport) -> Double? {
        let summary = isOfValidation ? report.validation : report.training
        guard let metric else { return summary?.loss }
        return summary?[metric]
    }
}
