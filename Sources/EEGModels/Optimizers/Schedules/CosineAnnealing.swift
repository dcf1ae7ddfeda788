internal import Foundation

/// Half a cosine from the learning rate down to a minimum, once (`CosineAnnealingLR` of PyTorch) or again and again from the top
/// (`CosineAnnealingWarmRestarts`).
///
/// Source: I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
public struct CosineAnnealing: LearningRateSchedule {
    /// The time from the top to the minimum. Without restarts the learning rate rises again after it, as the cosine does.
    public var period: ScheduleLength
    public var minimum: Double
    /// How much longer each period is than the one before; nil for a single one.
    public var restartsWithFactor: Int?

    public init(over period: ScheduleLength, minimum: Double = 0, restartsWithFactor: Int? = nil) {
        self.period = period
        self.minimum = minimum
        self.restartsWithFactor = restartsWithFactor
    }

    public var unit: ScheduleUnit { period.unit }

    public func validate() throws(TrainingError) {
        try period.validate("period of the learning rate")
        guard minimum >= 0 else { throw .invalidSetting(name: "minimum learning rate", expected: "0 or more", found: "\(minimum)") }
        if let factor = restartsWithFactor, factor < 1 {
            throw .invalidSetting(name: "factor of the periods", expected: "at least 1", found: "\(factor)")
        }
    }

    public func learningRate(from base: Double, at time: Int) -> Double {
        var (position, length) = (time, period.count)
        if let factor = restartsWithFactor {
            if factor == 1 { position %= length }
            while position >= length {
                position -= length
                let (longer, isBeyondAll) = length.multipliedReportingOverflow(by: factor)
                length = isBeyondAll ? .max : longer
            }
        }
        return minimum + (base - minimum) * (1 + cos(.pi * Double(position) / Double(length))) / 2
    }
}
