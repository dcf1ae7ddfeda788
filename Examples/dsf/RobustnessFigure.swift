import EEGPlot

/// Balanced accuracy against the strength of corruption: a panel for each way of denoising, a line for each filter; dashed lines a standard
/// deviation away where there are repetitions.
struct RobustnessFigure {
    let rows: [RobustnessRow]
    let isSimulated: Bool

    func write(to path: String) throws {
        var figure = Figure(title: "Sleep staging on corrupted recordings" + (isSimulated ? ": SIMULATED nights" : ""))
        let panels = Denoising.allCases.map { denoising in
            LineChart(
                title: denoising.title, x: Axis("noise strength", range: 0...1), y: Axis("balanced accuracy (%)", range: 0...100),
                series: FilterType.allCases.flatMap { filter in lines(filter, denoising) })
        }
        figure.addRow(panels, height: 300)
        try figure.write(to: path)
    }

    private func lines(_ filter: FilterType, _ denoising: Denoising) -> [Series] {
        let points = rows.filter { $0.parts.suffix(2) == [filter.rawValue, denoising.rawValue] }
        guard !points.isEmpty else { return [] }
        let strengths = Set(points.map(\.strength)).sorted()
        let spreads = strengths.map { strength in Spread(points.filter { $0.strength == strength }.map { 100 * $0.balancedAccuracy }) }
        let mean = Series(filter.title, spreads.map(\.mean), x: strengths, color: filter.color, width: 2)
        guard points.count > strengths.count else { return [mean] }
        return [mean]
            + [-1.0, 1].map { sign in
                Series("", spreads.map { $0.mean + sign * $0.deviation }, x: strengths, color: filter.color, isDashed: true, width: 0.7)
            }
    }
}

/// Mean and standard deviation of repetitions.
struct Spread: CustomStringConvertible {
    let mean: Double
    /// That of a sample; 0 for a single value.
    let deviation: Double

    init(_ values: [Double]) {
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))).squareRoot()
    }

    var description: String { "\(decimals(mean)) ± \(decimals(deviation))" }
}

extension FilterType {
    /// The same in all figures.
    var color: Color { Color.category(Self.allCases.firstIndex(of: self) ?? 0) }
}
