/// Which colour a value has.
struct ColorMapping {
    let range: ClosedRange<Double>
    let colors: ColorScale

    /// - Parameters:
    ///   - range: the values of the first and the last colour. By default from 0 to the largest value, or, where there are negative ones,
    ///     as far to both sides of 0.
    ///   - colors: by default white to blue, or, where there are negative values, blue over white to red.
    init(of values: some Sequence<Double>, range: ClosedRange<Double>?, colors: ColorScale?) {
        let found = finiteRange(of: values) ?? 0...1
        let largest = max(found.upperBound, -found.lowerBound)
        let hasNegative = (range ?? found).lowerBound < 0
        let automatic = largest > 0 ? (hasNegative ? -largest : 0)...largest : 0...1
        self.range = range ?? automatic
        self.colors = colors ?? (hasNegative ? .diverging : .blues)
    }

    /// 0 for the first colour, 1 for the last one.
    func fraction(of value: Double) -> Double {
        let extent = range.upperBound - range.lowerBound
        return extent > 0 ? (value - range.lowerBound) / extent : 0.5
    }
}

/// The width that a colour bar takes on the right of a drawing.
let colorBarWidth = 84.0

extension SVGCanvas {
    /// A colour scale with ticks along the left of `area`, and what it shows.
    mutating func colorBar(_ mapping: ColorMapping, label: String, in area: Rectangle) {
        let steps = 64
        let scale = LinearScale(mapping.range, from: area.maxY, to: area.y)
        for step in 0..<steps {
            let top = area.maxY - Double(step + 1) * area.height / Double(steps)
            // Each step reaches below the one under it, so that no background shows between them.
            let height = min(area.height / Double(steps) + 0.6, area.maxY - top)
            rectangle(
                Rectangle(x: area.x, y: top, width: 10, height: height),
                fill: mapping.colors.color(at: (Double(step) + 0.5) / Double(steps)))
        }
        rectangle(Rectangle(x: area.x, y: area.y, width: 10, height: area.height), stroke: Stroke(.frame, width: 0.8))
        let ticks = Ticks(over: mapping.range, count: max(2, Int(area.height / 40)))
        for (value, text) in zip(ticks.values, ticks.labels) {
            line(from: (area.x + 10, scale(value)), to: (area.x + 13, scale(value)), stroke: Stroke(.frame))
            self.text(text, x: area.x + 16, y: scale(value) + 3.5, size: 10, color: .mutedText)
        }
        if !label.isEmpty {
            self.text(label, x: area.x + 68, y: area.midY, size: 10.5, color: .mutedText, anchor: .middle, rotation: -90)
        }
    }
}
