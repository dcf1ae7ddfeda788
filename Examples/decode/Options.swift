import ArgumentParser
import Foundation

struct DataOptions: ParsableArguments {
    @Argument(help: "What to tell from the signals: fists, arithmetic or sleep.")
    var task: Task

    @Option(help: "The folder that holds eegmmi, eegmat and sleep-ucd; default: labelled/ in the folder that EEG_DATA_DIR names, else in ../shared/data.")
    var data: String?

    func folds() throws -> [Fold] {
        let root = ProcessInfo.processInfo.environment["EEG_DATA_DIR"] ?? "../shared/data"
        return Fold.leavingOneOut(of: try task.groups(in: data ?? root + "/labelled"))
    }
}
