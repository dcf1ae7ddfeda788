import ArgumentParser
import Foundation

struct DataOptions: ParsableArguments {
    @Argument(help: "What to tell from the signals: fists, arithmetic or sleep.")
    var task: Task

    @Option(
        help: "The folder that holds eegmmi, eegmat and sleep-ucd; default: labelled/ in the folder that EEG_DATA_DIR names, else in ../shared/data.")
    var data: String?

    @Option(help: "Samples a second that the signals are resampled to; default: 80 for fists, 128 for arithmetic, 100 for sleep.")
    var samplingRate: Double?

    func validate() throws {
        if let samplingRate, !(samplingRate > 0 && samplingRate.isFinite) {
            throw ValidationError("the sampling rate must be a positive number of Hz, got \(samplingRate)")
        }
    }

    func folds() throws -> [Fold] {
        let root = ProcessInfo.processInfo.environment["EEG_DATA_DIR"] ?? "../shared/data"
        return Fold.leavingOneOut(of: try task.groups(in: data ?? root + "/labelled", samplingRate: samplingRate ?? task.samplingRate))
    }
}
