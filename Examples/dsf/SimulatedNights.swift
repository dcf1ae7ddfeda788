import EEGData
import EEGTensor
import Foundation

/// Simulated nights of people who differ, as records in the layout of the PhysioNet Challenge of 2018.
struct SimulatedNights {
    var count: Int
    /// Hours of a night: the stages of eight hours, each shortened alike.
    var hours: Double
    var seed: UInt64

    /// Writes those records that are missing, and the table of subjects, into `folder`.
    func write(to folder: String, jobs: Int, progress: @escaping @Sendable () -> Void) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/training", withIntermediateDirectories: true)
        let names = Set((0..<count).map(name))
        let others = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/training").filter { !names.contains($0) && !$0.hasPrefix(".") }
            .sorted()
        guard others.isEmpty else { throw RunError("\(folder)/training holds other records (\(others[0])): choose an empty folder") }
        var generator = Generator(seed: seed).stream("people")
        let people = (0..<count).map { _ in "\(Bool.random(using: &generator) ? "F" : "M"),\(Int.random(in: 25...75, using: &generator))" }
        let rows = people.enumerated().map { "\(name($0)),\($1)" }
        try dsf.write((["Record,Sex,Age"] + rows).joined(separator: "\n") + "\n", to: "\(folder)/age-sex.csv")
        try inParallel(count, jobs: jobs) { number in
            let path = "\(folder)/training/\(name(number))"
            // The header is written last.
            if !FileManager.default.fileExists(atPath: "\(path)/\(name(number)).hea") {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try EEGRuntime.with(threads: 1) { try night(number).writeWFDB(to: path, name: name(number)) }
            }
            progress()
        }
    }

    private func name(_ number: Int) -> String { String(format: "tr99-%04d", number) }

    private func night(_ number: Int) throws -> Recording {
        let generator = Generator(seed: seed).stream("night", number)
        var person = generator.stream("person")
        func factor(_ range: ClosedRange<Double>) -> Double {
            exp(Double.random(in: log(range.lowerBound)...log(range.upperBound), using: &person))
        }
        let (background, alpha, theta, slowWaves) = (factor(0.75...1.35), factor(0.6...1.6), factor(0.7...1.4), factor(0.75...1.3))
        let schedule = shortened(.sleepNight(hours: 8, using: generator.stream("schedule"))).map { span in
            var span = span
            span.state.background *= background
            span.state.alpha *= alpha
            span.state.theta *= theta
            span.state.slowWavesPerMinute *= slowWaves
            return span
        }
        var simulation = RecordingSimulation(channels: SimulatedChannel.polysomnography, samplingRate: 200, schedule: schedule)
        simulation.electrodeNoise = factor(0.5...1)
        var recording = try simulation.simulated(using: generator.stream("signals")).recording
        // A few arousals, as a record has them beside the stages.
        recording.annotations += schedule.indices.dropFirst().filter { $0 % 7 == 0 }.map { index in
            Annotation(onset: schedule[..<index].reduce(0) { $0 + $1.duration }, duration: 8, text: "arousal_rera")
        }
        return recording
    }

    /// Each stage shortened to whole epochs of 30 s, one at least.
    private func shortened(_ night: [StateSpan]) -> [StateSpan] {
        night.map { StateSpan($0.state, duration: max(30, ($0.duration * hours / 8 / 30).rounded() * 30)) }
    }
}
