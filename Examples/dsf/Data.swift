import ArgumentParser
import EEGData
import EEGTensor
import Foundation
import Synchronization

/// Where recordings come from.
enum DataSet: String, CaseIterable, Codable, ExpressibleByArgument {
    /// All records of the PhysioNet Challenge of 2018 that are there.
    case pc18
    /// The first three of them.
    case pc18Debug = "pc18_debug"
    /// Simulated nights, written as records of the challenge first.
    case synthetic
    /// EDF files with a hypnogram among their annotations, or beside them as in Sleep-EDF.
    case edf
}

/// Which windows a network is trained, validated and tested with. It is kept beside each network.
struct DataSettings: Codable, Equatable {
    var dataSet: DataSet
    var validationShare = 0.2
    var testShare = 0.2
    var validationSeed: UInt32 = 87
    var testSeed: UInt32 = 87
    /// Seconds.
    var windowLength = 30
    /// Of `edf`; without validation files the network after the last epoch counts.
    var trainingFiles: [String] = []
    var validationFiles: [String] = []
    var testFiles: [String] = []
    /// Of `synthetic`.
    var recordings = 12
    var hours = 1.0
}

/// Windows of sleep with their stages, each recording in one of the parts.
struct StagingData {
    let training: WindowSet
    let validation: WindowSet?
    let test: WindowSet
    /// Whether any recording is simulated.
    let isSimulated: Bool

    static let classes = SleepStage.allCases.map(\.description)

    var out: Output { Output(isSimulated: isSimulated) }
}

extension DataSettings {
    /// Opens all recordings; signals are preprocessed once and kept in the cache folder.
    ///
    /// - Parameter jobs: recordings that are worked on at a time.
    func load(jobs: Int) throws -> StagingData {
        let data = try dataSet == .edf ? files() : challengeRecords(jobs: jobs)
        let out = data.out
        let channels = data.training.recordings[0].channels.map { $0.electrode ?? $0.name }
        for (name, part) in [("train", data.training), ("validate", data.validation), ("test", data.test)] {
            guard let part else { continue }
            let others = part.recordings[0].channels.map { $0.electrode ?? $0.name }
            guard others == channels else {
                throw RunError("the recordings to \(name) with have the channels \(others), those to train with \(channels)")
            }
            let counts = zip(StagingData.classes, part.classCounts).map { "\($0) \($1)" }.joined(separator: ", ")
            out("To \(name) with: \(part.recordings.count) recordings, \(part.count) windows of \(windowLength) s (\(counts))")
            let notes = part.recordings.flatMap { recording in
                recording.notes.map { "\(recording.path.map { URL(fileURLWithPath: $0).lastPathComponent + ": " } ?? "")\($0)" }
            }
            for note in notes.prefix(20) { out("Warning: \(note)") }
            if notes.count > 20 { out("Warning: \(notes.count - 20) more such notes") }
        }
        return data
    }

    private func challengeRecords(jobs: Int) throws -> StagingData {
        let cache = PhysioNetChallenge2018.defaultCacheFolder()
        let folder = try dataSet == .synthetic ? simulatedFolder(in: cache, jobs: jobs) : PhysioNetChallenge2018.defaultFolder()
        let challenge: PhysioNetChallenge2018
        do throws(EEGDataError) { challenge = try PhysioNetChallenge2018(folder: folder) } catch {
            guard case .empty = error else { throw error }
            throw RunError("\(error); name the folder that holds training/ in PC18_DATASET_PATH, or try simulated nights: synthetic")
        }
        if let cache { try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true) }
        let records = dataSet == .pc18Debug ? Array(challenge.records.prefix(3)) : challenge.records
        let split = try RecordingSplit(
            count: records.count, validation: validationShare, test: testShare, validationSeed: validationSeed, testSeed: testSeed)
        let nights = Mutex<[Int: WindowSet]>([:])
        let bar = Mutex(Progress("reading recordings", of: records.count))
        let isSimulated = records.contains { $0.name.hasPrefix("tr99-") }
        let out = Output(isSimulated: isSimulated)
        try inParallel(records.count, jobs: jobs) { number in
            let night = try EEGRuntime.with(threads: 1) { () throws -> WindowSet? in
                let recording = try challenge.recording(of: records[number])
                guard recording.annotations.contains(where: { SleepStage.classes[$0.text] != nil }) else { return nil }
                return try usableWindows(of: cache.map { try recording.cached(in: $0) } ?? recording)
            }
            if let night {
                nights.withLock { $0[number] = night }
            } else {
                out("Warning: \(records[number].name) has no sleep stage of \(windowLength) s and is left out")
            }
            bar.withLock { $0.step() }
        }
        func part(_ name: String, _ members: [Int]) throws -> WindowSet {
            try joined(members.compactMap { number in nights.withLock { $0[number] } }, to: name)
        }
        return StagingData(
            training: try part("train", split.training),
            validation: split.validation.isEmpty ? nil : try part("validate", split.validation), test: try part("test", split.test),
            isSimulated: isSimulated)
    }

    /// Nil for a night without a stage that is long enough.
    private func usableWindows(of night: Recording) throws(EEGDataError) -> WindowSet? {
        do throws(EEGDataError) { return try night.sleepWindows(length: Double(windowLength)) } catch {
            guard case .empty = error else { throw error }
            return nil
        }
    }

    private func joined(_ nights: [WindowSet], to name: String) throws -> WindowSet {
        guard !nights.isEmpty else { throw RunError("none of the recordings to \(name) with has a sleep stage of \(windowLength) s") }
        return try WindowSet(joining: nights)
    }

    /// The folder of the simulated records, which are made where they are missing.
    private func simulatedFolder(in cache: String?, jobs: Int) throws -> String {
        let folder = (cache ?? FileManager.default.temporaryDirectory.path) + "/synthetic-\(recordings)-nights-\(hours)-h"
        let bar = Mutex(Progress("simulating nights", of: recordings))
        try SimulatedNights(count: recordings, hours: hours, seed: 87).write(to: folder, jobs: jobs) { bar.withLock { $0.step() } }
        return folder
    }

    private func files() throws -> StagingData {
        StagingData(
            training: try nights(trainingFiles, to: "train"),
            validation: validationFiles.isEmpty ? nil : try nights(validationFiles, to: "validate"),
            test: try nights(testFiles, to: "test"), isSimulated: false)
    }

    /// EDF files, with their hypnograms: their EEG channels below 30 Hz at 100 Hz, each brought to a standard deviation of 20 µV over the recording,
    /// because units of such files are often wrong.
    private func nights(_ paths: [String], to name: String) throws -> WindowSet {
        var sets: [WindowSet] = []
        for path in paths {
            let recording = try Recording(nightIn: path).picking(.eeg).replacingNonFinite().filtered(.lowPass(30)).resampled(to: 100)
                .rescaled(toMicrovolts: 20).loaded()
            if let windows = try usableWindows(of: recording) {
                sets.append(windows)
            } else {
                Output(isSimulated: false)("Warning: \(path) has no sleep stage of \(windowLength) s and is left out")
            }
        }
        return try joined(sets, to: name)
    }
}

/// A progress bar that counts steps.
struct Progress: ~Copyable {
    private let bar: ProgressBar
    private let count: Int
    private var done = 0

    init(_ title: String, of count: Int) {
        bar = ProgressBar(title)
        self.count = count
    }

    mutating func step() {
        done += 1
        bar.update(Double(done) / Double(max(1, count)), note: "\(done) of \(count)")
        if done == count { bar.finish() }
    }
}
