import EEGModels
import EEGTensor
import Foundation
import Testing

@Suite struct TrainerTests {
    private let problem = ToyProblem()
    private let trainer = Trainer(optimizer: .adam(learningRate: 0.05), epochs: 8, generator: Generator(seed: 1))

    private func model() -> LogPower { LogPower(ParameterScope(generator: Generator(seed: 2)), problem.shape) }

    @Test func aSeparableProblemIsLearned() throws {
        var model = model()
        let heldOut = problem.batches(4, of: 50, seed: 20)
        var lines: [String] = []
        let history = try trainer.fit(&model, on: problem.batches(10, of: 40, seed: 10), validating: heldOut) { lines.append("\($0)") }
        #expect(history.count == 8)
        #expect(try #require(history.last).training.loss < #require(history.first).training.loss)
        let result = try model.evaluate(on: heldOut)
        #expect(result[.accuracy] > 0.95 && result[.balancedAccuracy] > 0.95)
        #expect(result.confusion == history.last?.validation?.confusion)
        #expect(lines.count == 8 && lines[0].hasPrefix("epoch 1/8  training loss 0.") && lines[0].contains("held out loss"))
    }

    @Test func equalSeedsGiveEqualWeightsAndValidationHasNoInfluence() throws {
        let training = problem.batches(5, of: 16, seed: 3)
        func trained(validating validation: [Batch]?) throws -> [Tensor] {
            var model = model()
            try trainer.fit(&model, on: training, validating: validation)
            return model.parameters.map(\.value)
        }
        let first = try trained(validating: nil)
        #expect(try trained(validating: nil) == first)
        #expect(try trained(validating: problem.batches(2, of: 8, seed: 4)) == first)
        #expect(try EEGRuntime.with(threads: 3) { try trained(validating: nil) } == first)
    }

    @Test func settingsOutOfRangeThrow() {
        let training = problem.batches(1, of: 4, seed: 1)
        for (epochs, rate) in [(0, 0.1), (-1, 0.1), (1, 0), (1, -0.1), (1, .nan), (1, .infinity)] {
            var model = model()
            let trainer = Trainer(optimizer: .adam(learningRate: rate), epochs: epochs, generator: Generator(seed: 1))
            #expect(throws: TrainingError.self, "\(epochs) epochs, rate \(rate)") { try trainer.fit(&model, on: training) }
        }
        var model = model()
        let trainer = Trainer(optimizer: .adamW(weightDecay: -1), epochs: 1, generator: Generator(seed: 1))
        #expect(throws: TrainingError.self) { try trainer.fit(&model, on: training) }
    }

    @Test func unusableBatchesThrow() throws {
        let good = problem.batches(1, of: 4, seed: 1)[0]
        func changed(_ value: Float) -> Batch {
            var signals = good.signals
            signals.withUnsafeMutableBufferPointer { $0[100] = value }
            return Batch(signals: signals, labels: good.labels)
        }
        let cases: [(String, [Batch], TrainingError)] = [
            ("no batches", [], .empty(what: "the training source")),
            ("an empty batch", [good, Batch(signals: Tensor(zeros: [0, 3, 64]), labels: [])], .empty(what: "batch 2")),
            ("NaN", [changed(.nan)], .notFinite(what: "a signal", epoch: 0, batch: 0)),
            ("infinity", [good, changed(-.infinity)], .notFinite(what: "a signal", epoch: 0, batch: 1)),
            (
                "other windows", [Batch(signals: Tensor(zeros: [1, 3, 63]), labels: [0])],
                .shapeMismatch(expected: [3, 64], found: [3, 63])
            ),
            (
                "other channels", [Batch(signals: Tensor(zeros: [1, 2, 64]), labels: [0])],
                .shapeMismatch(expected: [3, 64], found: [2, 64])
            ),
            ("a class too high", [Batch(signals: good.signals, labels: [0, 1, 2, 0])], .labelOutOfRange(label: 2, classes: 2)),
            ("a negative class", [Batch(signals: good.signals, labels: [0, -1, 0, 0])], .labelOutOfRange(label: -1, classes: 2)),
        ]
        for (comment, batches, expected) in cases {
            var model = model()
            #expect(throws: expected, "\(comment)") { try trainer.fit(&model, on: batches) }
            #expect(throws: TrainingError.self, "\(comment), in evaluation") { try model.evaluate(on: batches) }
        }
    }

    @Test func aSingleOutputIsEvaluatedAsYesOrNo() throws {
        let shape = SignalShape(channels: 3, samples: 64, samplingRate: 64, outputs: 1)
        let model = LogPower(ParameterScope(generator: Generator(seed: 2)), shape)
        let result = try model.evaluate(on: problem.batches(2, of: 20, seed: 5))
        #expect(result.loss.isFinite && result.confusion.total == 40)
        #expect(throws: TrainingError.labelOutOfRange(label: 1, classes: 1)) {
            try model.evaluate(on: problem.batches(2, of: 20, seed: 5), loss: .crossEntropy())
        }
    }

    @Test func scoresWithoutAnAxisOfClassesThrow() {
        let batch = Batch(signals: Tensor(zeros: [4, 3, 64]), targets: Tensor(zeros: [4]))
        for loss in [Loss.klDivergence, .crossEntropy()] {
            #expect(throws: TrainingError.targetMismatch(output: [4], found: [4])) { try loss(Tensor(zeros: [4]), batch) }
        }
    }

    @Test func aLossThatIsNoNumberThrows() throws {
        var model = model()
        model.parameters[0].value = Tensor(repeating: .nan, shape: model.parameters[0].value.shape)
        #expect(throws: TrainingError.self) { try trainer.fit(&model, on: problem.batches(1, of: 4, seed: 1)) }
    }

    /// The square root has no slope at 0: the loss is a number, its gradient is none.
    @Test func aGradientThatIsNoNumberThrowsAndLeavesTheWeights() throws {
        struct Root: Model {
            let scope: ParameterScope
            let weight: Parameter
            let shape: SignalShape
            init(_ scope: ParameterScope, _ shape: SignalShape) {
                (self.scope, self.shape) = (scope, shape)
                weight = scope.parameter("weight", [1], .constant(0))
            }
            func callAsFunction(_ x: Tensor, _ context: inout ForwardContext) -> Tensor {
                sqrt(weight.value * 0) + Tensor(zeros: [x.shape[0], shape.outputs])
            }
        }
        var model = Root(ParameterScope(generator: Generator(seed: 2)), problem.shape)
        let error = #expect(throws: TrainingError.self) { try trainer.fit(&model, on: problem.batches(1, of: 4, seed: 1)) }
        #expect(error == .notFinite(what: "the gradient of weight", epoch: 0, batch: 0))
        #expect(model.weight.value.scalars == [0])
    }

    @Test func whatASourceThrowsIsPassedOn() {
        struct Broken: BatchSource {
            struct Failure: Error {}
            func forEachBatch(epoch: Int, _ body: (Batch) throws -> Void) throws { throw Failure() }
        }
        var model = model()
        #expect(throws: Broken.Failure.self) { try trainer.fit(&model, on: Broken()) }
    }

    @Test func batchesThatBreakTheirOwnRulesStopWithBothShapes() async throws {
        let result = try #require(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Batch(signals: Tensor(zeros: [2, 3, 64]), labels: [0])
            })
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("signals of shape [2, 3, 64] but 1 labels"))
    }
}
