import EEGData
import Foundation
import Testing

/// EEGLAB data sets written by EEGLAB, against the facts that MNE and SciPy agree on.
@Suite struct EEGLABRealFileTests {
    struct Facts: Decodable, Sendable {
        struct Values: Decodable, Sendable {
            let first5: [[Double]]
            let mean: [Double]
            let std: [Double]
            let min: [Double]
            let max: [Double]
        }
        struct Event: Decodable, Sendable {
            let text: String
            let latency: Double

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                text = try values.decode(String.self)
                latency = try values.decode(Double.self)
            }
        }
        let nbchan: Double
        let pnts: Double
        let trials: Double
        let srate: Double
        let eventCount: Int?
        let eventsFirst5: [Event]?
        let labels: [String]
        let values: Values
        let mne: String

        enum CodingKeys: String, CodingKey {
            case nbchan, pnts, trials, srate, eventCount, eventsFirst5, labels, mne
            case values = "dataUv"
        }
    }

    @Test(arguments: RealData.entries(in: "eeglab", as: Facts.self))
    func readsAsExpected(_ entry: RealData.Entry<Facts>) throws {
        let facts = try #require(entry.facts)
        let recording = try Recording(contentsOf: entry.path)
        #expect(recording.channels.map(\.label) == facts.labels)
        #expect(recording.channels.allSatisfy { $0.unit == .microvolt && $0.samplingRate == facts.srate })
        #expect(recording.channels.allSatisfy { Double($0.sampleCount) == facts.pnts * facts.trials })
        #expect(facts.trials == 1 || Double(recording.segments.count) == facts.trials)
        if facts.labels.first == "EEG 000" { #expect(recording.notes.contains { $0.contains("invented") }) }

        for index in recording.channels.indices {
            let values = try recording.samplesOfAllSegments(index).map(Double.init)
            let largest = values.map(abs).max() ?? 0
            func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-8 * (abs(b) + largest) }
            let mean = values.reduce(0, +) / Double(values.count)
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
            #expect(zip(values, facts.values.first5[index]).allSatisfy(isNear))
            #expect(isNear(mean, facts.values.mean[index]) && isNear(deviation, facts.values.std[index]), "\(mean), \(deviation)")
            #expect(isNear(values.min() ?? 0, facts.values.min[index]) && isNear(values.max() ?? 0, facts.values.max[index]))
            let part = try recording.samples(of: [index], in: [3..<8])[0].map(Double.init)
            #expect(part == Array(values[3..<8]))
        }

        if let count = facts.eventCount {
            #expect(recording.annotations.count == count)
        } else {
            #expect(facts.mne.contains("\(recording.annotations.count) annotations"))
        }
        for (annotation, event) in zip(recording.annotations, facts.eventsFirst5 ?? []) {
            #expect(annotation.text == event.text)
            #expect(abs(annotation.onset * facts.srate + 1 - event.latency) < 1e-9)
        }
        if entry.file.contains("duration") { #expect(recording.annotations[0].duration == 0.5) }
        if entry.file.contains("chanloc") {
            let position = try #require(recording.channels[0].position)
            let expected = SIMD3(-26.1330144, 80.78401377, -4.00108454)
            #expect((0..<3).allSatisfy { abs(position[$0] - expected[$0]) < 1e-7 })
        }
    }
}

extension Recording {
    /// All samples of a channel, those of one segment behind those of the other.
    func samplesOfAllSegments(_ channel: Int) throws -> [Float] {
        try segments.flatMap { try samples(of: channel, in: $0.samples(of: channels[channel])) }
    }
}

extension EEGLABRealFileTests {
    /// A file of samples that ends early, as after a broken transfer.
    @Test func incompleteDataSetsAreReadAsFarAsTheyGo() throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fuzz/eeglab")
        let folder = try TemporaryFolder()
        let path = try folder.write([UInt8](Data(contentsOf: fixtures.appending(path: "continuous.set"))), to: "continuous.set")
        let bytes = try [UInt8](Data(contentsOf: fixtures.appending(path: "continuous.fdt")))
        _ = try folder.write(bytes, to: "continuous.fdt")
        let whole = try Recording(contentsOf: path)
        let (channels, count) = (whole.channels.count, whole.channels[0].sampleCount)
        let limited = try Recording(contentsOf: path, options: ReadOptions(limits: ReadLimits(decodedBytes: 1 << 16)))
        let repeated = [Int](repeating: 0, count: (1 << 14) / 5 + 1)
        #expect(throws: EEGDataError.self) { try limited.samples(of: repeated, in: repeated.map { _ in 0..<5 }) }
        let expected = try whole.samples(of: channels - 1, in: 0..<5)

        _ = try folder.write(Array(bytes.dropLast(4 * channels + 1)), to: "continuous.fdt")
        let part = try Recording(contentsOf: path)
        #expect(part.channels[0].sampleCount == count - 2)
        #expect(part.notes.contains("continuous.fdt holds \(count - 2) samples of each channel where the data set declares \(count)"))
        #expect(try part.samples(of: channels - 1, in: 0..<5) == expected)
        #expect(throws: EEGDataError.self) { try Recording(contentsOf: path, options: ReadOptions(isStrict: true)) }
    }
}
