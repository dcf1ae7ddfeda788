import EEGData
import Foundation
import Testing

/// Files written by other software and hardware, against the facts that several independent readers agree on.
@Suite struct EDFRealFileTests {
    typealias Entry = RealData.Entry<RealData.EDFFacts>

    static let entries = RealData.entries(in: "edf", as: RealData.EDFFacts.self) + RealData.entries(in: "bdf", as: RealData.EDFFacts.self)

    @Test(arguments: entries) func readsAsExpected(_ entry: Entry) throws {
        if entry.expect == "reject" {
            #expect(throws: EEGDataError.self) { try Recording(contentsOf: entry.path) }
            return
        }
        let facts = try #require(entry.facts)
        let recording = try Recording(contentsOf: entry.path)
        if entry.expect == "ok-with-warning" { #expect(!recording.notes.isEmpty) }

        #expect(recording.channels.map(\.label) == facts.channels.label)
        #expect(recording.channels.map(\.samplingRate) == facts.channels.fs)
        #expect(recording.channels.map(\.digitization?.digitalMinimum) == facts.channels.digMin)
        #expect(recording.channels.map(\.digitization?.digitalMaximum) == facts.channels.digMax)
        for (index, channel) in recording.channels.enumerated() where !isStatus(channel, facts) {
            #expect(channel.unit == PhysicalUnit(facts.channels.unit[index]))
            #expect(channel.digitization?.physicalMinimum == facts.channels.physMin[index])
            #expect(channel.digitization?.physicalMaximum == facts.channels.physMax[index])
        }
        try checkSegments(of: recording, against: facts)
        try checkSamples(of: recording, against: facts)
        try checkAnnotations(of: recording, against: facts)
    }

    /// The status words of BDF files are bits, which no scale of the header applies to.
    private func isStatus(_ channel: Channel, _ facts: RealData.EDFFacts) -> Bool {
        facts.format.hasPrefix("BDF") && channel.label == "Status"
    }

    private func checkSegments(of recording: Recording, against facts: RealData.EDFFacts) throws {
        let gaps = facts.format.hasSuffix("+D") ? facts.recordOnsets?.gaps ?? [] : []
        #expect(recording.segments.count == gaps.count + 1)
        guard let first = facts.recordOnsets?.first3.first, !gaps.isEmpty else { return }
        for (segment, gap) in zip(recording.segments.dropFirst(), gaps) { #expect(abs(segment.start - (gap[2] - first)) < 1e-9) }
        for index in recording.channels.indices {
            let error = #expect(throws: EEGDataError.self) { try recording.samples(of: index) }
            guard case .crossesGap = error else {
                Issue.record("the samples of \(recording.channels[index].label) must not be joined over a gap: \(String(describing: error))")
                continue
            }
        }
    }

    private func checkSamples(of recording: Recording, against facts: RealData.EDFFacts) throws {
        let indices = Array(recording.channels.indices)
        var stored = indices.map { _ in [Int]() }
        var floats = indices.map { _ in [Float]() }
        for segment in recording.segments {
            for (index, values) in try recording.digitalSamples(of: indices, in: segment).enumerated() { stored[index] += values.map(Int.init) }
            for (index, values) in try recording.samples(of: indices, in: segment).enumerated() { floats[index] += values }
        }
        let expected = facts.channels.digital
        #expect(stored.map(\.count) == expected.n)
        #expect(stored.map { Array($0.prefix(5)) } == expected.first5)
        #expect(stored.map { Array($0.suffix(3)) } == expected.last3)
        #expect(stored.map { $0.reduce(0, +) } == expected.sum)
        #expect(stored.map { $0.min() } == expected.min)
        #expect(stored.map { $0.max() } == expected.max)

        let physical = facts.channels.physical
        for (index, channel) in recording.channels.enumerated() {
            guard !isStatus(channel, facts) else {
                #expect(channel.kind == .stimulus && floats[index] == stored[index].map(Float.init), "status words are not scaled")
                continue
            }
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
            #expect(floats[index] == values.map { Float($0) } || zip(floats[index], values).allSatisfy { abs(Double($0) - $1) <= 1e-7 * largest })
        }
    }

    private func checkAnnotations(of recording: Recording, against facts: RealData.EDFFacts) throws {
        let expected = facts.annotations
        #expect(recording.annotations.count == expected.count)
        #expect(recording.startOffset == facts.recordOnsets?.first3.first ?? 0)
        let last = expected.last.map { [$0] } ?? []
        for (found, item) in Array(zip(recording.annotations, expected.first5)) + Array(zip(recording.annotations.suffix(1), last)) {
            #expect(found.text == item.text)
            #expect(found.duration == item.duration)
            #expect(abs(found.onset + recording.startOffset - item.onset) < 1e-9)
        }
    }

    /// What we write of a real file, in its own format and with gaps where it has some, is read back with the same integers, scales and
    /// annotations.
    @Test(arguments: entries.filter { $0.expect != "reject" })
    func roundTrip(_ entry: Entry) throws {
        let original = try Recording(contentsOf: entry.path)
        let isBDF = entry.facts?.format.hasPrefix("BDF") == true
        let folder = try TemporaryFolder()
        func write() throws {
            if isBDF { try original.writeBDF(to: folder.path("copy")) } else { try original.writeEDF(to: folder.path("copy")) }
        }
        let isASCII = original.channels.allSatisfy {
            ($0.label + $0.unit.symbol + $0.transducer + $0.prefiltering).utf8.allSatisfy { $0 < 128 }
        }
        guard isASCII else {
            // EDF+ allows ASCII only.
            #expect(throws: EEGDataError.self) { try write() }
            return
        }
        try write()
        let copy = try Recording(contentsOf: folder.path("copy"))
        let indices = Array(original.channels.indices)
        #expect(copy.channels == original.channels)
        #expect(copy.segments.count == original.segments.count)
        for (segment, expected) in zip(copy.segments, original.segments) {
            #expect(try copy.digitalSamples(of: indices, in: segment) == original.digitalSamples(of: indices, in: expected))
            #expect(abs(segment.start - expected.start) < 1e-9)
        }
        #expect(copy.start == original.start)
        #expect(abs(copy.startOffset - original.startOffset) < 1e-12)
        let sorted = original.annotations.sorted { $0.onset < $1.onset }
        #expect(copy.annotations.map(\.text) == sorted.map(\.text))
        #expect(copy.annotations.map(\.duration) == sorted.map(\.duration))
        #expect(zip(copy.annotations, sorted).allSatisfy { abs($0.onset - $1.onset) < 1e-9 })
    }
}
