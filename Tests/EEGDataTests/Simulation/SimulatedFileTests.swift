import EEGData
import EEGTensor
import Foundation
import Testing

/// Nights that are made up come back from files as they were.
@Suite struct SimulatedFileTests {
    private static let night: Recording? = {
        let simulation = RecordingSimulation(
            channels: Array(SimulatedChannel.polysomnography), samplingRate: 200, schedule: .sleepNight(hours: 0.25, using: Generator(seed: 4)))
        return try? simulation.simulated(using: Generator(seed: 1)).recording
    }()

    @Test(arguments: ["hea", "edf", "bdf"]) func nightsSurvive(format: String) throws {
        let folder = try TemporaryFolder()
        let night = try #require(Self.night)
        let path = folder.path("night.\(format)")
        switch format {
        case "hea": try night.writeWFDB(to: folder.url.path, name: "night")
        case "edf": try night.requantized(bits: 16).writeEDF(to: path)
        default: try night.requantized(bits: 24).writeBDF(to: path)
        }
        let copy = try Recording(contentsOf: path)
        #expect(copy.channels.map(\.label) == night.channels.map(\.label) && copy.channels.map(\.unit) == night.channels.map(\.unit))
        #expect(copy.channels.map(\.sampleCount) == night.channels.map(\.sampleCount))
        let stages = ["W": 0, "N1": 1, "N2": 2, "N3": 3, "R": 4]
        func labels(_ recording: Recording) throws -> [Int] {
            try recording.picking(["F3", "C3"]).windows(alignedTo: stages, length: 30).windows.map(\.label)
        }
        #expect(try labels(copy) == labels(night))
        // A record has one stage after the other, the last one epoch by epoch; the others have annotations as they are.
        if format != "hea" { #expect(copy.annotations == night.annotations) }
        for index in night.channels.indices {
            let step = try Float(#require(copy.channels[index].digitization).step)
            let largest = try distance(copy.samples(of: index), night.samples(of: index))
            #expect(largest <= step, "\(night.channels[index].label): \(largest), one step is \(step)")
        }
    }
}
