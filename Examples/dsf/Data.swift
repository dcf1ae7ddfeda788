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
    /// EDF files with a hypnogram among their annotations.
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
}

extension DataSettings {
    /// Opens all recordings; signals are preprocessed once and kept in the cache folder.
    ///
    /// - Parameter jobs: recordings that are worked on at a time.
    func load(jobs: Int, out: Output) throws -> StagingData {
        let data: StagingData
        switch dataSet {
        case .edf:
            data = StagingData(
                training: try nights(trainingFiles, jobs), validation: validationFiles.isEmpty ? nil : try nights(validationFiles, jobs),
                test: try nights(testFiles, jobs), isSimulated: false)
        case .pc18, .pc18Debug, .synthetic:
            data = try challengeRecords(jobs: jobs, out: out)
        }
        for (name, part) in [("train", data.training), ("validate", data.validation), ("test", data.test)] {
            guard let part else { continue }
            let counts = zip(StagingData.classes, part.classCounts).map { "\($0) \($1)" }.joined(separator: ", ")
            out("To \(name) with: \(part.recordings.count) recordings, \(part.count) windows of \(windowLength) s (\(counts))")
            for note in part.recordings.flatMap(\.notes) where note.contains("left out") { out("Warning: \(note)") }
        }
        return data
    }

    private func challengeRecords(jobs: Int, out: Output) throws -> StagingData {
        let cache = PhysioNetChallenge2018.defaultCacheFolder()
        let folder = try dataSet == .synthetic ? simulatedFolder(in: cache, jobs: jobs) : PhysioNetChallenge2018.defaultFolder()
        let challenge = try PhysioNetChallenge2018(folder: folder)
        let records = dataSet == .pc18Debug ? Array(challenge.records.prefix(3)) : challenge.records
        let split = try RecordingSplit(
            count: records.count, validation: validationShare, test: testShare, validationSeed: validationSeed, testSeed: testSeed)
        let nights = Mutex<[Int: WindowSet]>([:])
        let bar = Mutex(Progress("reading recordings", of: records.count))
        let isSimulated = records.contains { $0.name.hasPrefix("tr99-") }
        try inParallel(records.count, jobs: jobs) { number in
            let night = try EEGRuntime.with(threads: 1) { () throws -> WindowSet? in
                let recording = try challenge.recording(of: records[number])
                guard recording.annotations.contains(where: { SleepStage.classes[$0.text] != nil }) else { return nil }
                return try (cache.map { try recording.cached(in: $0) } ?? recording).sleepWindows(length: Double(windowLength))
            }
            if let night {
                nights.withLock { $0[number] = night }
            } else {
                out("Warning: \(records[number].name) has no sleep stages and is left out")
            }
            bar.withLock { $0.step() }
        }
        func part(_ members: [Int]) throws -> WindowSet {
            try WindowSet(joining: members.compactMap { number in nights.withLock { $0[number] } })
        }
        return StagingData(
            training: try part(split.training), validation: split.validation.isEmpty ? nil : try part(split.validation),
            test: try part(split.test), isSimulated: isSimulated)
    }

    /// The folder of the simulated records, which are made where they are missing.
    private func simulatedFolder(in cache: String?, jobs: Int) throws -> String {
        let folder = (cache ?? FileManager.default.temporaryDirectory.path) + "/synthetic-\(recordings)-nights-\(hours)-h"
        let bar = Mutex(Progress("simulating nights", of: recordings))
        try SimulatedNights(count: recordings, hours: hours, seed: 87).write(to: folder, jobs: jobs) { _ in bar.withLock { $0.step() } }
        return folder
    }

    /// EDF files: their EEG channels below 30 Hz at 100 Hz, each brought to a standard deviation of 20 µV over the night, because units of
    /// such files are often wrong.
    private func nights(_ paths: [String], _ jobs: Int) throws -> WindowSet {
        var sets: [WindowSet] = []
        for path in paths {
            let recording = try Recording(contentsOf: path).picking(.eeg).filtered(.lowPass(30)).resampled(to: 100).rescaled(
                toMicrovolts: 20
            ).loaded()
            sets.append(try recording.sleepWindows(length: Double(windowLength)))
        }
        return try WindowSet(joining: sets)
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
