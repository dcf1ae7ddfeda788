import EEGModels
import EEGTensor
import Foundation
import Synchronization
import Testing

@Suite struct TrainerOptionTests {
    private let problem = ToyProblem()

    private func model(seed: UInt64 = 2) -> LogPower { LogPower(ParameterScope(generator: Generator(seed: seed)), problem.shape) }

    private func trainer(epochs: Int = 6) -> Trainer {
        Trainer(optimizer: .adam(learningRate: 0.05), epochs: epochs, generator: Generator(seed: 1))
    }

    @Test func accumulatedBatchesAreOneLargeBatch() throws {
        let small = problem.batches(6, of: 8, seed: 3)
        let large = [small[0...3], small[4...5]].map { part in
            Batch(
                signals: Tensor(part.flatMap(\.signals.scalars), shape: [part.count * 8, 3, 64]), labels: part.flatMap(\.labels))
        }
        var first = model()
        var second = model()
        var trainer = trainer(epochs: 2)
        trainer.optimizer = .sgd(learningRate: 0.1)
        trainer.optimizer.gradientClipping = .norm(0.05)
        try trainer.fit(&first, on: large)
        trainer.accumulatedBatches = 4
        try trainer.fit(&second, on: small)
        for (a, b) in zip(first.parameters, second.parameters) {
            #expect(zip(a.value.scalars, b.value.scalars).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func earlyStoppingEndsAndRestoresTheBest() throws {
        // The held-out labels are wrong: the better the training, the worse the loss.
        let heldOut = problem.batches(1, of: 40, seed: 5).map { Batch(signals: $0.signals, labels: $0.labels.map { 1 - $0 }) }
        var trainer = trainer(epochs: 50)
        trainer.earlyStopping = EarlyStopping(patience: 3)
        var model = model()
        let history = try trainer.fit(&model, on: problem.batches(5, of: 20, seed: 4), validating: heldOut)
        let losses = history.compactMap(\.validation?.loss)
        let best = try #require(history.bestEpoch)
        #expect(history.count == best + 3 && losses[best - 1] == losses.min())
        #expect(try model.evaluate(on: heldOut).loss == losses[best - 1], "the model has the best weights")
        #expect(throws: TrainingError.self, "without validation there is nothing to watch") { try trainer.fit(&model, on: heldOut) }
    }

    @Test func earlyStoppingNeedsNumbers() throws {
        var trainer = trainer(epochs: 9)
        trainer.earlyStopping = EarlyStopping(monitor: .training(Metric("nothing") { _ in .nan }), patience: 2)
        var model = model()
        #expect(throws: TrainingError.self) { try trainer.fit(&model, on: problem.batches(2, of: 8, seed: 4)) }
    }

    @Test func onlyCallbacksThatBeganAreTold() throws {
        final class Counter: TrainingCallback {
            let throwsAtBegin: Bool
            let balance = Mutex((begun: 0, ended: 0))
            init(throwsAtBegin: Bool = false) { self.throwsAtBegin = throwsAtBegin }
            func trainingWillBegin(_ history: TrainingHistory) throws {
                if throwsAtBegin { throw CancellationError() }
                balance.withLock { $0.begun += 1 }
            }
            func trainingDidEnd(_ history: TrainingHistory) { balance.withLock { $0.ended += 1 } }
        }
        let counters = [Counter(), Counter(throwsAtBegin: true), Counter()]
        var trainer = trainer(epochs: 1)
        trainer.callbacks = counters
        var model = model()
        #expect(throws: CancellationError.self) { try trainer.fit(&model, on: problem.batches(1, of: 8, seed: 4)) }
        #expect(counters.map { $0.balance.withLock { [$0.begun, $0.ended] } } == [[1, 1], [0, 0], [0, 0]])
    }

    @Test(arguments: [Double.nan, 0, -1, .infinity]) func reportsPrintWhateverTheTime(seconds: Double) {
        let summary = EvaluationSummary(Evaluation(outputs: 2), metrics: [])
        let report = EpochReport(epoch: 1, epochs: 2, training: summary, validation: nil, learningRate: 0.1, seconds: seconds)
        #expect(report.description.hasSuffix(" windows/s"))
    }

    @Test func averagedWeightsAreThoseValidated() throws {
        let heldOut = problem.batches(1, of: 40, seed: 5)
        var trainer = trainer(epochs: 3)
        trainer.averagingDecay = 0.9
        var averaged = model()
        let history = try trainer.fit(&averaged, on: problem.batches(5, of: 20, seed: 4), validating: heldOut)
        #expect(try averaged.evaluate(on: heldOut).loss == #require(history.last?.validation).loss)
        var last = model()
        trainer.averagingDecay = nil
        try trainer.fit(&last, on: problem.batches(5, of: 20, seed: 4))
        #expect(last.parameters.map(\.value) != averaged.parameters.map(\.value))
        trainer.averagingDecay = 0
        var newest = model()
        try trainer.fit(&newest, on: problem.batches(5, of: 20, seed: 4))
        #expect(last.parameters.map(\.value) == newest.parameters.map(\.value), "a mean of one is the weight itself")
    }

    @Test func constraintsHoldAfterEveryStep() throws {
        struct Limited: Model {
            let scope: ParameterScope
            let shape: SignalShape
            let weight: Parameter
            init(_ scope: ParameterScope, _ shape: SignalShape) {
                (self.scope, self.shape) = (scope, shape)
                weight = scope.parameter("weight", [2, 3], .constant(0.1))
            }
            func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
                matmul(log(x.squared().mean(over: .time) + 1e-6), weight.value, transposingSecond: true)
            }
            func constrainParameters() { weight.limitNorms(to: 0.2) }
        }
        var model = Limited(ParameterScope(generator: Generator(seed: 2)), problem.shape)
        try trainer().fit(&model, on: problem.batches(5, of: 20, seed: 4))
        for row in 0..<2 {
            let norm = (0..<3).reduce(Float(0)) { $0 + model.weight.value[row, $1] * model.weight.value[row, $1] }.squareRoot()
            #expect(norm < 0.2001 && norm > 0.1)
        }
    }

    @Test func schedulesReachTheOptimiser() throws {
        var trainer = trainer(epochs: 4)
        trainer.schedule = StepDecay(every: .epochs(2), factor: 0.1)
        var model = model()
        let history = try trainer.fit(&model, on: problem.batches(3, of: 8, seed: 4))
        #expect(zip(history.map(\.learningRate), [0.05, 0.05, 0.005, 0.005]).allSatisfy { abs($0 - $1) < 1e-12 })
        // With a learning rate of nearly 0 after the first step nothing moves any more.
        trainer.schedule = StepDecay(every: .steps(1), factor: 1e-30)
        var first = self.model()
        var longer = self.model()
        trainer.epochs = 1
        try trainer.fit(&first, on: Array(problem.batches(3, of: 8, seed: 4).prefix(1)))
        try trainer.fit(&longer, on: problem.batches(3, of: 8, seed: 4))
        #expect(first.parameters.map(\.value) == longer.parameters.map(\.value))
    }

    @Test func aRegressionIsLearned() throws {
        // The target is the logarithm of each channel's power.
        let batches = problem.batches(8, of: 32, seed: 7).map { batch in
            Batch(signals: batch.signals, targets: log(batch.signals.squared().mean(over: .time) + 1e-6))
        }
        let shape = SignalShape(channels: 3, samples: 64, samplingRate: 64, outputs: 3)
        var model = LogPower(ParameterScope(generator: Generator(seed: 2)), shape)
        var trainer = trainer(epochs: 30)
        trainer.loss = .meanSquaredError
        trainer.metrics = [.pearsonR]
        let history = try trainer.fit(&model, on: batches, validating: batches)
        #expect(try #require(history.last?.validation?[.pearsonR]) > 0.99)
        #expect(history.last?.validation?[.accuracy] == nil, "nobody asked for it")
        #expect("\(history[0])".contains("loss") && !"\(history[0])".contains("accuracy"))
    }

    @Test func lossesOfOnesOwnAndClassWeights() throws {
        let batches = problem.batches(3, of: 16, seed: 7)
        var trainer = trainer(epochs: 1)
        func weights(_ loss: Loss) throws -> [Tensor] {
            var model = model()
            trainer.loss = loss
            try trainer.fit(&model, on: batches)
            return model.parameters.map(\.value)
        }
        let own = try weights(Loss { output, batch in crossEntropy(output, batch.labels) })
        #expect(try weights(.crossEntropy()) == own)
        #expect(try weights(.crossEntropy(classWeights: [1, 1])) == own)
        #expect(try weights(.crossEntropy(classWeights: balancedClassWeights(counts: [10, 90]))) != own)
        #expect(throws: TrainingError.self) { try weights(.crossEntropy(classWeights: [1, 2, 3])) }
        #expect(throws: TrainingError.targetMismatch(output: [16, 2], found: [])) { try weights(.meanSquaredError) }
        #expect(balancedClassWeights(counts: [10, 90, 0]) == [Float(100.0 / 30), Float(100.0 / 270), 0])
    }

    @Test func callbacksAreToldAndCanEndTraining() throws {
        final class Listener: TrainingCallback {
            let events = Mutex<[String]>([])
            private func note(_ event: String) { events.withLock { $0.append(event) } }
            func trainingWillBegin(_ history: TrainingHistory) { note("begin") }
            func batchDidEnd(_ report: BatchReport) {
                note("\(report.epoch).\(report.batch)/\(report.batchCount ?? 0) of \(report.windowCount)")
            }
            func epochDidEnd(_ history: TrainingHistory, model: any Model) -> TrainingDecision { history.count == 2 ? .stop : .goOn }
            func trainingDidEnd(_ history: TrainingHistory) { note("end \(history.count)") }
        }
        let listener = Listener()
        var trainer = trainer()
        trainer.callbacks = [listener]
        var model = model()
        try trainer.fit(&model, on: problem.batches(2, of: 4, seed: 1))
        #expect(listener.events.withLock { $0 } == ["begin", "1.1/2 of 4", "1.2/2 of 8", "2.1/2 of 4", "2.2/2 of 8", "end 2"])
    }

    @Test func historyIsKeptInFiles() throws {
        let folder = try TemporaryFolder()
        var trainer = trainer(epochs: 3)
        trainer.metrics = [.balancedAccuracy, .rocAUC, Metric("half, \"quoted\"") { _ in 0.5 }, Metric("nothing") { _ in .nan }]
        trainer.callbacks = try ["history.csv", "history.jsonl", "history.svg"].map { try HistoryFile(folder.path($0)) }
        #expect(throws: TrainingError.self) { try HistoryFile("history.txt") }
        var model = model()
        let batches = problem.batches(3, of: 16, seed: 1)
        let history = try trainer.fit(&model, on: batches, validating: batches)

        let csv = try String(contentsOfFile: folder.path("history.csv"), encoding: .utf8).split(separator: "\n")
        #expect(
            csv.count == 4 && csv[0].hasPrefix("\"epoch\",\"learning_rate\",\"seconds\",\"training_loss\",\"training_balanced_accuracy\","))
        let lines = try String(contentsOfFile: folder.path("history.jsonl"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3)
        for (line, report) in zip(lines, history) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object["epoch"] as? Int == report.epoch)
            #expect(object["validation_loss"] as? Double == report.validation?.loss)
            #expect(object["validation_ROC_AUC"] as? Double == report.validation?[.rocAUC])
            #expect(object["training_half,_\"quoted\""] as? Double == 0.5 && object["training_nothing"] is NSNull)
        }
        let svg = try String(contentsOfFile: folder.path("history.svg"), encoding: .utf8)
        #expect(svg.hasPrefix("<svg") || svg.hasPrefix("<?xml"))
        #expect(svg.contains("ROC AUC") && svg.contains("validation"))
    }
}
