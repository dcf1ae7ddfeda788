import EEGData
import Foundation
import Testing

/// BrainVision files written by other software, against the facts that MNE and plain reading agree on.
@Suite struct BrainVisionRealFileTests {
    struct Facts: Decodable, Sendable {
        struct Stored: Decodable, Sendable {
            let first5: [[Double]]
            let sum: [Double]
            let min: [Double]
            let max: [Double]
        }
        struct Physical: Decodable, Sendable {
            let first5: [[Double]]
            let mean: [Double]
            let std: [Double]
            let min: [Double]
            let max: [Double]
        }
        struct Markers: Decodable, Sendable {
            let lines: Int
            let first5: [RealData.EDFFacts.Annotations.Item]?
        }
        let fs: Double
        let nSamples: Int?
        let labels: [String]
        let resolution: [Double]?
        let storedValues: Stored?
        let mneSiUnits: Physical?
        let markers: Markers
    }

    static let entries = RealData.entries(in: "brainvision", as: Facts.self)

    @Test(arguments: entries) func readsAsExpected(_ entry: RealData.Entry<Facts>) throws {
        if entry.expect == "reject" {
            #expect(throws: EEGDataError.self) {
                let recording = try Recording(contentsOf: entry.path)
                _ = try recording.samples(of: Array(recording.channels.indices))
            }
            return
        }
        let facts = try #require(entry.facts)
        let recording = try Recording(contentsOf: entry.path)
        #expect(recording.channels.map(\.label) == facts.labels)
        #expect(recording.channels.allSatisfy { abs($0.samplingRate - facts.fs) < 1e-9 * facts.fs })
        // The marker that begins the recording is its start, not an annotation.
        #expect(recording.annotations.count == facts.markers.lines - 1)
        for item in facts.markers.first5 ?? [] {
            #expect(
                recording.annotations.contains {
                    $0.text == item.text && abs($0.onset - item.onset) < 1e-9 && abs(($0.duration ?? -1) - (item.duration ?? -1)) < 1e-9
                }, "\(item)")
        }
        if entry.expect == "header" {
            let steps = recording.channels.compactMap { $0.digitization?.step }
            #expect(zip(steps, facts.resolution ?? []).allSatisfy { abs($0 - $1) < 1e-12 } && steps.count == facts.resolution?.count)
            let error = #expect(throws: EEGDataError.self) { try recording.samples(of: 0) }
            #expect("\(try #require(error))".contains(".eeg"))
            return
        }
        try checkSamples(of: recording, against: facts)
    }

    private func checkSamples(of recording: Recording, against facts: Facts) throws {
        let indices = Array(recording.channels.indices)
        var values = indices.map { _ in [Double]() }
        for segment in recording.segments {
            for (index, samples) in try recording.samples(of: indices, in: segment).enumerated() { values[index] += samples.map(Double.init) }
        }
        let physical = try #require(facts.mneSiUnits)
        for (index, channel) in recording.channels.enumerated() {
            #expect(values[index].count == facts.nSamples)
            // MNE has voltages in volts, and siemens without a prefix.
            let scale = channel.unit.volts ?? (channel.unit.symbol == "uS" ? 1e-6 : 1)
            let samples = values[index].map { $0 * scale }
            let largest = samples.map(abs).max() ?? 0
            func isNear(_ a: Double?, _ b: Double) -> Bool { abs((a ?? .nan) - b) <= 1e-6 * abs(b) + 1e-6 * largest }
            let mean = samples.reduce(0, +) / Double(samples.count)
            let deviation = (samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples.count)).squareRoot()
            #expect(zip(samples, physical.first5[index]).allSatisfy { isNear($0, $1) }, "\(channel.label)")
            #expect(isNear(mean, physical.mean[index]) && isNear(deviation, physical.std[index]), "\(channel.label): \(mean), \(deviation)")
            #expect(isNear(samples.min(), physical.min[index]) && isNear(samples.max(), physical.max[index]), "\(channel.label)")
        }
        guard let stored = facts.storedValues, recording.channels.allSatisfy({ $0.digitization != nil }) else { return }
        let integers = try recording.digitalSamples(of: indices).map { $0.map(Double.init) }
        #expect(integers.map { Array($0.prefix(5)) } == stored.first5)
        #expect(integers.map { $0.reduce(0, +) } == stored.sum)
        #expect(integers.map { $0.min() } == stored.min && integers.map { $0.max() } == stored.max)
    }
}
