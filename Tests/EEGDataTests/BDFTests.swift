import EEGData
import Foundation
import Testing

/// 24-bit recordings and the status words of BioSemi recorders.
@Suite struct BDFTests {
    @Test func everyKindOf24BitIntegerSurvives() throws {
        let values = (-8_388_608...8_388_607).filter { $0 % 127 == 0 || abs($0) < 300 || abs($0) > 8_388_300 || $0.nonzeroBitCount < 3 }
        let count = values.count / 64 * 64
        let scale = Digitization(physical: (-8_388_608, 8_388_607), digital: (-8_388_608, 8_388_607))
        let channel = Channel(label: "ramp", samplingRate: 64, sampleCount: count, digitization: scale)
        let recording = try Recording(
            channels: [channel, channel], samples: [values.prefix(count).map { Float($0) }, values.prefix(count).reversed().map { Float($0) }])
        let folder = try TemporaryFolder()
        try recording.writeBDF(to: folder.path("ramp.bdf"))
        let copy = try Recording(contentsOf: folder.path("ramp.bdf"))
        #expect(copy.channels == recording.channels && copy.notes.isEmpty)
        let isEqual = try copy.digitalSamples(of: [0])[0] == values.prefix(count).map { Int32($0) }
        #expect(isEqual)
        let areFloatsEqual = try copy.samples(of: 1) == values.prefix(count).reversed().map { Float($0) }
        #expect(areFloatsEqual)
        for range in [0..<1, 1..<2, 63..<65, 100..<1000] {
            #expect(try copy.digitalSamples(of: [0], in: [range])[0] == values[range].map { Int32($0) })
        }
        #expect(throws: EEGDataError.self, "24 bits are too many for EDF") { try recording.writeEDF(to: folder.path("ramp.edf")) }
    }

    @Test func changesOfTheTriggerInputsAreEvents() throws {
        // The state of the recorder (bits 16 and above) changes too, which is no event.
        let state: Int32 = (1 << 20) | (1 << 23)
        let words: [Int32] = [5, 5, 0, 0, 7, 7, 9, 0, 7, 7 | (1 << 16), 7, 0].map { $0 | state }
        // Status words with the highest bit set are negative integers.
        let signed = words.map { Float(($0 << 8) >> 8) }
        let range = Digitization(physical: (-8_388_608, 8_388_607), digital: (-8_388_608, 8_388_607))
        let channels = ["EEG Cz", "Status"].map {
            Channel(label: $0, unit: PhysicalUnit($0 == "Status" ? "Boolean" : "uV"), samplingRate: 4, sampleCount: 12, digitization: range)
        }
        let folder = try TemporaryFolder()
        try Recording(channels: channels, samples: [signed, signed]).writeBDF(to: folder.path("a.bdf"))
        let recording = try Recording(contentsOf: folder.path("a.bdf"))
        let events = try recording.triggerEvents()
        #expect(events.map(\.sample) == [4, 6, 8] && events.map(\.code) == [7, 9, 7] && events.map(\.time) == [1, 1.5, 2])
        let status = try recording.biosemiStatus()
        #expect(status[0].isCommonModeInRange && status[0].isMarkTwo && !status[0].isBatteryLow && !status[0].startsEpoch)
        #expect(status[9].startsEpoch && status[9].trigger == 7 && status[0].speedMode == 0)
        #expect(recording.picking(.eeg).channels.map(\.label) == ["EEG Cz"])
        #expect(recording.channels[1].kind == .stimulus)
    }
}
