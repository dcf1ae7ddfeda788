public import EEGTensor

/// Trains a model on batches of windows.
///
/// ```swift
/// var trainer = Trainer(optimizer: .adamW(learningRate: 1e-3), epochs: 100, generator: Generator(seed: 1))
/// trainer.schedule = WarmUp(over: .epochs(5), then: CosineAnnealing(over: .epochs(95)))
/// trainer.earlyStopping = EarlyStopping(monitor: .validation(.balancedAccuracy), patience: 20)
/// trainer.checkpointing = Checkpointing(to: "run.safetensors", resumes: true)
/// trainer.callbacks = [TrainingProgressBar(), try HistoryFile("history.csv")]
/// let history = try trainer.fit(&model, on: training, validating: heldOut)
/// ```
public struct Trainer: Sendable {
    public var optimizer: Optimizer
    public var epochs: Int
    /// Where the random numbers of dropout come from.
    public var generator: Generator
    /// What is made small.
    public var loss: Loss = .crossEntropy()
    /// How the learning rate changes.
    public var schedule: any LearningRateSchedule = ConstantLearningRate()
    /// The batches whose gradients make one step, each weighted by its windows: as one batch of all of them would.
    public var accumulatedBatches = 1
    /// The decay of a running mean of the weights, which is validated and is what the model gets at the end; nil for the weights themselves.
    public var averagingDecay: Double?
    /// Ends training before all epochs; nil for never.
    public var earlyStopping: EarlyStopping?
    /// What is computed after each epoch, of training and of validation, beside the loss; what is monitored is computed too.
    public var metrics: [Metric] = [.accuracy, .balancedAccuracy]
    /// Where and when the run is saved, so that it can be resumed; nil for never.
    public var checkpointing: Checkpointing?
    public var callbacks: [any TrainingCallback] = []

    public init(optimizer: Optimizer, epochs: Int, generator: Generator) {
        self.optimizer = optimizer
        self.epochs = epochs
        self.generator = generator
    }

    /// Trains for all epochs, or until stopped early. Equal seeds and data give equal weights, also where the run was resumed.
    ///
    /// Copies of the model share its parameters and are trained along with it.
    ///
    /// - Parameters:
    ///   - validation: evaluated after each epoch; it has no influence on the weights but through early stopping and schedules that watch it.
    ///   - report: called after each epoch.
    /// - Throws: `TrainingError` for settings out of range, an empty source or batch, windows or labels that do not fit the model, values that
    ///   are not finite, and where the run is interrupted; `CheckpointError` for a checkpoint that cannot be written or does not fit; and what
    ///   sources and callbacks throw. The model keeps the weights it had at that time.
    @discardableResult
    public func fit(
        _ model: inout some Model, on training: some BatchSource, validating validation: (any BatchSource)? = nil,
        report: (EpochReport) -> Void = { _ in }
    ) throws -> TrainingHistory {
        try validate(hasValidation: validation != nil)
        var run = TrainingRun(self, model)
        return try run.fit(on: training, validating: validation, report: report)
    }

    /// The metrics of each epoch, those that are monitored included.
    var allMetrics: [Metric] {
        let monitored = [earlyStopping?.monitor.metric, schedule.monitor?.metric].compactMap { $0 }
        return metrics + monitored.filter { !metrics.contains($0) }
    }

    private func validate(hasValidation: Bool) throws(TrainingError) {
        guard epochs > 0 else { throw .invalidSetting(name: "epochs", expected: "at least 1", found: "\(epochs)") }
        guard accumulatedBatches > 0 else {
            throw .invalidSetting(name: "accumulated batches", expected: "at least 1", found: "\(accumulatedBatches)")
        }
        if let averagingDecay { try requireShare("decay of the averaged weights", averagingDecay) }
        try optimizer.validate()
        try schedule.validate()
        try earlyStopping?.validate()
        try checkpointing?.validate()
        guard hasValidation || [earlyStopping?.monitor, schedule.monitor].allSatisfy({ $0?.isOfValidation != true }) else {
            throw .invalidSetting(
                name: "what is monitored", expected: "a result of training, as there is no validation", found: "one of validation")
        }
    }
}
