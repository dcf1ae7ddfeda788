import Foundation

/// Values of several rows, mostly channels, over time as colours, with a colour bar. Its rows lie beside those of a ``TracePlot`` of the
/// same height with as many traces.
public struct HeatMap: Panel {
    public var title: String
    /// Rows of equal length.
    public var values: [[Float]]
    /// One for each row.
    public var rowLabels: [String]
    /// Samples a second.
    public var samplingRate: Double
    /// Time of the first sample in seconds.
    public var startTime: Double
    /// What the values are and their unit, beside the colour bar.
    public var label: String
    /// The values of the first and the last colour; by default from 0 to the largest value or, where there are negative ones, as far to
    /// both sides of 0.
    public var range: ClosedRange<Double>?
    /// By default white to blue, or, where there are negative values, blue over white to red.
    public var colors: ColorScale?

    /// - Precondition: rows of equal length, a label for each, a positive sampling rate.
    public init(
        title: String = "", values: [[Float]], rowLabels: [String], samplingRate: Double, startTime: Double = 0, label: String = "",
        range: ClosedRange<Double>? = nil, colors: ColorScale? = nil
    ) {
        let count = values.first?.count ?? 0
        require(values.allSatisfy { $0.count == count }, "HeatMap: rows of different lengths: \(values.map(\.count))")
        require(rowLabels.count == values.count, "HeatMap: \(values.count) rows but \(rowLabels.count) labels")
        require(samplingRate > 0 && samplingRate.isFinite, "HeatMap: the sampling rate must be positive, got \(samplingRate)")
        self.title = title
        self.values = values
        self.rowLabels = rowLabels
        self.samplingRate = samplingRate
        self.startTime = startTime
        self.label = label
        self.range = range
        self.colors = colors
    }

    public func draw(in area: Rectangle, on canvas: inout SVGCanvas) {
        let labelWidth = rowLabels.map { approximateWidth(of: $0, size: 10) }.max() ?? 0
        let plot = area.inset(right: colorBarWidth, bottom: 36, left: labelWidth + 10)
        let samples = values.first?.count ?? 0
        let time = LinearScale(startTime...(startTime + max(Double(samples) / samplingRate, 1e-9)), from: plot.x, to: plot.maxX)
        canvas.timeAxis(time, below: plot)
        guard samples > 0 else { return }

        let mapping = ColorMapping(of: values.lazy.flatMap { $0 }.lazy.map(Double.init), range: range, colors: colors)
        let height = plot.height / Double(values.count)
        let levels = 48
        var areas = Array(repeating: [Rectangle](), count: levels)
        // Two pixels a column at least; of the samples that share one, the largest magnitude is shown, so that no peak is lost.
        let columns = max(1, min(samples, Int(plot.width / 2)))
        let width = plot.width / Double(columns)
        for (row, samplesOfRow) in values.enumerated() {
            var previous: Int?
            for column in 0..<columns {
                let part = samplesOfRow[(column * samples / columns)..<((column + 1) * samples / columns)]
                guard let value = part.lazy.filter(\.isFinite).max(by: { abs($0) < abs($1) }) else {
                    previous = nil
                    continue
                }
                let level = max(0, min(levels - 1, Int(max(0, min(1, mapping.fraction(of: Double(value)))) * Double(levels))))
                if level == previous {
                    areas[level][areas[level].count - 1].width += width
                } else {
                    areas[level].append(
                        Rectangle(x: plot.x + Double(column) * width, y: plot.y + Double(row) * height, width: width, height: height))
                }
                previous = level
            }
        }
        canvas.rectangle(plot, fill: .grid)
        for (level, areas) in areas.enumerated() {
            canvas.rectangles(areas, fill: mapping.colors.color(at: (Double(level) + 0.5) / Double(levels)))
        }
        for (row, label) in rowLabels.enumerated() {
            canvas.text(label, x: plot.x - 8, y: plot.y + (Double(row) + 0.5) * height + 3.5, size: 10, anchor: .end)
        }
        canvas.colorBar(mapping, label: label, in: Rectangle(x: plot.maxX + 10, y: plot.y, width: colorBarWidth, height: plot.height))
    }
}
