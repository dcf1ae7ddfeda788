import ArgumentParser
import Foundation
import Synchronization

struct Synthesize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Writes simulated nights as records in the layout of the PhysioNet Challenge of 2018, to try everything without its data."
    )

    @Argument(help: "The folder; name it in PC18_DATASET_PATH afterwards.")
    var folder: String

    @Option(help: "The number of nights.")
    var recordings = 12

    @Option(help: "Hours of a night.")
    var hours = 1.0

    @Option(help: "Where all random numbers come from.")
    var seed: UInt64 = 87

    @Option(name: .customLong("n_jobs"), help: "Nights that are made at a time.")
    var jobs = 1

    func validate() throws {
        guard (1...9999).contains(recordings), hours > 0, hours <= 24, (1...1024).contains(jobs) else {
            throw ValidationError("expected are 1 to 9999 recordings, up to 24 hours and 1 to 1024 jobs, not \(recordings), \(hours), \(jobs)")
        }
    }

    func run() throws {
        let bar = Mutex(Progress("simulating nights", of: recordings))
        try SimulatedNights(count: recordings, hours: hours, seed: seed).write(to: folder, jobs: jobs) { bar.withLock { $0.step() } }
        print("[simulated] \(recordings) nights in \(folder)/training")
    }
}
