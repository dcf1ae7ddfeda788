import EEGModels
import EEGPlot

/// Balanced accuracies of all methods.
struct DemoResult {
    let methods: [DemoMethod]
    /// For each method, seed and strength: of all folds together.
    let confusions: [[[ConfusionMatrix]]]

    private func spread(_ method: Int, _ strength: Int) -> Spread { Spread(confusions[method].map { $0[strength].balancedAccuracy }) }

    var table: [String] {
        let strengths = CorruptionSettings.strengths
        var lines = ["Balanced accuracy on what was held out, mean ± standard deviation of \(confusions[0].count) seeds; chance is 0.5:"]
        lines.append(padded("corruption", 32) + strengths.map { padded(decimals($0, 2), 16) }.joined())
        for (index, method) in methods.enumerated() {
            let cells = strengths.indices.map { padded("\(spread(index, $0))", 16) }
            lines.append(padded(method.title, 32) + cells.joined())
        }
        if methods.contains(.covariances) {
            lines.append("Our baselines learn from clean windows; that with covariances draws no numbers: its spread is that of the test.")
        }
        return lines
    }

    var csv: String {
        var lines = ["method,seed,noise_strength,bal_acc,acc,windows"]
        for (index, method) in methods.enumerated() {
            for (seed, strengths) in confusions[index].enumerated() {
                for (strength, confusion) in zip(CorruptionSettings.strengths, strengths) {
                    lines.append(
                        "\(method.title),\(seed + 1),\(strength),\(confusion.balancedAccuracy),\(confusion.accuracy),\(confusion.total)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Lines are means; dashed ones a standard deviation away.
    func figure(of data: DemoData) -> Figure {
        let strengths = CorruptionSettings.strengths
        var series: [Series] = []
        for (index, method) in methods.enumerated() {
            let color = Color.category(index)
            let spreads = strengths.indices.map { spread(index, $0) }
            series.append(Series(method.title, spreads.map(\.mean), x: strengths, color: color, width: 2.2))
            for sign in [-1.0, 1] {
                series.append(
                    Series("", spreads.map { $0.mean + sign * $0.deviation }, x: strengths, color: color, isDashed: true, width: 0.7))
            }
        }
        series.append(Series("chance", [0.5, 0.5], x: [0, 1], color: .frame, isDashed: true))
        var figure = Figure(
            title: "Corrupted channels: \(data.title)",
            subtitle: ["Held out: \(data.heldOut). Mean of \(confusions[0].count) seeds; dashed: a standard deviation."], width: 760)
        let chart = LineChart(x: Axis("corruption strength", range: 0...1), y: Axis("balanced accuracy", range: 0...1), series: series)
        figure.addRow([chart], height: 380)
        return figure
    }
}
