import Foundation

/// Round tick positions over a range: steps of 1, 2 or 5 times a power of ten.
package struct Ticks: Equatable {
    package let values: [Double]
    package let labels: [String]

    /// - Parameter count: about how many ticks are wanted.
    package init(over range: ClosedRange<Double>, count: Int) {
        let span = range.upperBound - range.lowerBound
        let magnitude = max(abs(range.lowerBound), abs(range.upperBound))
        // Below that span, neighbouring ticks would be the same number in double precision.
        guard span > magnitude * 1e-12, span.isFinite, count > 0 else {
            values = [range.lowerBound]
            labels = [Ticks.label(range.lowerBound, decimals: 2)]
            return
        }
        let step = Ticks.roundStep(span / Double(count))
        let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        let first = Int64((range.lowerBound / step - 1e-9).rounded(.up))
        let last = Int64((range.upperBound / step + 1e-9).rounded(.down))
        values = first <= last ? (first...last).map { Double($0) * step } : []
        labels = values.map { Ticks.label($0, decimals: decimals) }
    }

    /// The smallest of 1, 2, 5, 10 times a power of ten that is not below `step`.
    static func roundStep(_ step: Double) -> Double {
        let power = pow(10, (log10(step) + 1e-9).rounded(.down))
        for factor in [1.0, 2, 5] where factor * power >= step * (1 - 1e-9) { return factor * power }
        return 10 * power
    }

    /// A number with a fixed count of decimals; very large and very small ones as powers of ten.
    static func label(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "–" }
        if value == 0 { return "0" }
        if abs(value) >= 1e7 || decimals > 15 || (abs(value) < 1e-4 && decimals > 4) {
            let exponent = Int((log10(abs(value)) + 1e-9).rounded(.down))
            let digits = label(value / pow(10, Double(exponent)), decimals: 2)
            return digits.replacing(#/\.?0+$/#, with: "") + "e\(exponent < 0 ? "−" : "")\(abs(exponent))"
        }
        let scale = pow(10, Double(decimals))
        let scaled = Int64((abs(value) * scale).rounded())
        let sign = value < 0 && scaled != 0 ? "−" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let (whole, part) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        let digits = String(part)
        return "\(sign)\(whole).\(String(repeating: "0", count: max(0, decimals - digits.count)))\(digits)"
    }
}

/// One axis of a chart: what it shows and over which range.
public struct Axis: Sendable {
    public var label: String
    /// The shown range; by default it covers the data.
    public var range: ClosedRange<Double>?

    public init(_ label: String = "", range: ClosedRange<Double>? = nil) {
        self.label = label
        self.range = range
    }
}

/// A mapping of data values to pixels along one direction.
struct LinearScale {
    let domain: ClosedRange<Double>
    let start: Double
    let end: Double

    /// - Parameter domain: a range without extent is widened, so that a constant can be drawn.
    init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
        self.domain = domain.upperBound > domain.lowerBound ? domain : (domain.lowerBound - 0.5)...(domain.lowerBound + 0.5)
        self.start = start
        self.end = end
    }

    func callAsFunction(_ value: Double) -> Double {
        start + (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound) * (end - start)
    }
}

extension SVGCanvas {
    /// A line below `plot` with ticks in seconds.
    mutating func timeAxis(_ time: LinearScale, below plot: Rectangle) {
        let ticks = Ticks(over: time.domain, count: max(2, Int(plot.width / 80)))
        for (value, label) in zip(ticks.values, ticks.labels) {
            line(from: (time(value), plot.maxY), to: (time(value), plot.maxY + 4), stroke: Stroke(.frame))
            text(label, x: time(value), y: plot.maxY + 16, size: 10, color: .mutedText, anchor: .middle)
        }
        line(from: (plot.x, plot.maxY), to: (plot.maxX, plot.maxY), stroke: Stroke(.frame))
        text("time (s)", x: plot.midX, y: plot.maxY + 32, anchor: .middle)
    }
}

/// The smallest range that holds all finite values, or nil without any.
func finiteRange(of values: some Sequence<Double>) -> ClosedRange<Double>? {
    var bounds: (lower: Double, upper: Double)?
    for value in values where value.isFinite {
        bounds = bounds.map { (min($0.lower, value), max($0.upper, value)) } ?? (value, value)
    }
    return bounds.map { $0.lower...$0.upper }
}

/// About how wide a text is, for layout: a fixed share of the font size for each character.
func approximateWidth(of text: String, size: Double) -> Double {
    Double(text.count) * size * 0.56
}
