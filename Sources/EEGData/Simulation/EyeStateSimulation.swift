public import EEGTensor
internal import Foundation

/// A simulated recording of somebody who opens and closes the eyes: background activity whose power falls with frequency, an alpha rhythm
/// over the back of the head that grows while the eyes are closed, and blinks while they are open.
///
/// For demonstrations without data and for tests with a known truth: equal generators give equal recordings.
public struct EyeStateSimulation: Sendable {
    /// The texts of the annotations that mark the states.
    public static let eyesOpen = "eyes open"
    public static let eyesClosed = "eyes closed"

    public var duration: Double
    public var samplingRate: Double
    /// Seconds that a state lasts, drawn uniformly.
    public var stateDuration: ClosedRange<Double> = 3...9
    /// Root mean square of the background, in µV.
    public var background: Double = 12
    /// Root mean square of the alpha rhythm over the occiput, in µV.
    public var alpha: (open: Double, closed: Double) = (3, 14)
    /// Height of a blink over the forehead, in µV.
    public var blink: Double = 150

    /// An electrode, with the share of the alpha rhythm and of the blinks that reaches it.
    private struct Electrode {
        let name: String
        let alpha: Double
        let blink: Double
    }

    private static let electrodes: [Electrode] = [
        Electrode(name: "AF3", alpha: 0.15, blink: 1), Electrode(name: "F7", alpha: 0.15, blink: 0.5),
        Electrode(name: "F3", alpha: 0.2, blink: 0.4), Electrode(name: "FC5", alpha: 0.2, blink: 0.2),
        Electrode(name: "T7", alpha: 0.3, blink: 0.1), Electrode(name: "P7", alpha: 0.7, blink: 0.03),
        Electrode(name: "O1", alpha: 1, blink: 0.01), Electrode(name: "O2", alpha: 1, blink: 0.01),
        Electrode(name: "P8", alpha: 0.7, blink: 0.03), Electrode(name: "T8", alpha: 0.3, blink: 0.1),
        Electrode(name: "FC6", alpha: 0.2, blink: 0.2), Electrode(name: "F4", alpha: 0.2, blink: 0.4),
        Electrode(name: "F8", alpha: 0.15, blink: 0.5), Electrode(name: "AF4", alpha: 0.15, blink: 1),
    ]

    public init(duration: Double = 117, samplingRate: Double = 128) {
        self.duration = duration
        self.samplingRate = samplingRate
    }

    /// The simulated recording, with its states as annotations and stored with 16 bits.
    ///
    /// - Throws: `EEGDataError` where duration, rate or lengths of states are not positive.
    public func recording(using generator: Generator) throws(EEGDataError) -> Recording {
        guard samplingRate >= 32, samplingRate <= 1e5 else {
            throw .invalidArgument(name: "sampling rate", expected: "32 to 100,000 Hz, for a rhythm of 10 Hz", found: "\(samplingRate)")
        }
        guard duration * samplingRate >= 1, duration <= 1e6 else {
            throw .invalidArgument(name: "duration", expected: "up to 1,000,000 s, at least one sample", found: "\(duration) s")
        }
        guard stateDuration.lowerBound > 0 else {
            throw .invalidArgument(name: "duration of states", expected: "positive lengths", found: "\(stateDuration)")
        }
        let count = Int((duration * samplingRate).rounded())
        let states = states(using: generator.stream("states"))
        let rhythm = alphaRhythm(count, states: states, using: generator.stream("alpha"))
        let blinks = blinks(count, states: states, using: generator.stream("blinks"))
        let shared = pinkNoise(count, using: generator.stream("shared background"))
        let digitization = Digitization(physical: (-1000, 1000))

        var channels: [Channel] = []
        var samples: [[Float]] = []
        for (index, electrode) in Self.electrodes.enumerated() {
            let own = pinkNoise(count, using: generator.stream("background", index))
            // Neighbouring electrodes see much of the same activity.
            samples.append(
                (0..<count).map { time in
                    let noise = background * (0.6 * shared[time] + 0.8 * own[time])
                    return Float(noise + electrode.alpha * rhythm[time] + electrode.blink * blinks[time])
                })
            channels.append(
                Channel(label: "EEG \(electrode.name)", samplingRate: samplingRate, sampleCount: count, digitization: digitization))
        }
        return try Recording(
            channels: channels, samples: samples, annotations: states,
            notes: ["simulated: 1/f background, alpha rhythm, blinks"])
    }

    private func states(using generator: Generator) -> [Annotation] {
        var generator = generator
        var states: [Annotation] = []
        var time = 0.0
        while time < duration {
            let length = min(Double.random(in: stateDuration, using: &generator), duration - time)
            states.append(Annotation(onset: time, duration: length, text: states.count % 2 == 0 ? Self.eyesOpen : Self.eyesClosed))
            time += length
        }
        return states
    }

    /// Noise of unit variance whose power falls with frequency: a sum of low-passed noises, one an octave pair.
    private func pinkNoise(_ count: Int, using generator: Generator) -> [Double] {
        let corners = [0.25, 1, 4, 16]
        var sum = [Double](repeating: 0, count: count)
        for (index, corner) in corners.enumerated() {
            let pole = exp(-2 * .pi * corner / samplingRate)
            let gain = ((1 - pole * pole) / Double(corners.count)).squareRoot()
            var generator = generator.stream("octaves", index)
            var state = 0.0
            for (time, value) in Tensor(normalWithMean: 0, shape: [count], using: &generator).scalars.enumerated() {
                state = pole * state + gain * Double(value)
                sum[time] += state
            }
        }
        return sum
    }

    /// A resonance at 10 Hz driven by noise, so that it waxes and wanes; its size follows the state within half a second.
    private func alphaRhythm(_ count: Int, states: [Annotation], using generator: Generator) -> [Double] {
        var generator = generator
        let radius = exp(-2 * .pi * 0.6 / samplingRate)
        let angle = 2 * .pi * 10 / samplingRate
        let noise = Tensor(normalWithMean: 0, shape: [count], using: &generator).scalars
        var (previous, beforePrevious) = (0.0, 0.0)
        var rhythm = noise.map { drive in
            let value = 2 * radius * cos(angle) * previous - radius * radius * beforePrevious + Double(drive)
            (beforePrevious, previous) = (previous, value)
            return value
        }
        let power = rhythm.reduce(0) { $0 + $1 * $1 } / Double(count)
        let smoothing = exp(-1 / (0.25 * samplingRate))
        var size = alpha.open
        for state in states {
            let target = state.text == Self.eyesClosed ? alpha.closed : alpha.open
            for time in sampleRange(of: state, count: count) {
                size = smoothing * size + (1 - smoothing) * target
                rhythm[time] *= size / max(power, .leastNormalMagnitude).squareRoot()
            }
        }
        return rhythm
    }

    /// Bumps of 0.3 s, on average every four seconds while the eyes are open.
    private func blinks(_ count: Int, states: [Annotation], using generator: Generator) -> [Double] {
        var generator = generator
        var signal = [Double](repeating: 0, count: count)
        for state in states where state.text == Self.eyesOpen {
            var time = state.onset + Double.random(in: 0.5...4, using: &generator)
            while time + 0.3 < state.end {
                let first = Int(time * samplingRate)
                let length = Int(0.3 * samplingRate)
                for index in 0..<length where first + index < count {
                    let phase = sin(.pi * Double(index) / Double(length))
                    signal[first + index] += blink * phase * phase
                }
                time += Double.random(in: 2...6, using: &generator)
            }
        }
        return signal
    }

    private func sampleRange(of state: Annotation, count: Int) -> Range<Int> {
        let start = min(count, Int((state.onset * samplingRate).rounded()))
        return start..<max(start, min(count, Int((state.end * samplingRate).rounded())))
    }
}
