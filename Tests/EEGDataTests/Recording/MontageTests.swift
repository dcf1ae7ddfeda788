import EEGData
import Testing

@Suite struct MontageTests {
    private let recording: Recording

    init() throws {
        let labels = [
            "Fp1", "F7", "T3", "T5", "O1", "F3", "C3", "P3", "Fp2", "F8", "T4", "T6", "O2", "F4", "C4", "P4", "Fz", "Cz", "Pz", "A1", "A2",
        ]
        let channels =
            labels.map { Channel(label: $0, samplingRate: 4, sampleCount: 3) } + [Channel(label: "ECG", samplingRate: 4, sampleCount: 3)]
        recording = try Recording(channels: channels, samples: channels.indices.map { [Float($0), Float($0 * $0), 1] })
    }

    private func value(_ label: String, _ time: Int = 1) throws -> Float { try recording.samples(of: recording.channelIndex(label))[time] }

    @Test func bipolarMontagesAreDifferences() throws {
        let banana = try recording.applying(.longitudinalBipolar)
        #expect(banana.channels.map(\.label).prefix(4) == ["Fp1-F7", "F7-T7", "T7-P7", "P7-O1"])
        #expect(banana.channels.count == 18 && banana.channels.allSatisfy { $0.kind == .eeg })
        for (index, channel) in banana.channels.enumerated() {
            let pair = channel.label.split(separator: "-").map(String.init)
            #expect(try banana.samples(of: index)[1] == value(pair[0]) - value(pair[1]))
        }
        #expect(try recording.applying(.transverseBipolar).channels.count == 18)
    }

    @Test func anyLinearMapIsApplied() throws {
        let montage = Montage([Derivation("x", ["Cz": 2, "Pz": -0.5, "T7": 1])])
        #expect(try recording.applying(montage).samples(of: 0)[1] == 2 * value("Cz") - 0.5 * value("Pz") + value("T3"))
        let matrix = try montage.matrix(for: recording)
        #expect(matrix[0][2] == 1 && matrix[0].reduce(0, +) == 2.5)
        #expect(throws: EEGDataError.self) { try recording.applying(Montage(differences: [("Cz", "Oz")])) }
        #expect(throws: EEGDataError.self) { try recording.applying(Montage([])) }
        #expect(throws: EEGDataError.self) { try recording.applying(Montage([Derivation("empty", [:])])) }
    }

    @Test func unitsAreBroughtTogether() throws {
        let channels = [
            Channel(label: "Cz", samplingRate: 1, sampleCount: 1), Channel(label: "Pz", unit: .millivolt, samplingRate: 1, sampleCount: 1),
        ]
        let mixed = try Recording(channels: channels, samples: [[500], [1]])
        #expect(try mixed.applying(Montage(differences: [("Cz", "Pz")])).samples(of: 0) == [-500])
        #expect(throws: EEGDataError.self) { try mixed.referenced(to: .average) }
    }

    @Test func referencesAreSubtracted() throws {
        let average = try recording.referenced(to: .average)
        let mean = try (0..<19).map { try recording.samples(of: $0)[1] }.reduce(0, +) / 19
        #expect(try abs(average.samples(of: 3)[1] - (9 - mean)) < 1e-4)
        #expect(try average.samples(of: 21) == recording.samples(of: 21), "the heart has its own reference")
        let sum = try average.samples(of: Array(0..<19)).reduce(Float(0)) { $0 + $1[1] }
        #expect(abs(sum) < 1e-3)
        let ears = try recording.referenced(to: .linkedMastoids)
        let first = try ears.samples(of: 0)[1]
        #expect(first == -380.5, "half of 19 squared and 20 squared")
        let cz = try recording.referenced(to: .channels(["Cz"]))
        #expect(try cz.samples(of: cz.channelIndex("Cz")) == [0, 0, 0])
        // A linear map: the old reference does not matter.
        let both = try cz.referenced(to: .average)
        #expect(try distance(both.samples(of: 5), average.samples(of: 5)) < 1e-4)
    }
}
