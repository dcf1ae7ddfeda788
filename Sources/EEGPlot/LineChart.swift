/// A curve: values over positions.
public struct Series: Sendable {
    public var name: String
    public var x: [Double]
    /// Values; one that is not finite leaves a gap.
    public var y: [Double]
    /// The colour; by default that of the series' place in the chart.
    public var color: Color?
    public var isDashed: Bool
    public var width: Double

    /// - Parameters:
    ///   - name: shown in the legend; empty for none.
    ///   - x: positions, as many as values; 1, 2, 3 ... by default.
    public init(_ name: String, _ y: [Double], x: [Double]? = nil, color: Color? = nil, isDashed: Bool = false, width: Double = 1.6) {
        require(x == nil || x?.count == y.count, "Series: \(x?.count ?? 0) positions but \(y.count) values")
        self.name = name
        self.x = x ?? (0..<y.count).map { Double($0 + 1) }
        self.y = y
        self.color = color
        self.isDashed = isDashed
        self.width = width
    }
}

/// Curves over common axes, with a legend when more than one is named.
public struct LineChart: Panel {
    public var title: String
    public var x: Axis
    public var y: Axis
    public var series: [Series]

    public init(title: String = "", x: Axis = Axis(), y: Axis = Axis(), series: [Series]) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
    }

    public func draw(in area: Rectangle, on canvas: inout SVGCanvas) {
        let legendHeight = drawLegend(in: area, on: &canvas)
        let xRange = x.range ?? finiteRange(of: series.lazy.flatMap(\.x)) ?? 0...1
        let yRange = y.range ?? padded(finiteRange(of: series.lazy.flatMap(\.y)) ?? 0...1)
        let yTicks = Ticks(over: yRange, count: max(2, Int(area.height / 45)))
        let tickWidth = yTicks.labels.map { approximateWidth(of: $0, size: 10) }.max() ?? 0
        let plot = area.inset(
            top: legendHeight + 4, right: 6, bottom: x.label.isEmpty ? 20 : 36, left: tickWidth + (y.label.isEmpty ? 8 : 26))
        let xScale = LinearScale(xRange, from: plot.x, to: plot.maxX)
        let yScale = LinearScale(yRange, from: plot.maxY, to: plot.y)

        for (value, label) in zip(yTicks.values, yTicks.labels) {
            canvas.line(from: (plot.x, yScale(value)), to: (plot.maxX, yScale(value)), stroke: Stroke(.grid))
            canvas.text(label, x: plot.x - 6, y: yScale(value) + 3.5, size: 10, color: .mutedText, anchor: .end)
        }
        let xTicks = Ticks(over: xRange, count: max(2, Int(plot.width / 70)))
        for (value, label) in zip(xTicks.values, xTicks.labels) {
            canvas.line(from: (xScale(value), plot.maxY), to: (xScale(value), plot.maxY + 4), stroke: Stroke(.frame))
            canvas.text(label, x: xScale(value), y: plot.maxY + 16, size: 10, color: .mutedText, anchor: .middle)
        }
        canvas.line(from: (plot.x, plot.maxY), to: (plot.maxX, plot.maxY), stroke: Stroke(.frame))
        if !x.label.isEmpty { canvas.text(x.label, x: plot.midX, y: plot.maxY + 32, anchor: .middle) }
        if !y.label.isEmpty { canvas.text(y.label, x: area.x + 10, y: plot.midY, anchor: .middle, rotation: -90) }

        canvas.clipped(to: plot.inset(top: -2, right: -2, bottom: -2, left: -2)) { canvas in
            for (index, curve) in series.enumerated() {
                let points = zip(curve.x, curve.y).map { (x: xScale($0), y: yScale($1)) }
                canvas.polyline(points, stroke: stroke(of: curve, at: index))
            }
        }
    }

    /// Draws the names of the series above the plot, in as many lines as they need, and returns the height used.
    private func drawLegend(in area: Rectangle, on canvas: inout SVGCanvas) -> Double {
        let named = series.enumerated().filter { !$0.element.name.isEmpty }
        guard named.count > 1 || (named.count == 1 && series.count > 1) else { return 0 }
        var x = area.x
        var y = area.y + 10
        for (index, curve) in named {
            let itemWidth = 24 + approximateWidth(of: curve.name, size: 10.5) + 14
            if x > area.x, x + itemWidth > area.maxX {
                x = area.x
                y += 16
            }
            canvas.line(from: (x, y - 3.5), to: (x + 18, y - 3.5), stroke: stroke(of: curve, at: index))
            canvas.text(curve.name, x: x + 24, y: y, size: 10.5)
            x += itemWidth
        }
        return y - area.y + 8
    }

    private func stroke(of curve: Series, at index: Int) -> Stroke {
        Stroke(curve.color ?? .category(index), width: curve.width, dash: curve.isDashed ? [5, 3] : [])
    }

    private func padded(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let margin = (range.upperBound - range.lowerBound) * 0.05
        return (range.lowerBound - margin)...(range.upperBound + margin)
    }
}
