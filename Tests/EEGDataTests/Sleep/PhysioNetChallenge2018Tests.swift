import EEGData
import EEGTensor
import Foundation
import Testing

/// Records as they lie on disk, and their preprocessing.
@Suite struct PhysioNetChallenge2018Tests {
    private static let schedule = [
        StateSpan(.wake, duration: 60), StateSpan(.n1, duration: 30), StateSpan(.n2, duration: 90), StateSpan(.n3, duration: 60),
        StateSpan(.rem, duration: 30),
    ]

    private func writeRecord(_ name: String, in folder: String) throws {
        let path = "\(folder)/training/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var night = try RecordingSimulation(
            channels: SimulatedChannel.polysomnography, samplingRate: 200, schedule: Self.schedule
        ).simulated(using: Generator(seed: 3)).recording
        night.annotations.append(Annotation(onset: 70, duration: 8, text: "arousal_rera"))
        try night.writeWFDB(to: path, name: name)
    }

    @Test func recordsAreFound() throws {
        let folder = try TemporaryFolder()
        for name in ["tr03-0029", "tr03-0005", "tr04-0001"] { try writeRecord(name, in: folder.url.path) }
        // Without signals it is no record.
        try FileManager.default.removeItem(atPath: folder.path("training/tr04-0001/tr04-0001.mat"))
        let byName = try PhysioNetChallenge2018(folder: folder.url.path)
        #expect(byName.records.map(\.name) == ["tr03-0005", "tr03-0029"])
        #expect(byName.records.allSatisfy { $0.subject == nil })

        _ = try folder.write(Array("Record,Sex,Age\nte01-0001,F,50\ntr03-0029,m,61\ntr03-0005,F,44\n".utf8), to: "age-sex.csv")
        let records = try PhysioNetChallenge2018(folder: folder.url.path).records
        #expect(records.map(\.name) == ["tr03-0029", "tr03-0005"])
        #expect(records.map(\.subject) == [1, 2] && records.map(\.age) == [61, 44] && records.map(\.sex) == ["M", "F"])
        #expect(throws: EEGDataError.self) { try PhysioNetChallenge2018(folder: folder.path("training")) }
    }

    @Test func nightsAreGivenAsTheyAreTrainedOn() throws {
        let folder = try TemporaryFolder()
        try writeRecord("tr03-0005", in: folder.url.path)
        let challenge = try PhysioNetChallenge2018(folder: folder.url.path)
        let night = try challenge.recording(of: challenge.records[0])
        #expect(night.channels.map(\.label) == ["F3-M2", "F4-M1", "O1-M2", "O2-M1"])
        #expect(night.channels.allSatisfy { $0.samplingRate == 100 && $0.sampleCount == 27_000 && $0.unit == .microvolt })
        #expect(night.subject == "tr03-0005" && Set(night.annotations.map(\.text)) == ["W", "N1", "N2", "N3", "R"])
        let windows = try night.sleepWindows()
        #expect(windows.windows.map(\.label) == [0, 0, 1, 2, 2, 2, 3, 3, 4])
        #expect(windows.windows.map(\.start) == (0..<9).map { 3000 * $0 })
        // Every second sample of the filtered signal.
        let original = try Recording(contentsOf: challenge.records[0].path)
        let filtered = try original.picking(["O1-M2"]).filtered(.lowPass(30)).samples(of: 0)
        let found = try night.samples(of: 2)
        #expect(found.indices.allSatisfy { found[$0] == filtered[2 * $0] })
    }

    @Test func filterIsThatOfMNE() throws {
        let at200 = try FIRFilter(.lowPass(30), samplingRate: 200).coefficients
        #expect(at200.count == 89)
        for (index, value) in [(44, 0.33712725), (45, 0.27709223), (46, 0.13491735), (47, -0.00411725), (0, 0.00026245)] {
            #expect(abs(Double(at200[index]) - value) < 2e-8, "coefficient \(index) is \(at200[index])")
        }
        let at100 = try FIRFilter(.lowPass(30), samplingRate: 100).coefficients
        #expect(at100.count == 45)
        for (index, value) in [(22, 0.67428169), (23, 0.26984558), (24, -0.13901765)] {
            #expect(abs(Double(at100[index]) - value) < 4e-8, "coefficient \(index) is \(at100[index])")
        }
    }

    /// Fourier resampling, as the published program has it, gives what decimation gives.
    @Test func decimationEqualsFourierResampling() throws {
        var generator = Generator(seed: 8)
        let noise = Tensor(normalWithMean: 0, standardDeviation: 20, shape: [8000], using: &generator).scalars
        let channels = PhysioNetChallenge2018.derivations.map { Channel(label: $0, kind: .eeg, samplingRate: 200, sampleCount: 8000) }
        let recording = try Recording(channels: channels, samples: channels.map { _ in noise })
        let decimated = try PhysioNetChallenge2018.preprocessed(recording).samples(of: 0)
        let filtered = try recording.filtered(.lowPass(30)).samples(of: 0)
        let resampled = Tensor(filtered, shape: [1, 8000]).resampledFourier(up: 1, down: 2).scalars
        let interior = 200..<3800
        let error = interior.reduce(0.0) { $0 + pow(Double(decimated[$1] - resampled[$1]), 2) }
        let power = interior.reduce(0.0) { $0 + pow(Double(decimated[$1]), 2) }
        #expect((error / power).squareRoot() < 1e-3)
    }

    @Test func environmentNamesTheFolders() throws {
        let folder = try TemporaryFolder()
        func found(_ environment: [String: String]) -> String { PhysioNetChallenge2018.defaultFolder(environment: environment) }
        let (root, home) = (folder.url.path, folder.path("home"))
        #expect(found(["PC18_DATASET_PATH": root]) == "\(root)/pc18-sleep-data")
        try FileManager.default.createDirectory(atPath: folder.path("test"), withIntermediateDirectories: true)
        #expect(found(["PC18_DATASET_PATH": root]) == root)
        #expect(found(["HOME": home]) == "\(home)/mne_data/pc18-sleep-data")
        try FileManager.default.createDirectory(atPath: folder.path("home/.mne"), withIntermediateDirectories: true)
        _ = try folder.write(Array("{\"PC18_DATASET_PATH\": \"\(root)\"}".utf8), to: "home/.mne/mne-python.json")
        #expect(found(["HOME": home]) == root)

        func cache(_ environment: [String: String]) -> String? { PhysioNetChallenge2018.defaultCacheFolder(environment: environment) }
        #expect(cache([:]) == "./joblib" && cache(["JOBLIB_CACHE_DIR": "/a"]) == "/a/joblib")
        #expect(cache(["JOBLIB_CACHE_DIR": "None"]) == nil)
    }
}
