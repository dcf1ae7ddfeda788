import EEGData
import Testing

@Suite struct ChannelNameTests {
    @Test(arguments: [
        ("EEG Fp1-REF", "Fp1"), ("Fc5.", "FC5"), ("C3..", "C3"), ("FZ", "Fz"), ("T3", "T7"), ("EEG T4-LE", "T8"), ("T5", "P7"),
        ("t6", "P8"),
        ("T3-T5", "T7-P7"), ("F3-M2", "F3"), ("FP1", "Fp1"), ("AFF5h", "AFF5h"), ("ftt10H", "FTT10h"), ("POO10h", "POO10h"), ("CPZ", "CPz"),
        ("A1", "A1"),
    ])
    func labelsNameStandardElectrodes(label: String, electrode: String) {
        let channel = Channel(label: label, samplingRate: 1, sampleCount: 0)
        #expect(channel.electrode == electrode)
        #expect(channel.kind == .eeg)
    }

    @Test(arguments: ["ECG", "Status", "E1-M2", "C33", "Fp1-", "", "-", "X1", "EEG 001", "Czh", "C0", "Chin1-Chin2", "F3-C3-P3"])
    func otherLabelsNameNone(label: String) {
        #expect(Channel(label: label, samplingRate: 1, sampleCount: 0).electrode == nil)
    }

    @Test func kindsFollowFromLabels() {
        let kinds = [
            "E1-M2": Channel.Kind.eog, "Chin1-Chin2": .emg, "ABD": .respiration, "AIRFLOW": .respiration, "SaO2": .oxygenSaturation,
            "ECG": .ecg,
        ]
        for (label, kind) in kinds { #expect(Channel(label: label, samplingRate: 1, sampleCount: 0).kind == kind, "\(label)") }
    }

    @Test func channelsAreFoundByAnyName() throws {
        let recording = try noiseRecording(["EEG Fp1-REF", "EEG T3-REF", "Cz.", "F3-M2", "F3-C3"], seconds: 1)
        #expect(try recording.channelIndex("T7") == 1)
        #expect(try recording.channelIndex("CZ") == 2)
        #expect(try recording.channelIndex("F3") == 3)
        #expect(try recording.channelIndex("F3-M2") == 3)
        #expect(try recording.picking(["Cz", "fp1"]).channels.map(\.label) == ["Cz.", "EEG Fp1-REF"])
        #expect(throws: EEGDataError.self) { try recording.channelIndex("O1") }
        #expect(throws: EEGDataError.self) { try noiseRecording(["T3", "T7-REF"], seconds: 1).channelIndex("t7") }
    }

    @Test func unitsConvert() throws {
        #expect(PhysicalUnit("mV").factor(to: .microvolt) == 1000)
        #expect(PhysicalUnit("fT").factor(to: .tesla) == 1e-15)
        #expect(PhysicalUnit("fT/cm").standard == .teslaPerMetre)
        #expect(PhysicalUnit("%").factor(to: .microvolt) == nil && PhysicalUnit("%").standard == PhysicalUnit("%"))
        let channel = Channel(label: "Cz", unit: .millivolt, samplingRate: 1, sampleCount: 2)
        let recording = try Recording(channels: [channel], samples: [[1, -2]])
        #expect(try recording.inStandardUnits().samples(of: 0) == [1000, -2000])
        #expect(try recording.converted(to: .volt).channels[0].unit == .volt)
        #expect(throws: EEGDataError.self) { try recording.converted(to: .tesla) }
    }
}
