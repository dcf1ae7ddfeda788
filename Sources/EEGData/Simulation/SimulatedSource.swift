internal import EEGTensor
internal import Foundation

/// Something that makes signals, whose value at any time follows from a generator and that time alone: any stretch of a night can be computed by
/// itself.
struct SimulatedSource: Sendable {
    let name: String
    let origin: SourceOrigin
    let activity: Activity
    /// Random numbers of this source alone.
    let generator: Generator

    enum Activity: Sendable {
        /// Noise whose power falls with frequency, of unit variance times the size in each state.
        case background([Double])
        /// Noise around a frequency with the width of a resonance, of unit variance times the size in each state; both in Hz.
        case rhythm(frequency: Double, width: Double, sizes: [Double])
        /// White noise times the size in each state.
        case noise([Double])
        case events([SimulatedEvent])
        /// A sine.
        case tone(frequency: Double, size: Double)
        case breathing, heartbeat, saturation
    }
}

/// Something short.
struct SimulatedEvent: Sendable {
    enum Shape: Sendable { case blink, eyeMovement, spindle, slowWave, muscle, pop }

    let shape: Shape
    /// Seconds.
    let onset: Double
    let duration: Double
    let size: Double

    /// The value at a share `u` from 0 to 1 of the event, `t` seconds from its onset.
    func value(at u: Double, seconds t: Double) -> Double {
        switch shape {
        case .blink: size * sin(.pi * u) * sin(.pi * u)
        case .eyeMovement: size * min(1, u / 0.1, (1 - u) / 0.5)
        case .spindle: size * sin(.pi * u) * sin(.pi * u) * sin(2 * .pi * 13 * t)
        // A sharp negative wave, then a longer positive one.
        case .slowWave: u < 0.4 ? -size * sin(.pi * u / 0.4) : 0.6 * size * sin(.pi * (u - 0.4) / 0.6)
        case .muscle: size * sin(.pi * u)
        case .pop: size * exp(-6 * u)
        }
    }
}

extension SimulatedSource {
    /// Seconds that are computed at once from random numbers of their own.
    private static let blockDuration = 8.0

    /// Samples `range`.
    func samples(_ range: Range<Int>, rate: Double, schedule: StateSchedule) -> [Float] {
        switch activity {
        case .background(let sizes):
            return recursive(range, rate, BackgroundNoise(rate: rate)).scaled(by: sizes, schedule, from: range.lowerBound, rate: rate)
        case .rhythm(let frequency, let width, let sizes):
            return recursive(range, rate, Resonance(frequency: frequency, width: width, rate: rate))
                .scaled(by: sizes, schedule, from: range.lowerBound, rate: rate)
        case .noise(let sizes):
            return recursive(range, rate, WhiteNoise()).scaled(by: sizes, schedule, from: range.lowerBound, rate: rate)
        case .events(let events):
            return samples(of: events, in: range, rate)
        case .tone(let frequency, let size):
            return range.map { Float(size * sin(2 * .pi * (frequency * Double($0) / rate).truncatingRemainder(dividingBy: 1))) }
        case .breathing:
            return range.map { Float(80 * sin(2 * .pi * (0.25 * Double($0) / rate).truncatingRemainder(dividingBy: 1))) }
        case .heartbeat:
            return range.map { Float(heartbeat(at: Double($0) / rate)) }
        case .saturation:
            return range.map { Float(97 + sin(2 * .pi * Double($0) / rate / 600)) }
        }
    }

    /// Noise that runs through a recursion. Each block is computed from the start of the one before it, whose end alone has any weight: so
    /// the values do not depend on where reading begins.
    private func recursive(_ range: Range<Int>, _ rate: Double, _ filter: some NoiseFilter) -> [Float] {
        guard let last = range.last else { return [] }
        let length = Int((Self.blockDuration * rate).rounded(.up))
        func noise(_ block: Int) -> [Float] {
            var generator = generator.stream("block", block)
            return Tensor(normalWithMean: 0, shape: [length], using: &generator).scalars
        }
        var result = [Float](repeating: 0, count: range.count)
        let first = range.lowerBound / length
        var before = noise(first - 1)
        for block in first...(last / length) {
            let own = noise(block)
            var filter = filter
            for drive in before { _ = filter.next(drive) }
            let place = block * length - range.lowerBound
            for (index, drive) in own.enumerated() {
                let value = filter.next(drive)
                if place + index >= 0, place + index < result.count { result[place + index] = value }
            }
            before = own
        }
        return result
    }

    private func samples(of events: [SimulatedEvent], in range: Range<Int>, _ rate: Double) -> [Float] {
        var result = [Float](repeating: 0, count: range.count)
        let (start, end) = (Double(range.lowerBound) / rate, Double(range.upperBound) / rate)
        // Events are in order of onset and shorter than 10 s.
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].onset < start - 10 { low = middle + 1 } else { high = middle }
        }
        while low < events.count, events[low].onset < end {
            let event = events[low]
            let first = Int((event.onset * rate).rounded(.up))
            let count = Int(event.duration * rate)
            var drive: [Float] = []
            if event.shape == .muscle {
                var generator = generator.stream("event", first)
                drive = Tensor(normalWithMean: 0, shape: [count + 1], using: &generator).scalars
            }
            for sample in max(first, range.lowerBound)..<max(first, range.lowerBound, min(first + count, range.upperBound)) {
                let t = Double(sample) / rate - event.onset
                let noise = event.shape == .muscle ? Double(drive[sample - first]) : 1
                result[sample - range.lowerBound] += Float(noise * event.value(at: t / event.duration, seconds: t))
            }
            low += 1
        }
        return result
    }

    /// About 67 beats a minute: a narrow peak between two shallow ones, in mV.
    private func heartbeat(at time: Double) -> Double {
        let phase = time.truncatingRemainder(dividingBy: 0.9)
        func bell(_ center: Double, _ width: Double) -> Double { exp(-((phase - center) / width) * ((phase - center) / width) / 2) }
        return 0.12 * bell(0.2, 0.03) + 1.1 * bell(0.36, 0.012) - 0.25 * bell(0.4, 0.012) + 0.3 * bell(0.6, 0.05)
    }
}

/// A recursion driven by white noise of unit variance.
private protocol NoiseFilter {
    mutating func next(_ drive: Float) -> Float
}

private struct WhiteNoise: NoiseFilter {
    func next(_ drive: Float) -> Float { drive }
}

/// Four low-passes two octaves apart, summed: the power falls about as 1/f from 0.25 to 16 Hz.
private struct BackgroundNoise: NoiseFilter {
    private let poles: SIMD4<Float>
    private let gains: SIMD4<Float>
    private var state = SIMD4<Float>.zero

    init(rate: Double) {
        let poles = [0.25, 1, 4, 16].map { exp(-2 * .pi * $0 / rate) }
        // Each with unit variance; together, driven by the same noise, with the sum of their covariances.
        let gains = poles.map { (1 - $0 * $0).squareRoot() }
        var variance = 0.0
        for (p, g) in zip(poles, gains) { for (q, h) in zip(poles, gains) { variance += g * h / (1 - p * q) } }
        self.poles = SIMD4(poles.map { Float($0) })
        self.gains = SIMD4(gains.map { Float($0 / variance.squareRoot()) })
    }

    mutating func next(_ drive: Float) -> Float {
        state = poles * state + gains * drive
        return state.sum()
    }
}

/// Two complex poles.
private struct Resonance: NoiseFilter {
    private let a1: Float
    private let a2: Float
    private let gain: Float
    private var previous: Float = 0
    private var beforePrevious: Float = 0

    init(frequency: Double, width: Double, rate: Double) {
        let radius = exp(-.pi * width / rate)
        let angle = 2 * .pi * frequency / rate
        let r2 = radius * radius
        a1 = Float(2 * radius * cos(angle))
        a2 = Float(-r2)
        let variance = (1 + r2) / ((1 - r2) * (1 - 2 * r2 * cos(2 * angle) + r2 * r2))
        gain = Float(1 / variance.squareRoot())
    }

    mutating func next(_ drive: Float) -> Float {
        let value = a1 * previous + a2 * beforePrevious + gain * drive
        (beforePrevious, previous) = (previous, value)
        return value
    }
}

/// When which state holds.
struct StateSchedule: Sendable {
    /// Seconds at which each span ends, and the number of its state.
    let ends: [Double]
    let states: [Int]

    /// The number of the span at a time.
    func span(at time: Double) -> Int {
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension [Float] {
    /// Each sample times the size of its state; sizes change over a second.
    fileprivate func scaled(by sizes: [Double], _ schedule: StateSchedule, from start: Int, rate: Double) -> [Float] {
        var result = self
        var span = schedule.span(at: Double(start) / rate)
        for index in result.indices {
            let time = Double(start + index) / rate
            while span + 1 < schedule.ends.count, schedule.ends[span] <= time { span += 1 }
            var size = sizes[schedule.states[span]]
            if span > 0, time < schedule.ends[span - 1] + 1 {
                let share = time - schedule.ends[span - 1]
                size = share * size + (1 - share) * sizes[schedule.states[span - 1]]
            }
            result[index] *= Float(size)
        }
        return result
    }
}
