/// The optimiser's learning rate all the time.
public struct ConstantLearningRate: LearningRateSchedule {
    public init() {}

    public var unit: ScheduleUnit { .epochs }

    public func learningRate(from base: Double, at time: Int) -> Double { base }
}
