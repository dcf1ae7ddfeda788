internal import Foundation

/// The learning rate times a factor every so often (`StepLR` of PyTorch).
public struct StepDecay: LearningRateSchedule {
    /// The time between two changes.
    public var period: ScheduleLength
    public var factor: Double

    public init(every period: ScheduleLength, factor: Double = 0.1) {
        self.period = period
        self.factor = factor
    }

    public var unit: ScheduleUnit { period.unit }

    public func validate() throws(TrainingError) {
        try period.validate("period of the learning rate")
        try requirePositive("factor of the learning rate", factor)
    }

    public func learningRate(from base: Double, at time: Int) -> Double { base * pow(factor, Double(time / period.count)) }
}
