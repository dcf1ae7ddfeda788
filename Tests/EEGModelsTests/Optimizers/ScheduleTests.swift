import EEGModels
import EEGTensor
import Testing

/// Learning rates of PyTorch's schedulers.
@Suite struct ScheduleTests {
    private func rates(_ schedule: some LearningRateSchedule, _ count: Int) -> [Double] {
        (0..<count).map { schedule.learningRate(from: 0.1, at: $0) }
    }

    private func agree(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 }
    }

    @Test func stepDecay() {
        #expect(agree(rates(StepDecay(every: .epochs(3), factor: 0.5), 8), [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025]))
    }

    @Test func cosine() {
        let schedule = CosineAnnealing(over: .epochs(6), minimum: 0.01)
        #expect(agree(rates(schedule, 8), [0.1, 0.0939711432, 0.0775, 0.055, 0.0325, 0.0160288568, 0.01, 0.0160288568]))
    }

    @Test func cosineWithRestarts() {
        let longer = CosineAnnealing(over: .epochs(3), minimum: 0.01, restartsWithFactor: 2)
        let expected = [0.1, 0.0775, 0.0325, 0.1, 0.0939711432, 0.0775, 0.055, 0.0325, 0.0160288568, 0.1, 0.0984666622, 0.0939711432]
        #expect(agree(rates(longer, 12), expected))
        #expect(agree(rates(CosineAnnealing(over: .steps(3), restartsWithFactor: 1), 7), [0.1, 0.075, 0.025, 0.1, 0.075, 0.025, 0.1]))
    }

    @Test func periodsCannotBeLongerThanAllTime() {
        let schedule = CosineAnnealing(over: .epochs(4), restartsWithFactor: .max)
        #expect(abs(schedule.learningRate(from: 0.1, at: 1 << 40) - 0.1) < 1e-9)
    }

    @Test func warmUpThenCosine() {
        let schedule = WarmUp(over: .epochs(4), then: CosineAnnealing(over: .epochs(5)))
        let expected = [0.0333333333, 0.05, 0.0666666667, 0.0833333333, 0.1, 0.0904508497, 0.0654508497, 0.0345491503, 0.00954915028]
        #expect(agree(rates(schedule, 9), expected))
        #expect(throws: TrainingError.self) { try WarmUp(over: .steps(4), then: CosineAnnealing(over: .epochs(5))).validate() }
    }

    @Test func oneCycle() {
        let expected = [0.004, 0.052, 0.1, 0.0950484632, 0.0811745654, 0.0611262022, 0.0388741978, 0.0188258346, 0.0049519368, 4e-07]
        #expect(agree(rates(OneCycle(over: .steps(10)), 10), expected))
    }

    private func report(_ epoch: Int, loss: Double) throws -> EpochReport {
        var evaluation = Evaluation(outputs: 2)
        evaluation.add(loss: Float(loss), output: .init([0, 0], shape: [1, 2]), of: .init(signals: .init(zeros: [1, 1, 1]), labels: [0]))
        let summary = EvaluationSummary(evaluation, metrics: [])
        return EpochReport(epoch: epoch, epochs: 20, training: summary, validation: summary, learningRate: 0.1, seconds: 1)
    }

    @Test func plateau() throws {
        let losses = [1, 0.9, 0.9, 0.95, 0.91, 0.8, 0.85, 0.85, 0.85, 0.79999, 0.85, 0.85, 0.85, 0.85, 0.7]
        let expected = [0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025, 0.02, 0.02]
        for isRestored in [false, true] {
            var schedule = ReduceOnPlateau(factor: 0.5, patience: 2, cooldown: 1, minimum: 0.02)
            var found: [Double] = []
            for (index, loss) in losses.enumerated() {
                found.append(schedule.learningRate(from: 0.1, at: index))
                schedule.epochDidEnd(try report(index + 1, loss: loss))
                if isRestored {
                    let memory = schedule.memory
                    schedule = ReduceOnPlateau(factor: 0.5, patience: 2, cooldown: 1, minimum: 0.02)
                    schedule.memory = memory
                }
            }
            #expect(agree(found, expected), "\(found)")
        }
    }

    @Test func settingsOutOfRangeThrow() {
        let schedules: [any LearningRateSchedule] = [
            StepDecay(every: .epochs(0)), StepDecay(every: .epochs(1), factor: -1), CosineAnnealing(over: .steps(0)),
            CosineAnnealing(over: .steps(3), minimum: -1), CosineAnnealing(over: .steps(3), restartsWithFactor: 0),
            WarmUp(over: .epochs(0)), WarmUp(over: .epochs(1), from: 0), OneCycle(over: .steps(1)), OneCycle(over: .steps(9), risingShare: 2),
            ReduceOnPlateau(factor: 1),
            ReduceOnPlateau(patience: -1),
        ]
        for schedule in schedules { #expect(throws: TrainingError.self, "\(schedule)") { try schedule.validate() } }
    }
}
