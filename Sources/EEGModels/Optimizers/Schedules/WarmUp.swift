/// A learning rate that rises in a straight line at first, then another schedule, which begins when the full learning rate is reached
/// (`LinearLR` in a `SequentialLR` of PyTorch).
///
/// ```swift
/// trainer.schedule = WarmUp(over: .epochs(5), then: CosineAnnealing(over: .epochs(95)))
/// ```
public struct WarmUp: LearningRateSchedule {
    public var length: ScheduleLength
    /// The share of the learning rate to begin with.
    public var start: Double
    public var next: any LearningRateSchedule

    /// - Parameter next: counts in the same unit, or is constant.
    public init(over length: ScheduleLength, from start: Double = 1.0 / 3, then next: any LearningRateSchedule = ConstantLearningRate()) {
        self.length = length
        self.start = start
        self.next = next
    }

    public var unit: ScheduleUnit { length.unit }

    public var monitor: Monitor? { next.monitor }

    public var memory: [Double] {
        get { next.memory }
        set { next.memory = newValue }
    }

    public func validate() throws(TrainingError) {
        try length.validate("warm-up")
        guard start > 0, start <= 1 else {
            throw .invalidSetting(name: "start of the warm-up", expected: "above 0, to 1", found: "\(start)")
        }
        guard next.unit == unit || next is ConstantLearningRate else {
            throw .invalidSetting(name: "schedule after the warm-up", expected: "one in \(unit)", found: "one in \(next.unit)")
        }
        try next.validate()
    }

    public func learningRate(from base: Double, at time: Int) -> Double {
        guard time < length.count else { return next.learningRate(from: base, at: time - length.count) }
        return base * (start + (1 - start) * Double(time) / Double(length.count))
    }

    public mutating func epochDidEnd(_ report: EpochReport) {
        if unit == .steps || report.epoch > length.count { next.epochDidEnd(report) }
    }
}
