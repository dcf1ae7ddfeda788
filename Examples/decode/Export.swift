import ArgumentParser
import EEGData
import EEGTensor
import Foundation

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the arrays of each fold as NPY files, for programs in other languages to train on the same numbers.")

    @OptionGroup var options: DataOptions

    @Option(help: "The folder for the arrays.")
    var output: String

    func run() throws {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        for (number, fold) in try options.folds().enumerated() {
            for (part, windows) in [("training", fold.training), ("test", fold.test)] {
                try NumericArray(shape: Array(windows.signals.shape), values: .float(windows.signals.scalars))
                    .writeNPY(to: "\(output)/fold\(number)-\(part)-signals.npy")
                try NumericArray(shape: [windows.labels.count], values: .int64(windows.labels.map(Int64.init)))
                    .writeNPY(to: "\(output)/fold\(number)-\(part)-labels.npy")
            }
            print(
                "\(options.task.rawValue), \(fold.name) held out: \(fold.training.labels.count) windows to train with, \(fold.test.labels.count) to test on"
            )
        }
    }
}
