import ArgumentParser
import EEGData
import EEGTensor
import Foundation

/// The recordings of a demonstration, cut into windows, and how they are held out.
struct DemoData {
    let title: String
    let preparation: String
    let heldOut: String
    let classes: [String]
    let windows: WindowSet
    let folds: [Fold]
    let isSimulated: Bool

    struct Fold {
        let training: WindowSet
        let testing: WindowSet
    }

    /// Standard deviation in microvolts that each electrode of a person, or of the recording, is brought to: strengths of corruption mean the
    /// same for all.
    static let deviation: Float = 20
    /// The sampling rate that the stager was published for, and seconds of a window: it needs 5.75 s.
    private static let samplingRate = 100.0
    private static let windowLength = 6.0

    private static let electrodes = [
        "Fp1", "Fp2", "F3", "F4", "F7", "F8", "T3", "T4", "C3", "C4", "T5", "T6", "P3", "P4", "O1", "O2", "Fz", "Cz", "Pz",
    ]
}

// MARK: Mental arithmetic

extension DemoData {
    /// One minute of rest and one of mental arithmetic of each person in a folder of the PhysioNet data set eegmat: `SubjectNN_1.edf` and
    /// `SubjectNN_2.edf`.
    static func arithmetic(in folder: String, folds: Int) throws -> DemoData {
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        let people = files.compactMap { $0.wholeMatch(of: #/(Subject\d+)_1\.edf/#).map { String($0.1) } }.filter {
            files.contains("\($0)_2.edf")
        }
        guard people.count >= 2 else { throw RunError("\(folder) does not hold SubjectNN_1.edf and SubjectNN_2.edf of two people or more") }
        let recordings = try people.map { person in
            try [1, 2].map { state in
                try Recording(contentsOf: "\(folder)/\(person)_\(state).edf").picking(electrodes).referenced(to: .average)
                    .filtered(.bandPass(1...30)).resampled(to: samplingRate).loaded()
            }
        }
        return try arithmetic(of: recordings, names: people, folds: folds, isSimulated: false)
    }

    /// The same of simulated people: rest with a strong alpha rhythm, arithmetic with theta over the forehead.
    static func simulatedArithmetic(folds: Int, seed: UInt64) throws -> DemoData {
        var recordings: [[Recording]] = []
        for person in 0..<8 {
            let generator = Generator(seed: seed).stream("person", person)
            var numbers = generator
            let alpha = Double.random(in: 5...12, using: &numbers)
            var rest = BrainState("rest")
            rest.alpha = alpha
            var arithmetic = BrainState("arithmetic")
            (arithmetic.alpha, arithmetic.theta, arithmetic.beta) = (0.6 * alpha, 3, 2)
            recordings.append(
                try [rest, arithmetic].enumerated().map { index, state in
                    try RecordingSimulation(samplingRate: samplingRate, schedule: [StateSpan(state, duration: 62)])
                        .simulated(using: generator.stream("state", index)).recording.referenced(to: .average).filtered(.bandPass(1...30))
                        .loaded()
                })
        }
        return try arithmetic(of: recordings, names: (0..<8).map { "simulated\($0)" }, folds: folds, isSimulated: true)
    }

    private static func arithmetic(of people: [[Recording]], names: [String], folds: Int, isSimulated: Bool) throws -> DemoData {
        let classes = ["rest", "arithmetic"]
        let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        var sets: [WindowSet] = []
        for (name, person) in zip(names, people) {
            var recording = try session(of: person.rescaled(toMicrovolts: deviation), states: classes)
            recording.subject = name
            sets.append(try recording.windows(alignedTo: labels, length: windowLength, stride: 3))
        }
        let windows = try WindowSet(joining: sets)
        let groups = try windows.folds(min(folds, people.count), by: .subject)
        return DemoData(
            title: "mental arithmetic against rest, \(people.count)\(isSimulated ? " SIMULATED" : "") people",
            preparation: "19 electrodes, average reference, 1 to 30 Hz, 100 Hz, windows of 6 s every 3 s of one minute of each state; each "
                + "electrode of a person has a standard deviation of \(Int(deviation)) µV over both states",
            heldOut: "people, in \(groups.count) groups: none of them is trained with", classes: classes, windows: windows,
            folds: groups.map { Fold(training: $0.training, testing: $0.testing) }, isSimulated: isSimulated)
    }

    /// One recording of all states of a person, one after the other: a channel that is corrupted is so in all of them, and does not tell the state.
    private static func session(of recordings: [Recording], states: [String]) throws -> Recording {
        var channels = recordings[0].channels
        var samples: [[Float]] = channels.map { _ in [] }
        var annotations: [Annotation] = []
        var start = 0.0
        for (recording, state) in zip(recordings, states) {
            for index in samples.indices { samples[index] += try recording.samples(of: index) }
            // The files end with one to two seconds without a signal.
            let onset = max(0, recording.duration - 62)
            annotations.append(Annotation(onset: start + onset, duration: min(60, recording.duration - onset), text: state))
            start += recording.duration
        }
        for index in channels.indices { channels[index].sampleCount = samples[index].count }
        return try Recording(channels: channels, samples: samples, annotations: annotations)
    }
}

// MARK: Eye state

extension DemoData {
    /// Eyes open against closed: one person, 14 electrodes, held out in blocks of time.
    static func eyeState(_ recording: Recording, folds: Int, isSimulated: Bool) throws -> DemoData {
        let repaired = try recording.interpolating { $0.text == "BAD_artefact" }.filtered(.bandPass(1...30)).resampled(to: samplingRate)
            .rescaled(toMicrovolts: deviation).loaded()
        let classes = [EyeStateSimulation.eyesOpen, EyeStateSimulation.eyesClosed]
        let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        let windows = try repaired.windows(inStates: labels, label: .middle, length: windowLength, stride: 0.5)
        let blocks = try windows.timeBlockFolds(folds, blocksPerFold: 1, gap: 1)
        return DemoData(
            title: "eyes open against closed, one\(isSimulated ? " SIMULATED" : "") recording",
            preparation:
                "14 electrodes, 1 to 30 Hz, 100 Hz, windows of 6 s every 0.5 s, labelled by the state at their middle; each electrode has "
                + "a standard deviation of \(Int(deviation)) µV",
            heldOut: "\(blocks.count) blocks of time, 1 s apart from training", classes: classes, windows: windows,
            folds: blocks.map { Fold(training: $0.training, testing: $0.testing) }, isSimulated: isSimulated)
    }
}
