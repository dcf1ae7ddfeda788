internal import EEGTensor

/// A training run: the settings, and all that changes while it goes on.
struct TrainingRun<Trained: Model> {
    let trainer: Trainer
    let model: Trained
    let parameters: [Parameter]
    var optimization: OptimizerState
    var average: ExponentialMovingAverage?
    var schedule: any LearningRateSchedule
    /// Whole epochs so far.
    var epoch = 0
    /// Batches of the epoch under way, and what they gave.
    var batch = 0
    var partial: Evaluation
    /// What they took.
    var partialSeconds = 0.0
    /// Steps of the optimiser so far.
    var step = 0
    var history = TrainingHistory()
    var best: BestWeights?
    var isStopped = false

    /// The best weights so far, with those buffers.
    struct BestWeights {
        var value: Double
        var epoch: Int
        /// Those of all parameters, then of all buffers; empty where they need not be restored.
        var tensors: [Tensor]
    }

    init(_ trainer: Trainer, _ model: Trained) {
        self.trainer = trainer
        self.model = model
        parameters = model.parameters
        optimization = OptimizerState(trainer.optimizer, of: parameters)
        average = trainer.averagingDecay.map { ExponentialMovingAverage(decay: $0, of: model.parameters) }
        schedule = trainer.schedule
        partial = Evaluation(outputs: model.shape.outputs)
    }

    /// All that a checkpoint of the model holds.
    var modelTensors: [Parameter] { parameters + model.scope.store.buffers }

    var learningRate: Double { schedule.learningRate(from: trainer.optimizer.learningRate, at: scheduleTime) }

    private var scheduleTime: Int { schedule.unit == .epochs ? epoch : step }

    mutating func fit(
        on training: some BatchSource, validating validation: (any BatchSource)?, report: (EpochReport) -> Void
    ) throws -> TrainingHistory {
        let checkpointing = trainer.checkpointing
        if let checkpointing, checkpointing.resumes { try restore(from: checkpointing.path) }
        let interruption = checkpointing.map { _ in Interruption() }
        var begun = 0
        defer { for callback in trainer.callbacks.prefix(begun) { callback.trainingDidEnd(history) } }
        for callback in trainer.callbacks {
            try callback.trainingWillBegin(history)
            begun += 1
        }

        while epoch < trainer.epochs, !isStopped {
            let seconds = try trainEpoch(on: training, interruption)
            try endEpoch(validating: validation, seconds: seconds, report: report)
            if let checkpointing {
                try save(to: checkpointing.path)
                try interruption?.check(checkpointing)
            }
        }
        average?.swap()
        if let best, !best.tensors.isEmpty { for (tensor, value) in zip(modelTensors, best.tensors) { tensor.value = value } }
        return history
    }

    /// The batches of an epoch that are left. Returns the seconds that the epoch took, before an interruption and after.
    private mutating func trainEpoch(on source: some BatchSource, _ interruption: Interruption?) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let earlier = partialSeconds
        let done = batch
        var number = 0
        var gradients = AccumulatedGradients()
        var lastSave = batch
        try source.forEachBatch(epoch: epoch) { data in
            defer { number += 1 }
            // A resumed epoch goes on behind the batches it has had.
            guard number >= done else { return }
            let report = try train(on: data, &gradients, batchCount: source.batchCount)
            for callback in trainer.callbacks { try callback.batchDidEnd(report) }
            if gradients.batches == trainer.accumulatedBatches {
                takeStep(&gradients)
                partialSeconds = earlier + (clock.now - start) / .seconds(1)
                try saveIfDue(&lastSave, interruption)
            }
        }
        if gradients.batches > 0 { takeStep(&gradients) }
        guard partial.windowCount > 0 else { throw TrainingError.empty(what: "the training source") }
        return earlier + (clock.now - start) / .seconds(1)
    }

    /// Computes the gradients of a batch and adds them.
    private mutating func train(on data: Batch, _ sum: inout AccumulatedGradients, batchCount: Int?) throws -> BatchReport {
        try check(data, for: model.shape, epoch: epoch, number: batch)
        var context = ForwardContext.training(trainer.generator.stream("epoch", epoch).stream("batch", batch))
        var scores = Tensor(0)
        let weight = trainer.accumulatedBatches == 1 ? 1 : Float(data.count)
        let (value, gradients) = try valueAndGradient(of: parameters) {
            let output = model(data.signals, &context)
            scores = output.detached()
            let loss = try trainer.loss(output, data)
            return weight == 1 ? loss : loss * weight
        }
        let loss = value.scalar / weight
        guard loss.isFinite else { throw TrainingError.notFinite(what: "the loss", epoch: epoch, batch: batch) }
        let norm = try finiteNorm(of: gradients)
        sum.add(gradients, norm: norm, weight: Double(weight))
        context.applyUpdates()
        partial.add(loss: loss, output: scores, of: data)
        batch += 1
        return BatchReport(
            epoch: epoch + 1, epochs: trainer.epochs, batch: batch, batchCount: batchCount, loss: Double(loss),
            gradientNorm: norm / Double(weight),
            windowCount: partial.windowCount, learningRate: learningRate)
    }

    private func finiteNorm(of gradients: Gradients) throws(TrainingError) -> Double {
        let norm = gradients.norm(of: parameters)
        if norm.isFinite { return norm }
        for parameter in parameters {
            guard let gradient = gradients[parameter], !gradient.hasOnlyFiniteValues else { continue }
            throw .notFinite(what: "the gradient of \(parameter.name)", epoch: epoch, batch: batch)
        }
        return norm
    }

    private mutating func takeStep(_ gradients: inout AccumulatedGradients) {
        guard let sum = gradients.sum else { return }
        let (schedule, time) = (schedule, scheduleTime)
        optimization.update(with: sum, scale: 1 / gradients.weight, norm: gradients.norm) { schedule.learningRate(from: $0, at: time) }
        gradients = AccumulatedGradients()
        step += 1
        model.constrainParameters()
        average?.update()
    }

    private mutating func saveIfDue(_ lastSave: inout Int, _ interruption: Interruption?) throws {
        guard let checkpointing = trainer.checkpointing else { return }
        let isDue = checkpointing.everyBatches.map { batch - lastSave >= $0 } ?? false
        let isInterrupted = interruption?.isRequested ?? false
        guard isDue || isInterrupted else { return }
        try save(to: checkpointing.path)
        lastSave = batch
        try interruption?.check(checkpointing)
    }

    private mutating func endEpoch(
        validating validation: (any BatchSource)?, seconds: Double, report: (EpochReport) -> Void
    ) throws {
        let metrics = trainer.allMetrics
        let rate = learningRate
        average?.swap()
        defer { average?.swap() }
        let validated = try validation.map { try model.evaluate(on: $0, loss: trainer.loss) }
        let epochReport = EpochReport(
            epoch: epoch + 1, epochs: trainer.epochs, training: EvaluationSummary(partial, metrics: metrics),
            validation: validated.map { EvaluationSummary($0, metrics: metrics) }, learningRate: rate, seconds: seconds)
        history.reports.append(epochReport)
        schedule.epochDidEnd(epochReport)
        try stopEarlyIfDue(epochReport)
        epoch += 1
        batch = 0
        partial = Evaluation(outputs: model.shape.outputs)
        partialSeconds = 0
        for callback in trainer.callbacks where try callback.epochDidEnd(history, model: model) == .stop { isStopped = true }
        report(epochReport)
    }

    private mutating func stopEarlyIfDue(_ report: EpochReport) throws(TrainingError) {
        guard let stopping = trainer.earlyStopping, let value = stopping.monitor.value(in: report) else { return }
        if stopping.improves(value, on: best?.value) {
            best = BestWeights(
                value: value, epoch: report.epoch, tensors: stopping.restoresBestWeights ? modelTensors.map(\.value) : [])
            history.bestEpoch = report.epoch
        }
        guard report.epoch - (best?.epoch ?? 0) >= stopping.patience else { return }
        guard best != nil else {
            throw .invalidSetting(
                name: "the monitor of early stopping", expected: "a measure that is a number",
                found: "not a number in \(report.epoch) epochs")
        }
        isStopped = true
    }
}

/// The gradients of the batches that make one step.
private struct AccumulatedGradients {
    private(set) var sum: Gradients?
    private(set) var batches = 0
    /// The windows, or 1 for a single batch.
    private(set) var weight = 0.0
    /// Where there is a single batch.
    private(set) var norm: Double?

    mutating func add(_ gradients: Gradients, norm: Double, weight: Double) {
        if sum == nil { sum = gradients } else { sum?.add(gradients) }
        batches += 1
        self.weight += weight
        self.norm = batches == 1 ? norm : nil
    }
}
