import EEGData
import Foundation
import Testing

/// Files written by other software, against the facts that several independent readers agree on.
@Suite struct EDFRealFileTests {
    @Test(arguments: RealData.entries(in: "edf", as: RealData.EDFFacts.self))
    func readsAsExpected(_ entry: RealData.Entry<RealData.EDFFacts>) throws {
        if entry.expect == "reject" {
            #expect(throws: EEGDataError.self) { try Recording(contentsOf: entry.path) }
            return
        }
        let facts = try #require(entry.facts)
        if facts.format == "EDF+D", facts.recordOnsets?.gaps.isEmpty == false {
            let error = #expect(throws: EEGDataError.self) { try Recording(contentsOf: entry.path) }
            guard case .unsupported = error else {
                Issue.record("a recording with gaps must be refused as not supported, not as \(String(describing: error))")
                return
            }
            return
        }
        let recording = try Recording(contentsOf: entry.path)
        if entry.expect == "ok-with-warning" { #expect(!recording.notes.isEmpty) }

        #expect(recording.channels.map(\.label) == facts.channels.label)
        #expect(recording.channels.map(\.unit) == facts.channels.unit.map { PhysicalUnit($0) })
        #expect(recording.channels.map(\.samplingRate) == facts.channels.fs)
        #expect(recording.channels.map(\.digitization?.physicalMinimum) == facts.channels.physMin)
        #expect(recording.channels.map(\.digitization?.physicalMaximum) == facts.channels.physMax)
        #expect(recording.channels.map(\.digitization?.digitalMinimum) == facts.channels.digMin)
        #expect(recording.channels.map(\.digitization?.digitalMaximum) == facts.channels.digMax)
        try checkSamples(of: recording, against: facts)
        try checkAnnotations(of: recording, against: facts)
    }

    private func checkSamples(of recording: Recording, against facts: RealData.EDFFacts) throws {
        let stored = try recording.digitalSamples(of: Array(recording.channels.indices)).map { $0.map(Int.init) }
        let expected = facts.channels.digital
        #expect(stored.map(\.count) == expected.n)
        #expect(stored.map { Array($0.prefix(5)) } == expected.first5)
        #expect(stored.map { Array($0.suffix(3)) } == expected.last3)
        #expect(stored.map { $0.reduce(0, +) } == expected.sum)
        #expect(stored.map { $0.min() } == expected.min)
        #expect(stored.map { $0.max() } == expected.max)

        let physical = facts.channels.physical
        for (index, channel) in recording.channels.enumerated() {
            let scale = try #require(channel.digitization)
            let values = stored[index].map(scale.physical)
            let largest = values.map(abs).max() ?? 0
            func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-8 * abs(b) + 1e-8 * largest }
            let mean = values.reduce(0, +) / Double(values.count)
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
            #expect(zip(values, physical.first5[index]).allSatisfy(isNear), "\(channel.label)")
            #expect(isNear(mean, physical.mean[index]) && isNear(deviation, physical.std[index]), "\(channel.label): \(mean), \(deviation)")
            let range = (lowest: try #require(values.min()), highest: try #require(values.max()))
            #expect(isNear(range.lowest, physical.min[index]) && isNear(range.highest, physical.max[index]), "\(channel.label): \(range)")
            let floats = try recording.samples(of: index)
            #expect(zip(floats, values).allSatisfy { abs(Double($0) - $1) <= 1e-6 * largest }, "\(channel.label): Float values")
        }
    }

    private func checkAnnotations(of recording: Recording, against facts: RealData.EDFFacts) throws {
        let expected = facts.annotations
        #expect(recording.annotations.count == expected.count)
        #expect(recording.startOffset == facts.recordOnsets?.first3.first ?? 0)
        let last = expected.last.map { [$0] } ?? []
        for (found, item) in zip(recording.annotations, expected.first5) + zip(recording.annotations.suffix(1), last) {
            #expect(found.text == item.text)
            #expect(found.duration == item.duration)
            #expect(abs(found.onset + recording.startOffset - item.onset) < 1e-9)
        }
    }

    /// What we write of a real file is read back with the same integers, scales and annotations.
    @Test(arguments: RealData.entries(in: "edf", as: RealData.EDFFacts.self).filter { $0.expect != "reject" && $0.facts?.recordOnsets?.gaps.isEmpty != false })
    func roundTrip(_ entry: RealData.Entry<RealData.EDFFacts>) throws {
        let original = try Recording(contentsOf: entry.path)
        let folder = try TemporaryFolder()
        let isASCII = original.channels.allSatisfy {
            ($0.label + $0.unit.symbol + $0.transducer + $0.prefiltering).utf8.allSatisfy { $0 < 128 }
        }
        guard isASCII else {
            // EDF+ allows ASCII only.
            #expect(throws: EEGDataError.self) { try original.writeEDF(to: folder.path("copy.edf")) }
            return
        }
        try original.writeEDF(to: folder.path("copy.edf"))
        let copy = try Recording(contentsOf: folder.path("copy.edf"))
        let indices = Array(original.channels.indices)
        #expect(copy.channels == original.channels)
        #expect(try copy.digitalSamples(of: indices) == original.digitalSamples(of: indices))
        #expect(copy.start == original.start)
        #expect(abs(copy.startOffset - original.startOffset) < 1e-12)
        let sorted = original.annotations.sorted { $0.onset < $1.onset }
        #expect(copy.annotations.map(\.text) == sorted.map(\.text))
        #expect(copy.annotations.map(\.duration) == sorted.map(\.duration))
        #expect(zip(copy.annotations, sorted).allSatisfy { abs($0.onset - $1.onset) < 1e-9 })
    }
}

private func + <A, B>(a: Zip2Sequence<[A], [B]>, b: Zip2Sequence<ArraySlice<A>, [B]>) -> [(A, B)] { Array(a) + Array(b) }
