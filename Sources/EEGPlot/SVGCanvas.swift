/// A rectangle in figure coordinates: pixels, y growing downwards.
public struct Rectangle: Sendable, Equatable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public var maxX: Double { x + width }
    public var maxY: Double { y + height }
    public var midX: Double { x + width / 2 }
    public var midY: Double { y + height / 2 }

    /// The rectangle that remains when the given margins are taken off; never of negative size.
    public func inset(top: Double = 0, right: Double = 0, bottom: Double = 0, left: Double = 0) -> Rectangle {
        Rectangle(x: x + left, y: y + top, width: max(0, width - left - right), height: max(0, height - top - bottom))
    }
}

/// How a line is drawn.
public struct Stroke: Sendable, Equatable {
    public var color: Color
    public var width: Double
    /// Lengths of dash and gap in pixels; empty for a solid line.
    public var dash: [Double]

    public init(_ color: Color, width: Double = 1, dash: [Double] = []) {
        self.color = color
        self.width = width
        self.dash = dash
    }
}

/// Where the given x coordinate lies in a text.
public enum TextAnchor: String, Sendable {
    case start, middle, end
}

/// Collects SVG elements. Every panel draws through it, and it alone writes SVG syntax, so that escaping and number
/// formatting stand in one place. A coordinate that is not finite is drawn at 0 rather than breaking the document.
public struct SVGCanvas: Sendable {
    private(set) var body = ""
    private var clipCount = 0

    init() {}

    public mutating func line(from: (x: Double, y: Double), to: (x: Double, y: Double), stroke: Stroke) {
        path("M\(pair(from))L\(pair(to))", stroke: stroke)
    }

    public mutating func rectangle(
        _ area: Rectangle, fill: Color? = nil, stroke: Stroke? = nil, opacity: Double = 1, cornerRadius: Double = 0
    ) {
        body +=
            "<rect x=\"\(decimal(area.x))\" y=\"\(decimal(area.y))\" width=\"\(decimal(area.width))\" height=\"\(decimal(area.height))\""
        if cornerRadius > 0 { body += " rx=\"\(decimal(cornerRadius))\"" }
        body += " fill=\"\(fill?.hex ?? "none")\""
        if opacity < 1 { body += " fill-opacity=\"\(decimal(opacity))\"" }
        if let stroke { body += attributes(of: stroke) }
        body += "/>\n"
    }

    public mutating func circle(at center: (x: Double, y: Double), radius: Double, fill: Color? = nil, stroke: Stroke? = nil) {
        body += "<circle \(place(ofCircleAt: center, radius: radius)) fill=\"\(fill?.hex ?? "none")\""
        if let stroke { body += attributes(of: stroke) }
        body += "/>\n"
    }

    /// A line through the points. A point with a coordinate that is not finite interrupts it.
    public mutating func polyline(_ points: [(x: Double, y: Double)], stroke: Stroke) {
        let data = steps(through: points)
        if !data.isEmpty { path(data, stroke: stroke) }
    }

    /// Fills the area inside closed outlines; an outline inside another one that runs the other way round cuts a hole.
    public mutating func region(_ outlines: [[(x: Double, y: Double)]], fill: Color? = nil, stroke: Stroke? = nil) {
        let data = outlines.map { steps(through: $0) }.filter { !$0.isEmpty }.map { $0 + "z" }.joined()
        if !data.isEmpty { path(data, fill: fill, stroke: stroke) }
    }

    /// Rectangles of one colour, without lines between those that touch.
    public mutating func rectangles(_ areas: [Rectangle], fill: Color) {
        let data = areas.map { area in
            "M\(decimal(area.x)) \(decimal(area.y))h\(decimal(area.width))v\(decimal(area.height))h\(decimal(-area.width))z"
        }.joined()
        if !data.isEmpty { body += "<path d=\"\(data)\" fill=\"\(fill.hex)\" shape-rendering=\"crispEdges\"/>\n" }
    }

    /// Text with its baseline at `y`, turned by `rotation` degrees (clockwise) about its anchor point.
    public mutating func text(
        _ content: String, x: Double, y: Double, size: Double = 11, color: Color = .text, anchor: TextAnchor = .start, isBold: Bool = false,
        rotation: Double = 0
    ) {
        body += "<text x=\"\(decimal(x))\" y=\"\(decimal(y))\" font-size=\"\(decimal(size))\" fill=\"\(color.hex)\""
        if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
        if isBold { body += " font-weight=\"600\"" }
        if rotation != 0 { body += " transform=\"rotate(\(decimal(rotation)) \(decimal(x)) \(decimal(y)))\"" }
        body += ">\(escaped(content))</text>\n"
    }

    /// What `draw` adds is cut off at the edges of `area`.
    public mutating func clipped(to area: Rectangle, _ draw: (inout SVGCanvas) -> Void) {
        let size = "width=\"\(decimal(area.width))\" height=\"\(decimal(area.height))\""
        clipped(to: "<rect x=\"\(decimal(area.x))\" y=\"\(decimal(area.y))\" \(size)/>", draw)
    }

    /// What `draw` adds is cut off outside of a circle.
    public mutating func clipped(toCircleAt center: (x: Double, y: Double), radius: Double, _ draw: (inout SVGCanvas) -> Void) {
        clipped(to: "<circle \(place(ofCircleAt: center, radius: radius))/>", draw)
    }

    private mutating func clipped(to shape: String, _ draw: (inout SVGCanvas) -> Void) {
        clipCount += 1
        let name = "clip\(clipCount)"
        body += "<clipPath id=\"\(name)\">\(shape)</clipPath>\n<g clip-path=\"url(#\(name))\">\n"
        draw(&self)
        body += "</g>\n"
    }

    private mutating func path(_ data: String, fill: Color? = nil, stroke: Stroke?) {
        body += "<path d=\"\(data)\" fill=\"\(fill?.hex ?? "none")\""
        if let stroke { body += "\(attributes(of: stroke)) stroke-linejoin=\"round\"" }
        body += "/>\n"
    }

    /// Path data from point to point. Steps take fewer characters than positions; counting them in whole tenths keeps them from drifting.
    private func steps(through points: [(x: Double, y: Double)]) -> String {
        var data = ""
        var previous: (x: Int, y: Int)?
        for point in points {
            guard point.x.isFinite, point.y.isFinite else {
                previous = nil
                continue
            }
            let current = (x: tenths(point.x), y: tenths(point.y))
            if let previous {
                data += "l" + decimal(tenths: current.x - previous.x) + " " + decimal(tenths: current.y - previous.y)
            } else {
                data += "M" + decimal(tenths: current.x) + " " + decimal(tenths: current.y)
            }
            previous = current
        }
        return data
    }

    private func place(ofCircleAt center: (x: Double, y: Double), radius: Double) -> String {
        "cx=\"\(decimal(center.x))\" cy=\"\(decimal(center.y))\" r=\"\(decimal(radius))\""
    }

    private func attributes(of stroke: Stroke) -> String {
        var text = " stroke=\"\(stroke.color.hex)\" stroke-width=\"\(decimal(stroke.width))\""
        if !stroke.dash.isEmpty { text += " stroke-dasharray=\"\(stroke.dash.map(decimal).joined(separator: " "))\"" }
        return text
    }

    private func pair(_ point: (x: Double, y: Double)) -> String { decimal(point.x) + " " + decimal(point.y) }
}

/// A coordinate to a tenth of a pixel: `12.3`, `-4`, `0.7`.
package func decimal(_ value: Double) -> String { decimal(tenths: tenths(value)) }

private func tenths(_ value: Double) -> Int {
    value.isFinite ? Int((max(-1e9, min(1e9, value)) * 10).rounded()) : 0
}

private func decimal(tenths: Int) -> String {
    let (whole, digit) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    let sign = tenths < 0 ? "-" : ""
    return digit == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(digit)"
}

/// `text` fit for XML content and attribute values: markup characters escaped, characters that XML 1.0 forbids replaced.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&apos;"
        case "\t", "\n", "\r": result += " "
        case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
