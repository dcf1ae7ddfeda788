import ArgumentParser
import EEGData
import EEGFiles
import EEGPlot
import Foundation

struct Plot: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draws tables of evaluations: several are taken for repetitions of one experiment.")

    @Argument(help: "The tables, noise_robustness_results.csv of one run each.")
    var tables: [String]

    @Option(help: "Where the figure goes.")
    var output = "noise_robustness.svg"

    func run() throws {
        var rows: [RobustnessRow] = []
        for path in tables { rows += try RobustnessRow.read(from: path) }
        guard !rows.isEmpty else { throw RunError("the tables are empty") }
        let isSimulated = tables.contains(where: holdsSimulated) || rows.contains { $0.parts.first == DataSet.synthetic.rawValue }
        try makeFolder(of: output)
        try RobustnessFigure(rows: rows, isSimulated: isSimulated).write(to: output)
        Output(isSimulated: isSimulated)("Figure: \(output)")
    }

    /// Whether one of the networks beside a table was tested on simulated nights.
    private func holdsSimulated(_ table: String) -> Bool {
        let run = URL(fileURLWithPath: table).deletingLastPathComponent().deletingLastPathComponent().path
        return RunFolder(path: run).begunCells.contains { decoded(DataContents.self, from: $0.data)?.isSimulated ?? false }
    }
}

extension RobustnessRow {
    /// The rows of a table that an evaluation wrote.
    static func read(from path: String) throws -> [RobustnessRow] {
        let table = try CSVTable(contentsOf: path, delimiter: ",")
        let (cells, strengths) = (try table.column("model_dir"), try table.numbers("noise_strength"))
        let (accuracies, balanced) = (try table.numbers("acc"), try table.numbers("bal_acc"))
        return cells.indices.map {
            RobustnessRow(cell: cells[$0], strength: strengths[$0], accuracy: accuracies[$0], balancedAccuracy: balanced[$0])
        }.filter { $0.parts.count == 4 }
    }
}
