import EEGModels
import EEGPlot

/// What one training gave on what it had not seen.
struct FoldResult: CustomStringConvertible {
    let seed: UInt64
    let fold: String
    let confusion: ConfusionMatrix

    var description: String {
        "accuracy \(percent(confusion.accuracy)), balanced accuracy \(percent(confusion.balancedAccuracy)), kappa \(decimal(confusion.cohenKappa()))"
    }
}

/// Mean and spread over seeds, of all folds together.
struct Summary: CustomStringConvertible {
    let results: [FoldResult]
    private let pooled: [ConfusionMatrix]

    init(_ results: [FoldResult]) {
        self.results = results
        pooled = Set(results.map(\.seed)).sorted().map { seed in
            let matrices = results.filter { $0.seed == seed }.map(\.confusion)
            return matrices.dropFirst().reduce(into: matrices[0]) { $0.add($1) }
        }
    }

    var description: String {
        "accuracy \(spread(\.accuracy)), balanced accuracy \(spread(\.balancedAccuracy)), kappa \(spread { $0.cohenKappa() }) "
            + "(mean and standard deviation of \(pooled.count) seeds)"
    }

    private func spread(_ value: (ConfusionMatrix) -> Double) -> String {
        let values = pooled.map(value)
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return "\(decimal(mean)) ± \(decimal((squares / Double(max(1, values.count - 1))).squareRoot()))"
    }

    func csv(network: String) -> String {
        let lines = results.map { result in
            [
                network, "\(result.seed)", result.fold, "\(result.confusion.total)", "\(result.confusion.accuracy)",
                "\(result.confusion.balancedAccuracy)", "\(result.confusion.cohenKappa())",
            ].joined(separator: ",")
        }
        return (["network,seed,held out,windows,accuracy,balanced accuracy,kappa"] + lines).joined(separator: "\n") + "\n"
    }

    /// Balanced accuracy of every fold, a line a seed, and the confusion of all.
    func figure(title: String, classes: [String]) -> Figure {
        var figure = Figure(title: title, subtitle: [description])
        let folds = results.filter { $0.seed == results[0].seed }.map(\.fold)
        let series = pooled.indices.map { index in
            Series("seed \(index + 1)", results[(index * folds.count)..<((index + 1) * folds.count)].map(\.confusion.balancedAccuracy))
        }
        let chart = LineChart(
            title: "Held out in turn: " + folds.joined(separator: ", "), x: Axis("fold"), y: Axis("balanced accuracy", range: 0...1), series: series)
        let total = pooled.dropFirst().reduce(into: pooled[0]) { $0.add($1) }
        figure.addRow([chart, MatrixPlot.confusion(title: "All folds and seeds", counts: total.counts, classes: classes)], height: 320)
        return figure
    }
}

func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }

func decimal(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
