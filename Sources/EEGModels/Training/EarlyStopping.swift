/// Ends training when a result has not improved for some epochs, and goes back to the best weights.
public struct EarlyStopping: Sendable, Hashable {
    /// What should improve. Training fails where it is no number in all epochs of the patience.
    public var monitor: Monitor
    /// The epochs without improvement after which training ends.
    public var patience: Int
    /// How much better than the best a result must be to count as an improvement.
    public var minimumChange: Double
    /// Whether the model gets the weights of the best epoch at the end.
    public var restoresBestWeights: Bool

    public init(monitor: Monitor = .validationLoss, patience: Int = 10, minimumChange: Double = 0, restoresBestWeights: Bool = true) {
        self.monitor = monitor
        self.patience = patience
        self.minimumChange = minimumChange
        self.restoresBestWeights = restoresBestWeights
    }

    func validate() throws(TrainingError) {
        guard patience >= 1 else { throw .invalidSetting(name: "patience", expected: "at least 1", found: "\(patience)") }
        guard minimumChange >= 0 else { throw .invalidSetting(name: "minimum change", expected: "0 or more", found: "\(minimumChange)") }
    }

    /// Whether `value` improves on the best one so far. Only a number does.
    func improves(_ value: Double, on best: Double?) -> Bool {
        guard let best else { return !value.isNaN }
        return monitor.isHigherBetter ? value > best + minimumChange : value < best - minimumChange
    }
}
