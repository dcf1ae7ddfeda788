import ArgumentParser
import EEGData

/// The texts of the annotations that this program writes and reads.
enum State {
    static let open = EyeStateSimulation.eyesOpen
    static let closed = EyeStateSimulation.eyesClosed
    /// Samples that are no EEG; they were cut off at the ends of the stored range.
    static let artefact = "BAD_artefact"
}

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Checks the EEG Eye State recording and writes it as EDF+ with annotations.")

    @Argument(help: "The recording as the UCI repository has it: eeg-eye-state.arff.")
    var input: String

    @Argument(help: "The EDF+ file to write.")
    var output: String

    private static let samplingRate = 128.0
    private static let stateColumn = "eyeDetection"
    /// EEG stays far below; contact faults and transmission errors do not. In µV.
    private static let artefactLimit: Float = 1000

    func run() throws {
        let table = try ARFFTable(contentsOf: input)
        try check(table)
        let names = table.names.filter { $0 != Self.stateColumn }
        let samples = try names.map { try table.column($0).map { Float($0) } }
        let raw = try Recording(
            channels: names.map { Channel(label: "EEG \($0)", samplingRate: Self.samplingRate, sampleCount: table.rowCount) }, samples: samples)

        let outliers = try raw.outliers(beyond: Self.artefactLimit)
        let bad = Set(outliers.map(\.sample))
        let channels = zip(raw.channels, samples).map { channel, values in
            var channel = channel
            // 16 bits over the artefacts too would leave steps of 11 µV.
            channel.digitization = Digitization(physical: range(of: values, without: bad))
            channel.transducer = "saline electrode, Emotiv EPOC"
            return channel
        }
        print("\(output): \(raw.channels.count) channels of \(table.rowCount) samples, \(raw.duration) s")
        for outlier in outliers {
            let time = Double(outlier.sample) / Self.samplingRate
            let clipped = outlier.channels.map { "\(names[$0]) \(samples[$0][outlier.sample])" }
            print("artefact at \(time) s, cut off at the stored range and marked \(State.artefact): \(clipped.joined(separator: ", ")) µV")
        }
        let annotations =
            try states(in: table)
            + outliers.map {
                Annotation(onset: Double($0.sample) / Self.samplingRate, duration: 1 / Self.samplingRate, text: State.artefact)
            }
        // The writer refuses what lies outside of the stored range: it is cut off here, where it was announced.
        let stored = zip(channels, samples).map { channel, values in
            guard let range = channel.digitization else { return values }
            return values.map { min(max($0, Float(range.physicalMinimum)), Float(range.physicalMaximum)) }
        }
        try Recording(channels: channels, samples: stored, annotations: annotations).writeEDF(to: output, equipment: "Emotiv_EPOC")
    }

    /// What is known of the recording beside its SHA-256.
    private func check(_ table: ARFFTable) throws {
        let sum = try table.column("AF3").reduce(0, +)
        let closed = try table.column(Self.stateColumn).reduce(0, +)
        let checks = [
            ("number of rows", "14980", "\(table.rowCount)"), ("number of columns", "15", "\(table.names.count)"),
            ("sum of column AF3", "64742328.3", "\((sum * 100).rounded() / 100)"), ("rows with eyes closed", "6723", "\(Int(closed))"),
        ]
        let failures = checks.filter { $0.1 != $0.2 }.map { "\($0.0) is \($0.2), expected \($0.1)" }
        guard failures.isEmpty else { throw WrongRecording(file: input, failures: failures) }
    }

    /// The range of the values, rounded outwards to 10 µV.
    private func range(of values: [Float], without bad: Set<Int>) -> (minimum: Double, maximum: Double) {
        let good = values.indices.filter { !bad.contains($0) }.map { Double(values[$0]) }
        return (((good.min() ?? 0) / 10).rounded(.down) * 10, ((good.max() ?? 0) / 10).rounded(.up) * 10)
    }

    /// An annotation for each stretch of equal state.
    private func states(in table: ARFFTable) throws -> [Annotation] {
        let column = try table.column(Self.stateColumn)
        var states: [Annotation] = []
        var start = 0
        for sample in 1...column.count where sample == column.count || column[sample] != column[start] {
            states.append(
                Annotation(
                    onset: Double(start) / Self.samplingRate, duration: Double(sample - start) / Self.samplingRate,
                    text: column[start] == 0 ? State.open : State.closed))
            start = sample
        }
        return states
    }
}

/// The checks that a file failed.
struct WrongRecording: Error, CustomStringConvertible {
    let file: String
    let failures: [String]

    var description: String { "\(file) is not the EEG Eye State recording: \(failures.joined(separator: "; "))" }
}
