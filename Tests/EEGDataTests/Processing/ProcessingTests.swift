import EEGData
import EEGTensor
import Testing

@Suite struct ProcessingTests {
    /// Every way in which a recording is processed whose results depend on neighbouring samples.
    private static let processes: [(name: String, apply: @Sendable (Recording) throws -> Recording)] = [
        ("FIR band-pass", { try $0.filtered(.bandPass(4...38)) }), ("FIR low-pass", { try $0.filtered(.lowPass(30)) }),
        ("FIR high-pass", { try $0.filtered(.highPass(1)) }),
        ("Butterworth band-pass", { try $0.filtered(.bandPass(1...40), by: .butterworth(order: 4)) }),
        ("Butterworth high-pass", { try $0.filtered(.highPass(0.5), by: .butterworth(order: 2)) }),
        ("notch", { try $0.notchFiltered(at: [50, 60]) }), ("resampled 125", { try $0.resampled(to: 125) }),
        ("resampled 256", { try $0.resampled(to: 256) }), ("decimated", { try $0.decimated(by: 2) }),
        ("chain", { try $0.filtered(.lowPass(30)).resampled(to: 100).filtered(.highPass(1), by: .butterworth(order: 2)) }),
    ]

    @Test(arguments: 0..<10) func anyRangeReadsAsPartOfTheWhole(process: Int) throws {
        let (name, apply) = Self.processes[process]
        let result = try apply(noiseRecording(seconds: 60, offset: 4000))
        let count = result.channels[0].sampleCount
        let whole = try result.samples(of: [0, 1])
        #expect(whole[0].count == count)
        for range in [
            0..<1, 0..<500, 1..<20, 700..<701, count / 2..<count / 2 + 400, count - 300..<count, count - 1..<count, 17..<count - 5,
        ] {
            let part = try result.samples(of: [1, 0], in: [range, range])
            #expect(distance(part[0], whole[1][range]) < 3e-3 && distance(part[1], whole[0][range]) < 3e-3, "\(name), \(range)")
        }
        #expect(try result.samples(of: 0, in: 5..<5).isEmpty)
    }

    @Test(arguments: [50.0, 100, 125, 200, 256, 400]) func codesOfEventsAreResampledAsTheyAre(rate: Double) throws {
        var codes = [Float](repeating: 0, count: 2000)
        codes.replaceSubrange(301..<302, with: [5])  // one sample, which falls between those of lower rates
        codes.replaceSubrange(700..<900, with: [Float](repeating: 130, count: 200))
        codes.replaceSubrange(900..<1000, with: [Float](repeating: 7, count: 100))
        let channels = ["Cz", "Status"].map { Channel(label: $0, samplingRate: 200, sampleCount: 2000) }
        let noise = try noiseRecording(["Cz"], seconds: 10).samples(of: 0)
        let recording = try Recording(channels: channels, samples: [noise, codes])
        let result = try recording.resampled(to: rate)
        let found = try result.samples(of: 1)
        var changes: [(code: Float, time: Double)] = []
        for (index, code) in found.enumerated() where index > 0 && code != found[index - 1] { changes.append((code, Double(index) / rate)) }
        #expect(changes.map(\.code) == [5, 0, 130, 7, 0], "\(changes)")
        let times = [301.0, 302, 700, 900, 1000].map { $0 / 200 }
        #expect(zip(changes, times).allSatisfy { abs($0.time - $1) <= 1 / min(rate, 200) + 1e-9 }, "\(changes)")
        // Any range reads as part of the whole, and the other channel is filtered as ever.
        for range in [0..<1, 3..<170, found.count - 1..<found.count] {
            #expect(try result.samples(of: [0, 1], in: [range, range])[1] == Array(found[range]))
        }
        let alone = try recording.picking(["Cz"]).resampled(to: rate).samples(of: 0)
        #expect(try distance(result.samples(of: 0), alone) == 0)
    }

    @Test func filtersAreThoseOfSignalProcessing() throws {
        let recording = try noiseRecording(seconds: 30)
        let signal = try Tensor(recording.samples(of: 0), shape: [1, 6000])
        let fir = try FIRFilter(.bandPass(4...38), samplingRate: 200)
        #expect(try distance(recording.filtered(.bandPass(4...38)).samples(of: 0), signal.filteredZeroPhase(by: fir).scalars) < 1e-4)
        let sections = try SecondOrderSections.butterworth(order: 4, .bandPass(1...40), samplingRate: 200)
        let butterworth = try recording.filtered(.bandPass(1...40), by: .butterworth(order: 4))
        #expect(try distance(butterworth.samples(of: 0), signal.filteredZeroPhase(by: sections).scalars) < 1e-5)
        let polyphase = signal.resampledPolyphase(up: 5, down: 8).scalars
        let resampled = try recording.resampled(to: 125).samples(of: 0)
        #expect(resampled.count == polyphase.count)
        #expect(distance(resampled[20..<(resampled.count - 20)], polyphase[20..<(polyphase.count - 20)]) < 1e-4)
    }

    @Test func anOffsetStaysThroughResampling() throws {
        let channel = Channel(label: "Cz", samplingRate: 128, sampleCount: 1280)
        let recording = try Recording(channels: [channel], samples: [[Float](repeating: 4300, count: 1280)])
        let samples = try recording.resampled(to: 100).samples(of: 0)
        #expect(samples.count == 1000 && samples.allSatisfy { abs($0 - 4300) < 5 }, "ends included")
        #expect(try recording.filtered(.highPass(1)).samples(of: 0).allSatisfy { abs($0) < 0.02 })
    }

    @Test func everyRateCanBeReached() throws {
        let channels = [
            Channel(label: "Cz", samplingRate: 256, sampleCount: 2560), Channel(label: "ABD", samplingRate: 32, sampleCount: 320),
        ]
        let recording = try Recording(channels: channels, samples: channels.map { [Float](repeating: 1, count: $0.sampleCount) })
        let resampled = try recording.resampled(to: 100)
        #expect(resampled.channels.map(\.sampleCount) == [1000, 1000] && resampled.channels.map(\.samplingRate) == [100, 100])
        #expect(try resampled.samples(of: [0, 1]).map(\.count) == [1000, 1000])
        #expect(throws: EEGDataError.self) { try recording.resampled(to: 0) }
        #expect(throws: EEGDataError.self) { try recording.resampled(to: 100.0123457) }
        #expect(throws: EEGDataError.self) { try recording.decimated(by: 2) }
        #expect(throws: EEGDataError.self) { try recording.filtered(.lowPass(40)) }
        #expect(throws: EEGDataError.self) { try recording.notchFiltered(at: [-50]) }
    }

    @Test func samplesAreMappedOneByOne() throws {
        let values: [Float] = [-3, -1, 0, .nan, 1, 2, 30]
        let recording = try Recording(channels: [Channel(label: "Cz", samplingRate: 1, sampleCount: 7)], samples: [values])
        #expect(try recording.replacingNonFinite().clipped(to: -2...2).samples(of: 0) == [-2, -1, 0, 0, 1, 2, 2])
        // Of the finite values the median is 0.5, the quartiles are -0.75 and 1.75.
        let scaled = try recording.robustlyScaled().samples(of: 0)
        #expect(scaled[4] == (1 - 0.5) / 2.5 && scaled[0] == (-3 - 0.5) / 2.5)
        #expect(throws: EEGDataError.self) { try recording.clipped(to: 1...1).replacingNonFinite(with: 1).robustlyScaled() }
    }

    @Test func annotationsAndDescriptionsAreCarriedAlong() throws {
        var recording = try noiseRecording(annotations: [Annotation(onset: 1, text: "x")])
        recording.subject = "S1"
        recording.session = "night 2"
        let result = try recording.picking(.eeg).filtered(.lowPass(40)).resampled(to: 100).referenced(to: .average).loaded()
        #expect(result.annotations == recording.annotations && result.subject == "S1" && result.session == "night 2")
        #expect(result.processing.count == 5 && result.duration == 20)
    }

    /// Recordings of one person that are rescaled together keep what tells them apart.
    @Test func recordingsAreRescaledTogether() throws {
        let quiet = try noiseRecording(seconds: 20, offset: 3)
        let loud = try Recording(channels: quiet.channels, samples: quiet.samples(of: [0, 1]).map { $0.map { 3 * $0 } })
        let results = try [quiet, loud].rescaled(toMicrovolts: 20)
        let samples = try results.map { try $0.samples(of: 1).map(Double.init) }
        let mean = samples.joined().reduce(0, +) / 8000
        let square = samples.joined().reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8000
        #expect(abs(mean) < 1e-4 && abs(square.squareRoot() - 20) < 1e-3)
        let spreads = samples.map { values in
            let mean = values.reduce(0, +) / 4000
            return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
        }
        #expect(abs(spreads[1] / spreads[0] - 3) < 1e-4)
        // Together with others the same recording gives other samples, and says so to the cache.
        #expect(try results[0].processing != quiet.rescaled(toMicrovolts: 20).processing)
        #expect(throws: EEGDataError.self) { try [quiet, noiseRecording(["Pz"])].rescaled(toMicrovolts: 20) }
    }
}
