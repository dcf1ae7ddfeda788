internal import EEGTensor
internal import Foundation

/// The polysomnograms of the PhysioNet/CinC Challenge of 2018 ("You Snooze You Win") as they lie on disk: `training/NAME/NAME.hea`, `.mat` and
/// `.arousal`. One night a person; the people are patients who were suspected to have sleep apnea.
///
/// ```swift
/// let challenge = try PhysioNetChallenge2018(folder: PhysioNetChallenge2018.defaultFolder())
/// let night = try challenge.recording(of: challenge.records[0])
/// let windows = try night.sleepWindows()
/// ```
///
/// Source: M. Ghassemi et al., "You Snooze, You Win: the PhysioNet/Computing in Cardiology Challenge 2018", Computing in Cardiology 45 (2018).
public struct PhysioNetChallenge2018: Sendable {
    /// One night.
    public struct Record: Sendable, Hashable {
        /// Such as `tr03-0005`.
        public let name: String
        /// The header.
        public let path: String
        /// The row of `age-sex.csv`, counted from 0, where that file lies in the folder that holds `training`: 989 to 1982 in the whole data set.
        public let subject: Int?
        public let age: Int?
        /// `F` or `M`.
        public let sex: String?
    }

    /// The folder that holds `training`.
    public let folder: String
    /// Those with sleep stages, in the order of subjects, or of names where these are not known.
    public let records: [Record]

    /// - Throws: where there are no records with a header, signals and an annotation file.
    public init(folder: String) throws(EEGDataError) {
        self.folder = folder
        let subjects = try Self.subjects(in: folder)
        let training = "\(folder)/training"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: training)) ?? []).sorted()
        var records: [Record] = []
        for name in names {
            let path = "\(training)/\(name)/\(name)"
            guard ["hea", "mat", "arousal"].allSatisfy({ FileManager.default.fileExists(atPath: "\(path).\($0)") }) else { continue }
            let subject = subjects[name]
            records.append(Record(name: name, path: path + ".hea", subject: subject?.row, age: subject?.age, sex: subject?.sex))
        }
        guard !records.isEmpty else {
            throw .empty(what: "records in \(training)", reason: "there is no NAME/NAME.hea with NAME.mat and NAME.arousal beside it")
        }
        self.records = records.sorted { ($0.subject ?? .max, $0.name) < ($1.subject ?? .max, $1.name) }
    }

    /// The folder that `PC18_DATASET_PATH` names, else the entry of that name in the configuration of MNE-Python (`~/.mne/mne-python.json`),
    /// else `~/mne_data`; where it holds neither `training` nor `test`, its folder `pc18-sleep-data`.
    ///
    /// - Parameter environment: nil for that of the process.
    public static func defaultFolder(environment: [String: String]? = nil) -> String {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let key = "PC18_DATASET_PATH"
        let home = environment["HOME"] ?? NSHomeDirectory()
        var root = environment[key]
        if root == nil, let data = FileManager.default.contents(atPath: "\(home)/.mne/mne-python.json") {
            root = (try? JSONSerialization.jsonObject(with: data) as? [String: Any])?[key] as? String
        }
        let folder = root ?? "\(home)/mne_data"
        let holdsRecords = ["training", "test"].contains { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
        return holdsRecords ? folder : "\(folder)/pc18-sleep-data"
    }

    /// Where preprocessed signals are kept (see `Recording.cached(in:)`): `joblib` in the folder that `JOBLIB_CACHE_DIR` names, else in the working
    /// folder; nil where the variable says `none`.
    ///
    /// - Parameter environment: nil for that of the process.
    public static func defaultCacheFolder(environment: [String: String]? = nil) -> String? {
        let folder = (environment ?? ProcessInfo.processInfo.environment)["JOBLIB_CACHE_DIR"] ?? "."
        return folder.lowercased() == "none" ? nil : folder + "/joblib"
    }

    /// Rows, ages and sexes by record.
    private static func subjects(in folder: String) throws(EEGDataError) -> [String: (row: Int, age: Int?, sex: String?)] {
        let path = "\(folder)/age-sex.csv"
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        let table = try CSVTable(contentsOf: path, delimiter: ",")
        let (names, sexes, ages) = (try table.column("Record"), try table.column("Sex"), try table.column("Age"))
        var subjects: [String: (row: Int, age: Int?, sex: String?)] = [:]
        for (row, name) in names.enumerated() { subjects[name] = (row, Int(ages[row]), sexes[row].isEmpty ? nil : sexes[row].uppercased()) }
        return subjects
    }
}

// MARK: Signals

extension PhysioNetChallenge2018 {
    /// The derivations that Banville et al. use, in their order.
    public static let derivations = ["F3-M2", "F4-M1", "O1-M2", "O2-M1"]

    /// A night as it is given to networks, computed as it is read: see ``preprocessed(_:)``. Its subject is that of the record, and its annotations
    /// are the sleep stages alone: a note names other events that stand in the same channel of the annotation file.
    ///
    /// - Throws: what reading throws, and where a derivation is missing.
    public func recording(of record: Record) throws(EEGDataError) -> Recording {
        var recording = try Self.preprocessed(Recording(contentsOf: record.path))
        let stages = Set(SleepStage.allCases.map(\.description))
        recording.annotations = recording.annotations.filter { stages.contains($0.text) }
        recording.subject = record.subject.map(String.init) ?? record.name
        let others = try Self.otherEvents(beside: stages, in: String(record.path.dropLast(4)) + ".arousal")
        return others.isEmpty ? recording : recording.noting("among the sleep stages, left out: \(others.joined(separator: ", "))")
    }

    /// The four derivations below 30 Hz (a FIR filter of 89 coefficients at 200 Hz) at 100 Hz, in microvolts.
    ///
    /// Missing samples count as 0: left in, they would spread over all that the filter computes together with them. From 200 Hz every second sample is kept: what lies beyond 50 Hz is already filtered out.
    public static func preprocessed(_ recording: Recording) throws(EEGDataError) -> Recording {
        let filtered = try recording.picking(derivations).inStandardUnits().replacingNonFinite().filtered(.lowPass(30))
        let rate = filtered.channels[0].samplingRate
        guard let factor = Int(exactly: rate / 100) else { return try filtered.resampled(to: 100) }
        return try filtered.decimated(by: factor)
    }

    /// What stands in the channels of the stages and is neither a stage nor the beginning or end of an event.
    private static func otherEvents(beside stages: Set<String>, in path: String) throws(EEGDataError) -> [String] {
        let events = try WFDBAnnotations(contentsOf: path).events
        let channels = Set(events.filter { stages.contains($0.text) }.map(\.channel))
        let others = events.filter {
            channels.contains($0.channel) && !stages.contains($0.text) && !$0.text.hasPrefix("(") && !$0.text.hasSuffix(")")
        }
        return Set(others.map { $0.text.isEmpty ? "an event of code \($0.code)" : $0.text }).sorted()
    }
}
