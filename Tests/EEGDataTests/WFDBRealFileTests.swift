import EEGData
import Foundation
import Testing

/// WFDB records and annotation files of PhysioNet, against the facts that the `wfdb` package finds in them.
@Suite struct WFDBRealFileTests {
    struct Facts: Decodable, Sendable {
        struct Digital: Decodable, Sendable {
            let n: [Int]
            let first5: [[Int]]
            let last3: [[Int]]
            let sum: [Int]
            let min: [Int]
            let max: [Int]
        }
        struct Physical: Decodable, Sendable {
            let first5: [[Double]]
            let nan: [Int]
            let mean: [Double]
            let std: [Double]
        }
        struct Event: Decodable, Sendable {
            let sample: Int
            let symbol: String
            let text: String

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                sample = try values.decode(Int.self)
                symbol = try values.decode(String.self)
                text = try values.decode(String.self)
            }
        }
        // Of records.
        let fs: Double?
        let sigLen: Int?
        let signalNames: [String]?
        let units: [String]?
        let formats: [String]?
        let samplesPerFrame: [Int]?
        let adcGain: [Double]?
        let baseline: [Int]?
        let comments: [String]?
        let digital: Digital?
        let physical: Physical?
        // Of annotation files.
        let count: Int?
        let first10: [Event]?
        let last3: [Event]?
        let sumOfSamples: Int?
        let symbolCounts: [String: Int]?
        let auxCounts: [String: Int]?
        let nonzeroSubtypes: Int?
        let nonzeroChan: Int?
    }

    @Test(arguments: RealData.entries(in: "wfdb", as: Facts.self))
    func readsAsExpected(_ entry: RealData.Entry<Facts>) throws {
        if entry.file.hasSuffix(".mat") {
            let file = try MATFile(contentsOf: entry.path)
            let data = try #require(try file.value(of: "data").structure)
            let arousals = try #require(data["arousals"]?.numbers)
            #expect(arousals.shape == [1, 3_704_000] && arousals.doubles.reduce(0, +) == -1_198_181)
            let stages = try #require(data["sleep_stages"]?.structure)
            for (stage, count) in [("nonrem1", 656_000.0), ("nonrem2", 1_092_000), ("nonrem3", 810_000), ("rem", 150_000)] {
                #expect(stages[stage]?.numbers?.doubles.reduce(0, +) == count, "\(stage)")
            }
            return
        }
        let facts = try #require(entry.facts)
        if entry.file.hasSuffix(".hea") {
            try checkRecord(entry, facts)
        } else {
            try checkAnnotations(entry, facts)
        }
    }

    private func checkRecord(_ entry: RealData.Entry<Facts>, _ facts: Facts) throws {
        let recording = try Recording(contentsOf: entry.path)
        let channels = recording.channels
        let perFrame = facts.samplesPerFrame ?? channels.map { _ in 1 }
        #expect(channels.map(\.label) == facts.signalNames)
        #expect(channels.map(\.unit) == facts.units?.map { PhysicalUnit($0) })
        #expect(channels.map(\.samplingRate) == perFrame.map { Double($0) * (facts.fs ?? 0) })
        #expect(channels.map(\.sampleCount) == perFrame.map { $0 * (facts.sigLen ?? 0) })
        for comment in facts.comments ?? [] { #expect(recording.notes.contains { $0.contains(comment) }) }
        #expect(!recording.notes.contains { $0.contains("checksum") || $0.contains("first value") }, "\(recording.notes)")
        guard entry.expect != "header" else {
            let error = #expect(throws: EEGDataError.self) { try recording.samples(of: 0, in: 0..<10) }
            #expect("\(try #require(error))".contains(".mat"))
            return
        }
        let digital = try #require(facts.digital)
        let physical = try #require(facts.physical)
        for index in channels.indices {
            if let format = facts.formats?[index], !["16", "24", "32", "61", "80", "212"].contains(format) {
                let error = #expect(throws: EEGDataError.self) { try recording.digitalSamples(of: [index]) }
                #expect("\(try #require(error))".contains("format \(format)"))
                continue
            }
            let stored = try recording.digitalSamples(of: [index])[0].map(Int.init)
            #expect(stored.count == digital.n[index])
            #expect(Array(stored.prefix(5)) == digital.first5[index])
            #expect(Array(stored.suffix(3)) == digital.last3[index])
            #expect(stored.reduce(0, +) == digital.sum[index])
            #expect(stored.min() == digital.min[index] && stored.max() == digital.max[index])
            try checkPhysical(recording, index, physical)
        }
    }

    private func checkPhysical(_ recording: Recording, _ index: Int, _ physical: Facts.Physical) throws {
        let values = try recording.samples(of: index).map(Double.init)
        let numbers = values.filter { !$0.isNaN }
        let largest = numbers.map(abs).max() ?? 0
        // Float has seven digits.
        func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 2e-7 * largest }
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let deviation = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)).squareRoot()
        #expect(values.count - numbers.count == physical.nan[index])
        #expect(zip(values, physical.first5[index]).allSatisfy(isNear))
        #expect(isNear(mean, physical.mean[index]) && isNear(deviation, physical.std[index]), "\(mean), \(deviation)")
        // Any range gives the same as the whole.
        for range in [3..<4, 101..<250, (values.count - 7)..<values.count] {
            let part = try recording.samples(of: [index], in: [range])[0].map(Double.init)
            #expect(zip(part, values[range]).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(range)")
        }
    }

    private func checkAnnotations(_ entry: RealData.Entry<Facts>, _ facts: Facts) throws {
        let file = try WFDBAnnotations(contentsOf: entry.path)
        #expect(file.events.count == facts.count)
        #expect(file.samplingRate == facts.fs)
        #expect(file.events.reduce(0) { $0 + $1.sample } == facts.sumOfSamples)
        let pairs = Array(zip(file.events, facts.first10 ?? [])) + Array(zip(file.events.suffix(3), facts.last3 ?? []))
        for (event, expected) in pairs {
            #expect(event.sample == expected.sample)
            #expect(file.symbol(of: event) == expected.symbol)
            #expect(event.text == expected.text.trimmingCharacters(in: ["\0", "\n", "\r"]))
        }
        #expect(Dictionary(file.events.map { (file.symbol(of: $0), 1) }, uniquingKeysWith: +) == facts.symbolCounts)
        let texts = Dictionary(file.events.filter { !$0.text.isEmpty }.map { ($0.text, 1) }, uniquingKeysWith: +)
        let expectedTexts = Dictionary(uniqueKeysWithValues: (facts.auxCounts ?? [:]).map { ($0.trimmingCharacters(in: ["\0", "\n", "\r"]), $1) })
        #expect(texts == expectedTexts)
        #expect(file.events.count { $0.subtype != 0 } == facts.nonzeroSubtypes)
        #expect(file.events.count { $0.channel != 0 } == facts.nonzeroChan)
        if entry.file.hasSuffix("1003.atr") { #expect(file.definitions[15]?.meaning == "calibration pulse") }
        if entry.file.hasSuffix(".arousal") { try checkNight(file) }
    }

    /// Stages last to the next stage, events from their beginning to their end.
    private func checkNight(_ file: WFDBAnnotations) throws {
        let annotations = file.annotations(samplingRate: 200)
        let stages = annotations.filter { ["W", "N1", "N2", "N3", "R"].contains($0.text) }
        #expect(stages.count == 100)
        #expect(stages.first == Annotation(onset: 360, duration: 240, text: "W"))
        #expect(zip(stages, stages.dropFirst()).allSatisfy { abs($0.end - $1.onset) < 1e-9 })
        #expect(stages.last == Annotation(onset: 24030, duration: 30, text: "W"))
        let others = annotations.filter { !["W", "N1", "N2", "N3", "R"].contains($0.text) }
        #expect(
            Dictionary(others.map { ($0.text, 1) }, uniquingKeysWith: +)
                == ["arousal_rera": 27, "resp_centralapnea": 20, "resp_hypopnea": 14, "resp_obstructiveapnea": 9])
        #expect(others.allSatisfy { ($0.duration ?? 0) > 0 })
    }
}
