import EEGData
import EEGTensor
import Foundation
import Testing

@Suite struct EyeStateSimulationTests {
    @Test func theSameSeedGivesTheSameRecording() throws {
        let simulation = EyeStateSimulation(duration: 20)
        let first = try simulation.recording(using: Generator(seed: 1))
        let second = try simulation.recording(using: Generator(seed: 1))
        let other = try simulation.recording(using: Generator(seed: 2))
        #expect(try first.samples(of: 6) == second.samples(of: 6))
        #expect(try first.samples(of: 6) != other.samples(of: 6))
        #expect(first.annotations == second.annotations)
        #expect(first.channels.count == 14 && first.duration == 20)
    }

    /// The amplitude of the part of a signal at 10 Hz, from windows of one second.
    private func alpha(_ windows: WindowSet, channel: Int, label: Int) throws -> Double {
        var sum = 0.0
        let indices = windows.windows.indices.filter { windows.windows[$0].label == label }
        for index in indices {
            let signals = try windows.signals(of: [index])
            var (real, imaginary) = (0.0, 0.0)
            for time in 0..<128 {
                let phase = 2 * Double.pi * 10 * Double(time) / 128
                real += Double(signals[0, channel, time]) * cos(phase)
                imaginary += Double(signals[0, channel, time]) * sin(phase)
            }
            sum += (real * real + imaginary * imaginary).squareRoot() / 64
        }
        return sum / Double(indices.count)
    }

    @Test func closedEyesBringAlphaToTheBackOfTheHead() throws {
        let recording = try EyeStateSimulation().recording(using: Generator(seed: 3))
        let windows = try recording.windows(
            inStates: [EyeStateSimulation.eyesOpen: 0, EyeStateSimulation.eyesClosed: 1], length: 1, stride: 1)
        let occipital = try recording.channelIndex("O1")
        #expect(try alpha(windows, channel: occipital, label: 1) > 2 * alpha(windows, channel: occipital, label: 0))
        let frontal = try recording.channelIndex("AF3")
        #expect(try recording.samples(of: frontal).contains { $0 > 100 }, "blinks reach the forehead")
        #expect(try recording.samples(of: occipital).allSatisfy { abs($0) < 100 }, "and not the occiput")
    }

    @Test func unusableSettingsThrow() throws {
        for simulation in [EyeStateSimulation(duration: 0), EyeStateSimulation(duration: .nan), EyeStateSimulation(samplingRate: 1)] {
            #expect(throws: EEGDataError.self) { try simulation.recording(using: Generator(seed: 1)) }
        }
    }
}
