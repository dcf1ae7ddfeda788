import Foundation

/// A stretch of time with a meaning, drawn as a shaded band behind the traces.
public struct Span: Sendable {
    /// Start and end in seconds.
    public var range: ClosedRange<Double>
    /// The meaning; bands of the same label share a colour and one legend entry.
    public var label: String

    public init(_ range: ClosedRange<Double>, label: String) {
        self.range = range
        self.label = label
    }
}

/// Signals of several channels stacked over a common time axis, with a scale bar and shaded spans.
public struct TracePlot: Panel {
    /// One channel.
    public struct Trace: Sendable {
        public var label: String
        public var samples: [Float]
        /// Samples a second.
        public var samplingRate: Double
        public var color: Color?

        public init(label: String, samples: [Float], samplingRate: Double, color: Color? = nil) {
            require(samplingRate > 0 && samplingRate.isFinite, "TracePlot.Trace: sampling rate must be positive, got \(samplingRate)")
            self.label = label
            self.samples = samples
            self.samplingRate = samplingRate
            self.color = color
        }
    }

    public var title: String
    public var traces: [Trace]
    public var spans: [Span]
    /// Time of the first sample in seconds.
    public var startTime: Double
    /// Unit of the samples, for the scale bar.
    public var unit: String
    /// Distance between two traces in units of the samples; by default chosen from the data.
    public var spacing: Double?

    public init(title: String = "", traces: [Trace], spans: [Span] = [], startTime: Double = 0, unit: String = "µV", spacing: Double? = nil) {
        require(spacing.map { $0 > 0 && $0.isFinite } ?? true, "TracePlot: a spacing of \(spacing ?? 0)")
        self.title = title
        self.traces = traces
        self.spans = spans
        self.startTime = startTime
        self.unit = unit
        self.spacing = spacing
    }

    public func draw(in area: Rectangle, on canvas: inout SVGCanvas) {
        let labelWidth = traces.map { approximateWidth(of: $0.label, size: 10) }.max() ?? 0
        let legendHeight = drawLegend(in: area, on: &canvas)
        let plot = area.inset(top: legendHeight, right: 52, bottom: 36, left: labelWidth + 10)
        let duration = traces.map { Double($0.samples.count) / $0.samplingRate }.max() ?? 0
        let time = LinearScale(startTime...(startTime + max(duration, 1e-9)), from: plot.x, to: plot.maxX)

        canvas.clipped(to: plot) { canvas in
            for span in spans {
                let left = max(plot.x, time(span.range.lowerBound))
                let right = min(plot.maxX, time(span.range.upperBound))
                guard right > left else { continue }
                let band = Rectangle(x: left, y: plot.y, width: right - left, height: plot.height)
                canvas.rectangle(band, fill: color(ofLabel: span.label), opacity: 0.2)
            }
        }
        canvas.timeAxis(time, below: plot)
        guard !traces.isEmpty else { return }

        let rowHeight = plot.height / Double(traces.count)
        let step = spacing ?? automaticSpacing()
        let pixelsPerUnit = rowHeight / max(step, .leastNormalMagnitude)
        canvas.clipped(to: plot.inset(left: -1)) { canvas in
            for (row, trace) in traces.enumerated() {
                let center = plot.y + (Double(row) + 0.5) * rowHeight
                let points = outline(of: trace, time: time, center: center, pixelsPerUnit: pixelsPerUnit)
                canvas.polyline(points, stroke: Stroke(trace.color ?? Color(0x27384A), width: 0.7))
            }
        }
        for (row, trace) in traces.enumerated() {
            canvas.text(trace.label, x: plot.x - 8, y: plot.y + (Double(row) + 0.5) * rowHeight + 3.5, size: 10, anchor: .end)
        }
        drawScaleBar(step: step, pixelsPerUnit: pixelsPerUnit, beside: plot, on: &canvas)
    }

    /// The points to draw for one trace. Where several samples fall on a pixel, only the lowest and the highest of them are kept,
    /// in their order of time, so that the file stays small and no peak is lost.
    private func outline(of trace: Trace, time: LinearScale, center: Double, pixelsPerUnit: Double) -> [(x: Double, y: Double)] {
        let samples = trace.samples
        let baseline = Double(median(samples))
        func point(_ index: Int) -> (x: Double, y: Double) {
            (time(startTime + Double(index) / trace.samplingRate), center - (Double(samples[index]) - baseline) * pixelsPerUnit)
        }
        let shownWidth = time(startTime + Double(samples.count) / trace.samplingRate) - time(startTime)
        let columns = max(1, Int(shownWidth.rounded(.up)))
        guard samples.count > 2 * columns else { return samples.indices.map(point) }

        var points: [(x: Double, y: Double)] = []
        points.reserveCapacity(2 * columns)
        for column in 0..<columns {
            let indices = (column * samples.count / columns)..<((column + 1) * samples.count / columns)
            let finite = indices.filter { samples[$0].isFinite }
            guard let lowest = finite.min(by: { samples[$0] < samples[$1] }), let highest = finite.max(by: { samples[$0] < samples[$1] })
            else {
                points.append((.nan, .nan))
                continue
            }
            points.append(point(min(lowest, highest)))
            if lowest != highest { points.append(point(max(lowest, highest))) }
        }
        return points
    }

    /// A distance that most of the signals' excursions stay within: twice the 98th percentile of their absolute deviation
    /// from the median, rounded up.
    private func automaticSpacing() -> Double {
        var deviations: [Float] = []
        for trace in traces {
            let baseline = median(trace.samples)
            let stride = max(1, trace.samples.count / 2000)
            for index in Swift.stride(from: 0, to: trace.samples.count, by: stride) where trace.samples[index].isFinite {
                deviations.append(abs(trace.samples[index] - baseline))
            }
        }
        deviations.sort()
        guard !deviations.isEmpty else { return 1 }
        let spread = Double(deviations[min(deviations.count - 1, deviations.count * 98 / 100)])
        return spread > 0 ? Ticks.roundStep(2 * spread) : 1
    }

    private func drawScaleBar(step: Double, pixelsPerUnit: Double, beside plot: Rectangle, on canvas: inout SVGCanvas) {
        let x = plot.maxX + 8
        let bottom = plot.maxY - 4
        let top = bottom - step * pixelsPerUnit
        let stroke = Stroke(.text, width: 1.2)
        canvas.line(from: (x, bottom), to: (x, top), stroke: stroke)
        canvas.line(from: (x - 2.5, bottom), to: (x + 2.5, bottom), stroke: stroke)
        canvas.line(from: (x - 2.5, top), to: (x + 2.5, top), stroke: stroke)
        let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        canvas.text("\(Ticks.label(step, decimals: decimals)) \(unit)", x: x + 6, y: (top + bottom) / 2 + 3.5, size: 10)
    }

    private var spanLabels: [String] {
        var labels: [String] = []
        for span in spans where !labels.contains(span.label) { labels.append(span.label) }
        return labels
    }

    private func color(ofLabel label: String) -> Color {
        .category(spanLabels.firstIndex(of: label) ?? 0)
    }

    private func drawLegend(in area: Rectangle, on canvas: inout SVGCanvas) -> Double {
        var x = area.x
        for label in spanLabels where !label.isEmpty {
            canvas.rectangle(Rectangle(x: x, y: area.y + 1, width: 14, height: 10), fill: color(ofLabel: label), opacity: 0.3)
            canvas.text(label, x: x + 19, y: area.y + 10, size: 10.5)
            x += 19 + approximateWidth(of: label, size: 10.5) + 16
        }
        return x > area.x ? 20 : 0
    }
}

/// The middle value of the finite samples, 0 without any.
private func median(_ samples: [Float]) -> Float {
    let sorted = samples.filter(\.isFinite).sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}
