public import EEGTensor

/// What a simulated brain does for some time: sizes of rhythms in µV, root mean square where they are largest, and rates of events.
public struct BrainState: Sendable, Hashable {
    /// The text of its annotations.
    public var name: String
    /// Activity whose power falls with frequency.
    public var background = 12.0
    /// 4 to 7 Hz, over the middle of the forehead.
    public var theta = 1.5
    /// 10 Hz, over the back of the head.
    public var alpha = 3.0
    /// 20 Hz, over the middle of the head.
    public var beta = 1.5
    public var spindlesPerMinute = 0.0
    public var slowWavesPerMinute = 0.0
    public var blinksPerMinute = 0.0
    public var eyeMovementsPerMinute = 0.0
    public var muscleBurstsPerMinute = 0.0
    /// Steady activity of the muscles at the chin.
    public var muscleTone = 8.0

    public init(_ name: String) { self.name = name }

    public static let eyesOpen = BrainState("eyes open") { $0.blinksPerMinute = 15 }
    public static let eyesClosed = BrainState("eyes closed") { $0.alpha = 14 }

    /// The stages of sleep, called as in the PhysioNet challenge of 2018.
    public static let wake = BrainState("W") {
        $0.alpha = 10
        $0.beta = 4
        $0.blinksPerMinute = 6
        $0.muscleBurstsPerMinute = 1
        $0.muscleTone = 15
    }
    public static let n1 = BrainState("N1") {
        $0.theta = 6
        $0.eyeMovementsPerMinute = 2
    }
    public static let n2 = BrainState("N2") {
        $0.theta = 6
        $0.background = 15
        $0.spindlesPerMinute = 4
        $0.slowWavesPerMinute = 2
        $0.muscleTone = 6
    }
    public static let n3 = BrainState("N3") {
        $0.theta = 4
        $0.background = 15
        $0.spindlesPerMinute = 1
        $0.slowWavesPerMinute = 30
        $0.muscleTone = 5
    }
    public static let rem = BrainState("R") {
        $0.theta = 7
        $0.background = 10
        $0.beta = 2.5
        $0.eyeMovementsPerMinute = 12
        $0.muscleTone = 1.5
    }

    private init(_ name: String, _ change: (inout BrainState) -> Void) {
        self.name = name
        change(&self)
    }
}

/// A state and how long it lasts.
public struct StateSpan: Sendable, Hashable {
    public var state: BrainState
    /// Seconds.
    public var duration: Double

    public init(_ state: BrainState, duration: Double) {
        self.state = state
        self.duration = duration
    }
}

extension [StateSpan] {
    /// A night of sleep scored in epochs of 30 s: cycles of about 90 minutes, with deep sleep in the first ones, more REM sleep in the last
    /// ones and short awakenings.
    ///
    /// - Parameter hours: rounded to epochs.
    public static func sleepNight(hours: Double = 8, using generator: Generator) -> [StateSpan] {
        var generator = generator
        let epochs = Int((hours * 120).rounded())
        var stages: [BrainState] = []
        func add(_ state: BrainState, minutes: ClosedRange<Double>) {
            let count = Int((Double.random(in: minutes, using: &generator) * 2).rounded())
            stages += [BrainState](repeating: state, count: Swift.max(1, count))
        }
        add(.wake, minutes: 10...20)
        var cycle = 0
        while stages.count < epochs {
            add(.n1, minutes: 2...6)
            add(.n2, minutes: 15...25)
            if cycle < 3 { add(.n3, minutes: (25 - 8 * Double(cycle))...(35 - 8 * Double(cycle))) }
            add(.n2, minutes: 10...20)
            add(.rem, minutes: (5 + 6 * Double(cycle))...(10 + 8 * Double(cycle)))
            if Bool.random(using: &generator) { add(.wake, minutes: 0.5...3) }
            cycle += 1
        }
        return stages.prefix(epochs).reduce(into: []) { spans, stage in
            if let last = spans.last, last.state == stage {
                spans[spans.count - 1].duration += 30
            } else {
                spans.append(StateSpan(stage, duration: 30))
            }
        }
    }

    /// States that alternate, each for a time drawn uniformly, until `duration` seconds are full.
    public static func alternating(
        _ states: [BrainState], lasting: ClosedRange<Double>, duration: Double, using generator: Generator
    ) -> [StateSpan] {
        var generator = generator
        var spans: [StateSpan] = []
        var time = 0.0
        while time < duration {
            let length = Swift.min(Double.random(in: lasting, using: &generator), duration - time)
            spans.append(StateSpan(states[spans.count % states.count], duration: length))
            time += length
        }
        return spans
    }
}
