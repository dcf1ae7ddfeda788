internal import Foundation

/// Half a cosine up to the learning rate, then half a cosine down to far below where it began (`OneCycleLR` of PyTorch, whose defaults it has;
/// the momentum is left alone).
///
/// Source: L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018
/// (arXiv 1708.07120).
public struct OneCycle: LearningRateSchedule {
    public var length: ScheduleLength
    /// The share of the time in which the learning rate rises.
    public var risingShare: Double
    /// The highest learning rate, which is that of the optimiser, divided by the first.
    public var startDivisor: Double
    /// The first learning rate divided by the last.
    public var endDivisor: Double

    public init(over length: ScheduleLength, risingShare: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4) {
        self.length = length
        self.risingShare = risingShare
        self.startDivisor = startDivisor
        self.endDivisor = endDivisor
    }

    public var unit: ScheduleUnit { length.unit }

    public func validate() throws(TrainingError) {
        try length.validate("length of the cycle", atLeast: 2)
        guard (0...1).contains(risingShare) else {
            throw .invalidSetting(name: "rising share of the cycle", expected: "0 to 1", found: "\(risingShare)")
        }
        try requirePositive("start divisor of the cycle", startDivisor)
        try requirePositive("end divisor of the cycle", endDivisor)
    }

    public func learningRate(from base: Double, at time: Int) -> Double {
        let first = base / startDivisor
        let (top, last) = (risingShare * Double(length.count) - 1, Double(length.count - 1))
        let time = min(Double(time), last)
        if time <= top { return interpolate(from: first, to: base, at: top > 0 ? time / top : 1) }
        return interpolate(from: base, to: first / endDivisor, at: (time - top) / (last - top))
    }

    /// The cosine between two values, at a share of the way.
    private func interpolate(from start: Double, to end: Double, at share: Double) -> Double {
        end + (start - end) / 2 * (1 + cos(.pi * share))
    }
}
