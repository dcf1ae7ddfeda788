internal import Foundation

/// A learning rate that falls by a factor when a result has not improved for a number of epochs (`ReduceLROnPlateau` of PyTorch, whose
/// defaults it has).
public struct ReduceOnPlateau: LearningRateSchedule {
    /// What should improve.
    public var monitor: Monitor? { watched }
    private let watched: Monitor
    public var factor: Double
    /// The epochs without improvement that are put up with.
    public var patience: Int
    /// The share by which a result must be better than the best one to count as an improvement.
    public var threshold: Double
    /// Epochs after a change in which none is counted.
    public var cooldown: Int
    /// The learning rate does not fall below it.
    public var minimum: Double
    private var best: Double?
    private var badEpochs = 0
    private var coolingEpochs = 0
    private var reductions = 0

    public init(
        monitor: Monitor = .validationLoss, factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0,
        minimum: Double = 0
    ) {
        watched = monitor
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.cooldown = cooldown
        self.minimum = minimum
    }

    public var unit: ScheduleUnit { .epochs }

    public var memory: [Double] {
        get { [Double(badEpochs), Double(coolingEpochs), Double(reductions)] + (best.map { [$0] } ?? []) }
        set {
            guard newValue.count >= 3 else { return }
            let counts = newValue.prefix(3).map { Int(exactly: $0) ?? 0 }
            (badEpochs, coolingEpochs, reductions) = (counts[0], counts[1], counts[2])
            best = newValue.count > 3 ? newValue[3] : nil
        }
    }

    public func validate() throws(TrainingError) {
        guard factor > 0, factor < 1 else {
            throw .invalidSetting(name: "factor of the learning rate", expected: "above 0, below 1", found: "\(factor)")
        }
        guard patience >= 0 else { throw .invalidSetting(name: "patience", expected: "0 or more", found: "\(patience)") }
        guard cooldown >= 0 else { throw .invalidSetting(name: "cooldown", expected: "0 or more", found: "\(cooldown)") }
    }

    public func learningRate(from base: Double, at time: Int) -> Double { max(base * pow(factor, Double(reductions)), min(minimum, base)) }

    public mutating func epochDidEnd(_ report: EpochReport) {
        guard let value = watched.value(in: report) else { return }
        if isBetter(value) {
            best = value
            badEpochs = 0
        } else {
            badEpochs += 1
        }
        if coolingEpochs > 0 {
            coolingEpochs -= 1
            badEpochs = 0
        }
        if badEpochs > patience {
            reductions += 1
            coolingEpochs = cooldown
            badEpochs = 0
        }
    }

    private func isBetter(_ value: Double) -> Bool {
        guard let best else { return !value.isNaN }
        return watched.isHigherBetter ? value > best * (1 + threshold) : value < best * (1 - threshold)
    }
}
