/// How the learning rate changes while a model is trained.
///
/// A schedule of one's own is a type that conforms to it; one that learns from results keeps what it knows in `memory`.
public protocol LearningRateSchedule: Sendable {
    /// What `learningRate(from:at:)` counts.
    var unit: ScheduleUnit { get }
    /// The result that the schedule depends on, if there is one.
    var monitor: Monitor? { get }
    /// What the schedule has learned from results so far, for training checkpoints.
    var memory: [Double] { get set }

    /// - Throws: `TrainingError.invalidSetting` for settings out of range.
    func validate() throws(TrainingError)

    /// The learning rate of the epoch or step number `time`, counted from 0.
    ///
    /// - Parameter base: the learning rate of the optimiser or of a group of its parameters.
    func learningRate(from base: Double, at time: Int) -> Double

    /// Learns how an epoch ended.
    mutating func epochDidEnd(_ report: EpochReport)
}

extension LearningRateSchedule {
    public var monitor: Monitor? { nil }

    public var memory: [Double] {
        get { [] }
        set {}
    }

    public func validate() throws(TrainingError) {}

    public mutating func epochDidEnd(_ report: EpochReport) {}
}

/// What the time of a schedule is counted in: epochs, or steps of the optimiser.
public enum ScheduleUnit: Sendable, Hashable {
    case epochs, steps
}

/// A length of time in training.
public enum ScheduleLength: Sendable, Hashable {
    case epochs(Int)
    case steps(Int)

    public var unit: ScheduleUnit {
        switch self {
        case .epochs: .epochs
        case .steps: .steps
        }
    }

    public var count: Int {
        switch self {
        case .epochs(let count), .steps(let count): count
        }
    }

    func validate(_ name: String, atLeast minimum: Int = 1) throws(TrainingError) {
        guard count >= minimum else { throw .invalidSetting(name: name, expected: "at least \(minimum)", found: "\(count)") }
    }
}
