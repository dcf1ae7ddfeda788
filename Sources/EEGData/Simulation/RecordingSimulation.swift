public import EEGTensor
internal import Foundation

/// A simulated recording, for demonstrations without data and for tests with a known truth: equal settings and generators give equal samples.
///
/// Each channel is a weighted sum of sources (`SimulatedRecording.mixing`), whose weights follow from the positions of electrodes on a sphere,
/// plus noise of its own and, where they are asked for, faults of electrodes. Nothing is computed before it is read: a night takes no memory.
///
/// ```swift
/// let night = RecordingSimulation(
///     channels: SimulatedChannel.polysomnography, samplingRate: 200, schedule: .sleepNight(using: Generator(seed: 1)))
/// let recording = try night.simulated(using: Generator(seed: 2)).recording
/// ```
public struct RecordingSimulation: Sendable {
    public var channels: [SimulatedChannel]
    public var samplingRate: Double
    /// The states, which become annotations.
    public var schedule: [StateSpan]
    /// Height of blinks over the forehead in µV.
    public var blink = 150.0
    /// Root mean square of the noise of each electrode, as a share of the background.
    public var electrodeNoise = 0.8
    /// Frequency in Hz and height in µV of the hum of the mains.
    public var lineNoise: (frequency: Double, size: Double) = (50, 0)
    /// Jumps of single electrodes by some hundred µV.
    public var popsPerHour = 0.0
    /// Indices of channels that show nothing at all.
    public var flatChannels: Set<Int> = []

    public init(channels: [SimulatedChannel] = SimulatedChannel.system1020, samplingRate: Double, schedule: [StateSpan]) {
        self.channels = channels
        self.samplingRate = samplingRate
        self.schedule = schedule
    }

    /// The recording and its sources.
    ///
    /// - Throws: where the sampling rate is not within 64 to 100,000 Hz, a length is not positive, there are no channels, or an electrode is
    ///   unknown.
    public func simulated(using generator: Generator) throws(EEGDataError) -> SimulatedRecording {
        guard samplingRate >= 64, samplingRate <= 1e5 else {
            throw .invalidArgument(name: "sampling rate", expected: "64 to 100,000 Hz", found: "\(samplingRate)")
        }
        let duration = schedule.reduce(0) { $0 + $1.duration }
        guard schedule.allSatisfy({ $0.duration > 0 }), duration * samplingRate >= 1, duration <= 1e6 else {
            throw .invalidArgument(
                name: "duration", expected: "states of positive length, up to 1,000,000 s together", found: "\(duration) s")
        }
        guard !channels.isEmpty else { throw .empty(what: "simulation", reason: "it has no channels") }
        for channel in channels {
            guard case .electrode(let name, let reference) = channel.sensor else { continue }
            for electrode in [name, reference ?? name] where SimulatedSource.position(electrode) == nil {
                throw .invalidArgument(name: "channel \(channel.label)", expected: "electrodes of the 10-05 system", found: electrode)
            }
        }
        let count = Int((duration * samplingRate).rounded())
        let timeline = SimulatedTimeline(schedule)
        let sources = sources(timeline, using: generator)
        let mixing = channels.map { channel in sources.map { Float(channel.gain(of: $0)) } }
        let faults = channels.indices.map { index in
            timeline.events(.pop, perMinute: popsPerHour / 60, lasting: 5...5, size: 200...800, generator.stream("pops", index))
        }
        let noise = channels.indices.map { index in
            let isElectrode = if case .electrode = channels[index].sensor { true } else { false }
            let sizes = timeline.states.map { isElectrode ? electrodeNoise * $0.background : 0 }
            return SimulatedSource(
                name: "noise", origin: .everywhere, activity: .background(sizes), generator: generator.stream("electrode", index))
        }
        let source = SimulatedSignals(
            channels: channels.map { $0.channel(samplingRate: samplingRate, sampleCount: count) }, rate: samplingRate,
            schedule: timeline.schedule, sources: sources, mixing: mixing, noise: noise, faults: faults, flat: flatChannels)
        let recording = Recording(
            channels: source.channels, source: source, annotations: timeline.annotations, notes: ["simulated"])
        let identity = sources.indices.map { row in sources.indices.map { Float($0 == row ? 1 : 0) } }
        let sourceChannels = sources.map { Channel(label: $0.name, kind: .other, samplingRate: samplingRate, sampleCount: count) }
        let truth = SimulatedSignals(
            channels: sourceChannels, rate: samplingRate, schedule: timeline.schedule, sources: sources, mixing: identity,
            noise: [], faults: [], flat: [])
        return SimulatedRecording(
            recording: recording, sources: Recording(channels: sourceChannels, source: truth, annotations: timeline.annotations),
            mixing: mixing, events: events(of: sources))
    }

    private func sources(_ timeline: SimulatedTimeline, using generator: Generator) -> [SimulatedSource] {
        let states = timeline.states
        let background = ["Fp1", "Fp2", "F3", "F4", "T7", "T8", "Cz", "P3", "P4", "O1", "O2", "Fz"]
        // Overlapping bells: about three of them reach each electrode.
        let share = 0.6 / 3.0.squareRoot()
        func events(
            _ shape: SimulatedEvent.Shape, _ rate: (BrainState) -> Double, _ lasting: ClosedRange<Double>, _ size: ClosedRange<Double>,
            _ name: String
        ) -> SimulatedSource.Activity {
            .events(timeline.events(shape, rate: rate, lasting: lasting, size: size, generator.stream("\(name) events")))
        }
        let brain: [(String, SourceOrigin, SimulatedSource.Activity)] = background.map {
            ("background \($0)", .scalp($0, spread: 30), .background(states.map { share * $0.background }))
        }
        let rhythms: [(String, SourceOrigin, SimulatedSource.Activity)] = [
            ("theta", .scalp("Fz", spread: 40), .rhythm(frequency: 5.5, width: 2, sizes: states.map(\.theta))),
            ("alpha", .scalp("Oz", spread: 40), .rhythm(frequency: 10, width: 1.2, sizes: states.map(\.alpha))),
            ("beta", .scalp("Cz", spread: 45), .rhythm(frequency: 20, width: 5, sizes: states.map(\.beta))),
            ("spindles", .scalp("Cz", spread: 40), events(.spindle, \.spindlesPerMinute, 0.6...1.5, 25...45, "spindles")),
            ("slow waves", .scalp("Fz", spread: 60), events(.slowWave, \.slowWavesPerMinute, 0.8...1.3, 80...160, "slow waves")),
        ]
        let size = max(blink, 1e-3)
        let rest: [(String, SourceOrigin, SimulatedSource.Activity)] = [
            ("blinks", .scalp("Fpz", spread: 35), events(.blink, \.blinksPerMinute, 0.25...0.4, (0.8 * size)...(1.2 * size), "blinks")),
            ("eye movements", .eyes, events(.eyeMovement, \.eyeMovementsPerMinute, 0.5...1.5, -150...150, "eyes")),
            ("muscle left", .scalp("T9", spread: 25), events(.muscle, \.muscleBurstsPerMinute, 0.5...4, 20...60, "left")),
            ("muscle right", .scalp("T10", spread: 25), events(.muscle, \.muscleBurstsPerMinute, 0.5...4, 20...60, "right")),
            ("line", .everywhere, .tone(frequency: lineNoise.frequency, size: lineNoise.size)),
            ("chin", .chin, .noise(states.map(\.muscleTone))), ("breathing", .chest, .breathing), ("heart", .heart, .heartbeat),
            ("saturation", .blood, .saturation),
        ]
        return (brain + rhythms + rest).map {
            SimulatedSource(name: $0.0, origin: $0.1, activity: $0.2, generator: generator.stream("source \($0.0)"))
        }
    }

    private func events(of sources: [SimulatedSource]) -> [Annotation] {
        sources.flatMap { source -> [Annotation] in
            guard case .events(let events) = source.activity else { return [] }
            return events.map { Annotation(onset: $0.onset, duration: $0.duration, text: source.name) }
        }.sorted { $0.onset < $1.onset }
    }
}

/// A simulated recording with the truth about it.
public struct SimulatedRecording: Sendable {
    /// With its states as annotations.
    public let recording: Recording
    /// One channel a source, without the noise and the faults of electrodes.
    public let sources: Recording
    /// How much of each source reaches each channel: one row a channel, one column a source.
    public let mixing: [[Float]]
    /// Blinks, spindles and the like, each called as its source.
    public let events: [Annotation]
}

/// The states of a simulation over time.
private struct SimulatedTimeline {
    /// Each once.
    let states: [BrainState]
    let schedule: StateSchedule
    let annotations: [Annotation]
    private let spans: [(state: BrainState, start: Double, end: Double)]

    init(_ spans: [StateSpan]) {
        var states: [BrainState] = []
        for span in spans where !states.contains(span.state) { states.append(span.state) }
        var time = 0.0
        self.spans = spans.map { span in
            defer { time += span.duration }
            return (span.state, time, time + span.duration)
        }
        self.states = states
        schedule = StateSchedule(ends: self.spans.map(\.end), states: spans.map { states.firstIndex(of: $0.state) ?? 0 })
        annotations = self.spans.map { Annotation(onset: $0.start, duration: $0.end - $0.start, text: $0.state.name) }
    }

    /// Events at random times, at the rate that each state has, none of which overlap.
    func events(
        _ shape: SimulatedEvent.Shape, rate: (BrainState) -> Double, lasting: ClosedRange<Double>, size: ClosedRange<Double>,
        _ generator: Generator
    ) -> [SimulatedEvent] {
        var generator = generator
        var events: [SimulatedEvent] = []
        for span in spans where rate(span.state) > 0 {
            let mean = 60 / rate(span.state)
            var time = span.start
            while true {
                time += -mean * log(1 - Double.random(in: 0..<1, using: &generator))
                let duration = Double.random(in: lasting, using: &generator)
                guard time + duration < span.end else { break }
                events.append(SimulatedEvent(shape: shape, onset: time, duration: duration, size: .random(in: size, using: &generator)))
                time += duration
            }
        }
        return events
    }

    func events(
        _ shape: SimulatedEvent.Shape, perMinute: Double, lasting: ClosedRange<Double>, size: ClosedRange<Double>, _ generator: Generator
    ) -> [SimulatedEvent] {
        events(shape, rate: { _ in perMinute }, lasting: lasting, size: size, generator)
    }
}

/// Weighted sums of simulated sources.
private struct SimulatedSignals: SignalSource {
    let channels: [Channel]
    let rate: Double
    let schedule: StateSchedule
    let sources: [SimulatedSource]
    let mixing: [[Float]]
    /// One for each channel; empty where channels have none.
    let noise: [SimulatedSource]
    let faults: [[SimulatedEvent]]
    let flat: Set<Int>

    func samples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        var results = ranges.map { [Float](repeating: 0, count: $0.count) }
        for range in Set(ranges) {
            let outputs = results.indices.filter { ranges[$0] == range && !flat.contains(indices[$0]) }
            for (column, source) in sources.enumerated() where outputs.contains(where: { mixing[indices[$0]][column] != 0 }) {
                let signal = source.samples(range, rate: rate, schedule: schedule)
                for output in outputs { results[output].add(signal, times: mixing[indices[output]][column]) }
            }
            for output in outputs where !noise.isEmpty {
                let own = noise[indices[output]]
                results[output].add(own.samples(range, rate: rate, schedule: schedule), times: 1)
                let faults = SimulatedSource(
                    name: "", origin: .everywhere, activity: .events(faults[indices[output]]), generator: own.generator)
                results[output].add(faults.samples(range, rate: rate, schedule: schedule), times: 1)
            }
        }
        return results
    }

    func digitalSamples(of indices: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        let signals = try samples(of: indices, in: ranges)
        return zip(indices, signals).map { index, signal in
            guard let digitization = channels[index].digitization else { return [] }
            return signal.map { Int32(clamping: digitization.digital(Double($0))) }
        }
    }
}
