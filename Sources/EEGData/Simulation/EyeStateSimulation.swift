public import EEGTensor

/// A simulated recording of somebody who opens and closes the eyes: background activity whose power falls with frequency, an alpha rhythm
/// over the back of the head that grows while the eyes are closed, and blinks while they are open.
///
/// For demonstrations without data and for tests with a known truth: equal generators give equal recordings.
public struct EyeStateSimulation: Sendable {
    /// The texts of the annotations that mark the states.
    public static let eyesOpen = BrainState.eyesOpen.name
    public static let eyesClosed = BrainState.eyesClosed.name

    public var duration: Double
    public var samplingRate: Double
    /// Seconds that a state lasts, drawn uniformly.
    public var stateDuration: ClosedRange<Double> = 3...9
    /// Size of the background, in µV.
    public var background: Double = 12
    /// Root mean square of the alpha rhythm over the occiput, in µV.
    public var alpha: (open: Double, closed: Double) = (3, 14)
    /// Height of a blink over the forehead, in µV.
    public var blink: Double = 150

    /// Those of the recording that this one stands in for.
    private static let electrodes = ["AF3", "F7", "F3", "FC5", "T7", "P7", "O1", "O2", "P8", "T8", "FC6", "F4", "F8", "AF4"]

    public init(duration: Double = 117, samplingRate: Double = 128) {
        self.duration = duration
        self.samplingRate = samplingRate
    }

    /// The simulated recording, with its states as annotations.
    ///
    /// - Throws: `EEGDataError` where duration, rate or lengths of states are not positive.
    public func recording(using generator: Generator) throws(EEGDataError) -> Recording {
        guard duration > 0, duration <= 1e6 else {
            throw .invalidArgument(name: "duration", expected: "more than 0, up to 1,000,000 s", found: "\(duration) s")
        }
        guard stateDuration.lowerBound >= 0.1 else {
            throw .invalidArgument(name: "duration of states", expected: "at least 0.1 s", found: "\(stateDuration)")
        }
        var (open, closed) = (BrainState.eyesOpen, BrainState.eyesClosed)
        (open.background, closed.background) = (background, background)
        (open.alpha, closed.alpha) = alpha
        var simulation = RecordingSimulation(
            channels: Self.electrodes.map(SimulatedChannel.electrode), samplingRate: samplingRate,
            schedule: .alternating([open, closed], lasting: stateDuration, duration: duration, using: generator.stream("states")))
        simulation.blink = blink
        return try simulation.simulated(using: generator).recording
    }
}
