import EEGData
import EEGTensor
import Testing

@Suite struct RecordingSimulationTests {
    private let night = RecordingSimulation(
        channels: SimulatedChannel.polysomnography, samplingRate: 200, schedule: .sleepNight(hours: 8, using: Generator(seed: 4)))

    @Test func anyStretchOfANightIsComputedByItself() throws {
        let recording = try night.simulated(using: Generator(seed: 1)).recording
        #expect(recording.channels.count == 13 && recording.duration == 8 * 3600)
        #expect(recording.channels.map(\.label).prefix(2) == ["F3-M2", "F4-M1"])
        let long = try recording.samples(of: [0, 6, 7, 12], in: [Range](repeating: 1_000_000..<1_010_000, count: 4))
        let short = try recording.samples(of: [0, 6, 7, 12], in: [Range](repeating: 1_004_321..<1_004_999, count: 4))
        for (a, b) in zip(long, short) { #expect(Array(a[4321..<4999]) == b) }
        let again = try night.simulated(using: Generator(seed: 1)).recording
        #expect(try again.samples(of: 0, in: 0..<1000) == recording.samples(of: 0, in: 0..<1000))
        let other = try night.simulated(using: Generator(seed: 2)).recording
        #expect(try other.samples(of: 0, in: 0..<1000) != recording.samples(of: 0, in: 0..<1000))
    }

    @Test func stagesCoverTheNight() throws {
        let recording = try night.simulated(using: Generator(seed: 1)).recording
        #expect(recording.annotations.allSatisfy { ["W", "N1", "N2", "N3", "R"].contains($0.text) })
        #expect(recording.annotations.allSatisfy { $0.onset.truncatingRemainder(dividingBy: 30) == 0 })
        let windows = try recording.picking(["F3", "C3"]).windows(alignedTo: ["W": 0, "N1": 1, "N2": 2, "N3": 3, "R": 4], length: 30)
        #expect(windows.count == 960 && windows.classCounts.allSatisfy { $0 > 20 }, "\(windows.classCounts)")
        // Slow waves make deep sleep the largest.
        func power(_ label: Int) throws -> Float {
            let index = try #require(windows.windows.indices.filter { windows.windows[$0].label == label }.dropFirst(2).first)
            let signal = try windows.signal(of: index).scalars
            return signal.reduce(0) { $0 + $1 * $1 } / Float(signal.count)
        }
        #expect(try power(3) > 2 * power(4))
    }

    @Test func channelsAreWeightedSumsOfTheSources() throws {
        var simulation = RecordingSimulation(
            samplingRate: 128,
            schedule: .alternating(
                [.eyesOpen, .eyesClosed], lasting: 3...6, duration: 60, using: Generator(seed: 1)))
        simulation.electrodeNoise = 0
        simulation.lineNoise = (50, 3)
        simulation.flatChannels = [3]
        let simulated = try simulation.simulated(using: Generator(seed: 9))
        let sources = try simulated.sources.samples(of: Array(simulated.sources.channels.indices))
        let signals = try simulated.recording.samples(of: Array(simulated.recording.channels.indices))
        for (channel, signal) in signals.enumerated() {
            let expected = signal.indices.map { time in
                channel == 3 ? 0 : zip(simulated.mixing[channel], sources).reduce(Float(0)) { $0 + $1.0 * $1.1[time] }
            }
            #expect(distance(signal, expected) < 1e-3, "channel \(channel)")
        }
        let blinks = simulated.events.filter { $0.text == "blinks" }
        #expect(!blinks.isEmpty)
        let open = simulated.recording.annotations.filter { $0.text == "eyes open" }
        #expect(blinks.allSatisfy { blink in open.contains { $0.onset <= blink.onset && blink.end <= $0.end } })
    }

    @Test func unusableSettingsThrow() throws {
        let spans = [StateSpan(.wake, duration: 10)]
        for simulation in [
            RecordingSimulation(samplingRate: 10, schedule: spans), RecordingSimulation(samplingRate: 100, schedule: []),
            RecordingSimulation(samplingRate: 100, schedule: [StateSpan(.wake, duration: -1)]),
            RecordingSimulation(channels: [], samplingRate: 100, schedule: spans),
            RecordingSimulation(channels: [.electrode("X9")], samplingRate: 100, schedule: spans),
        ] {
            #expect(throws: EEGDataError.self) { try simulation.simulated(using: Generator(seed: 1)) }
        }
    }
}
