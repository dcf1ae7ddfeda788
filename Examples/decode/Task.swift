import ArgumentParser
import EEGData
import EEGTensor
import Foundation

/// What is told from the signals.
enum Task: String, CaseIterable, ExpressibleByArgument {
    /// Imagined movement of both fists against both feet: one person, 21 electrodes, one of three runs held out.
    case fists
    /// Mental arithmetic against rest: 19 electrodes, one of eight people held out.
    case arithmetic
    /// Sleep stages of 30 s: one electrode, one of two nights held out.
    case sleep

    var classes: [String] {
        switch self {
        case .fists: ["fists", "feet"]
        case .arithmetic: ["rest", "arithmetic"]
        case .sleep: ["W", "N1", "N2", "N3", "R"]
        }
    }

    /// How the signals are prepared, for the output.
    var preparation: String {
        switch self {
        case .fists: "21 electrodes over the motor cortex, 4 to 38 Hz, 0.5 to 3.5 s from the cue, scaled by electrode over the training runs"
        case .arithmetic: "1 to 40 Hz, average reference, 4 s every 2 s of one minute of each state, scaled by person and electrode"
        case .sleep: "0.3 to 35 Hz, 30 s, scaled by night"
        }
    }

    /// Samples a second, unless others are wanted.
    var samplingRate: Double {
        switch self {
        case .fists: 80
        case .arithmetic: 128
        case .sleep: 100
        }
    }

    /// The windows in groups, one of which is held out in turn.
    func groups(in folder: String, samplingRate: Double) throws -> [Group] {
        switch self {
        case .fists: try ["06", "10", "14"].map { try fistsRun($0, folder + "/eegmmi", samplingRate) }
        case .arithmetic: try (0..<8).map { try arithmeticPerson(String(format: "%02d", $0), folder + "/eegmat", samplingRate) }
        case .sleep: try ["018", "022"].map { try night($0, folder + "/sleep-ucd", samplingRate) }
        }
    }

    /// Tells what was noticed while a file was read, such as that its end is missing.
    private func opened(_ path: String) throws -> Recording {
        let recording = try Recording(contentsOf: path)
        for note in recording.notes { print("Note: \(path): \(note)") }
        return recording
    }

    private func fistsRun(_ run: String, _ folder: String, _ samplingRate: Double) throws -> Group {
        let recording = try opened("\(folder)/S001R\(run).edf").picking(Self.motorElectrodes)
            .filtered(.bandPass(4...38)).resampled(to: samplingRate).loaded()
        return try Group(name: "run \(run)", recording.windows(around: ["T1": 0, "T2": 1], from: 0.5, to: 3.5), scalesItself: false)
    }

    /// The last minute of rest and of arithmetic.
    private func arithmeticPerson(_ person: String, _ folder: String, _ samplingRate: Double) throws -> Group {
        let states = try classes.enumerated().map { index, state in
            var recording = try opened("\(folder)/Subject\(person)_\(index + 1).edf").picking(Self.electrodes)
                .referenced(to: .average).filtered(.bandPass(1...40)).resampled(to: samplingRate).loaded()
            recording.annotations = [Annotation(onset: recording.duration - 60, duration: 60, text: state)]
            return recording
        }
        let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        return try Group(
            name: "person \(person)",
            WindowSet(
                joining: states.map { state in
                    // Each recording holds one of the classes; the other must be known as well.
                    try state.windows(alignedTo: labels, length: 4, stride: 2)
                }), scalesItself: true)
    }

    private static let motorElectrodes = ["FC", "C", "CP"].flatMap { row in ["5", "3", "1", "z", "2", "4", "6"].map { row + $0 } }

    private static let electrodes = [
        "Fp1", "Fp2", "F3", "F4", "F7", "F8", "T3", "T4", "C3", "C4", "T5", "T6", "P3", "P4", "O1", "O2", "Fz", "Cz", "Pz",
    ]

    private func night(_ night: String, _ folder: String, _ samplingRate: Double) throws -> Group {
        let recording = try opened("\(folder)/ucddb\(night).edf").picking(.eeg).filtered(.bandPass(0.3...35))
            .resampled(to: samplingRate).loaded()
        let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ("Sleep stage \($1)", $0) })
        return try Group(name: "night \(night)", recording.windows(alignedTo: labels, length: 30), scalesItself: true)
    }
}

/// Windows that are held out together: of a run, a person or a night.
struct Group {
    let name: String
    let shape: SignalShape
    let signals: Tensor
    let labels: [Int]

    /// - Parameter scalesItself: whether each channel is brought to mean 0 and deviation 1 over the group, which needs no labels.
    init(name: String, _ windows: WindowSet, scalesItself: Bool) throws {
        self.name = name
        shape = windows.shape
        let read = try windows.signals(of: Array(0..<windows.count))
        signals = scalesItself ? try Standardization(fitting: windows)(read) : read
        labels = windows.windows.map(\.label)
    }
}

/// Windows to train with and windows of another group to test on.
struct Fold {
    let name: String
    let shape: SignalShape
    let training: (signals: Tensor, labels: [Int])
    let test: (signals: Tensor, labels: [Int])

    /// Each group held out in turn; channels are scaled over what is trained with.
    static func leavingOneOut(of groups: [Group]) -> [Fold] {
        groups.indices.map { tested in
            let others = groups.indices.filter { $0 != tested }
            let signals = concatenate(others.map { groups[$0].signals })
            let mean = signals.mean(over: [0, 2], keepingDimensions: true)
            let deviation = signals.standardDeviation(over: [0, 2], keepingDimensions: true)
            return Fold(
                name: groups[tested].name, shape: groups[tested].shape,
                training: ((signals - mean) / deviation, others.flatMap { groups[$0].labels }),
                test: ((groups[tested].signals - mean) / deviation, groups[tested].labels))
        }
    }
}
