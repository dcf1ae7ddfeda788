import EEGData
import Foundation
import Testing

/// Recordings that EDF cannot hold as they are.
@Suite struct RequantizationTests {
    private static let count = 512

    private static func recording(_ digitization: Digitization? = nil, _ value: (Int) -> Float) throws -> Recording {
        let channel = Channel(label: "Cz", samplingRate: 256, sampleCount: count, digitization: digitization)
        return try Recording(channels: [channel], samples: [(0..<count).map(value)])
    }

    private static let sizes: [Double] = [1, 1e-13, 3.7e-5, 123_456, 2.5e9, 1e30]
    private static let constants: [Float] = [0, 0.1, -2.7, 1e20]

    @Test(arguments: sizes, [16, 24])
    func floatsAreWrittenInSteps(size: Double, bits: Int) throws {
        let folder = try TemporaryFolder()
        let original = try Self.recording { Float(size * (sin(Double($0) / 5) + 0.3)) }
        #expect(throws: EEGDataError.self) { try original.writeEDF(to: folder.path("a.edf")) }
        let stepped = try original.requantized(bits: bits)
        let path = folder.path(bits == 16 ? "a.edf" : "a.bdf")
        if bits == 16 { try stepped.writeEDF(to: path) } else { try stepped.writeBDF(to: path) }
        let copy = try Recording(contentsOf: path)
        let step = try #require(stepped.channels[0].digitization?.step)
        // Of a range of 2 sizes, rounded outwards to what a header holds.
        #expect(step <= size * 2 * 1.12 / (bits == 16 ? 65_535 : 16_777_215))
        #expect(stepped.notes.count == 1 && stepped.notes[0].contains("Cz: the values were re-quantized to \(bits) bits, in steps of \(Float(step))"))
        let (found, expected) = try (copy.samples(of: 0), original.samples(of: 0))
        #expect(zip(found, expected).allSatisfy { abs(Double($0) - Double($1)) <= 0.501 * step + 1e-7 * size }, "\(step)")
        #expect(try zip(stepped.samples(of: 0), found).allSatisfy { abs(Double($0) - Double($1)) <= 1e-6 * size })
        #expect(try copy.requantized(bits: bits).notes.isEmpty, "a second time nothing changes")
    }

    @Test(arguments: constants) func constantsAreWritten(value: Float) throws {
        let folder = try TemporaryFolder()
        let stepped = try Self.recording { _ in value }.requantized(bits: 16)
        try stepped.writeEDF(to: folder.path("a.edf"))
        let step = try Float(#require(stepped.channels[0].digitization).step)
        #expect(try Recording(contentsOf: folder.path("a.edf")).samples(of: 0).allSatisfy { abs($0 - value) <= step })
    }

    @Test func wholeNumbersStay() throws {
        let folder = try TemporaryFolder()
        let original = try Self.recording { Float($0 % 7 * 1000 - 3000) }
        let stepped = try original.requantized(bits: 16)
        #expect(stepped.notes.isEmpty)
        try stepped.writeEDF(to: folder.path("a.edf"))
        let isSame = try Recording(contentsOf: folder.path("a.edf")).samples(of: 0) == original.samples(of: 0)
        #expect(isSame)
    }

    @Test func whatFitsStaysAndOddScalesAreNamed() throws {
        let folder = try TemporaryFolder()
        // The scale of a tenth is no exact number, but a header states it.
        let tenth = Digitization(physical: (-32768 * 0.1, 32767 * 0.1))
        let kept = try Self.recording(tenth) { Float($0) }.requantized(bits: 16)
        #expect(kept.channels[0].digitization == tenth && kept.notes.isEmpty)
        try kept.writeEDF(to: folder.path("a.edf"))
        let odd = try Self.recording(Digitization(physical: (-32768 * 0.0488281, 32767 * 0.0488281))) { Float($0) * 0.3 }
        let error = #expect(throws: EEGDataError.self) { try odd.writeEDF(to: folder.path("b.edf")) }
        let message = "\(try #require(error))"
        #expect(message.contains("channel Cz") && message.contains("requantized(bits: 16)"))
        try odd.requantized(bits: 16).writeEDF(to: folder.path("b.edf"))
    }

    @Test func numbersThatAreNotFiniteAreNamed() throws {
        let recording = try Self.recording { $0 == 128 ? .nan : Float($0) + 0.5 }
        let error = #expect(throws: EEGDataError.self) { try recording.requantized(bits: 16) }
        #expect("\(try #require(error))".contains("Cz holds a value that is not finite at 0.5 s"))
    }
}
