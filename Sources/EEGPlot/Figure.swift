import Foundation

/// One drawing in a figure.
public protocol Panel: Sendable {
    /// Shown above the panel; empty for none.
    var title: String { get }

    /// Draws everything but the title, labels included, inside `area`.
    func draw(in area: Rectangle, on canvas: inout SVGCanvas)
}

/// Panels in rows, drawn as one SVG document.
///
/// ```swift
/// var figure = Figure(title: "Training")
/// figure.addRow([LineChart(title: "Loss", x: Axis("epoch"), y: Axis("loss"), series: [Series("training", losses)])])
/// try figure.write(to: "training.svg")
/// ```
public struct Figure: Sendable {
    public var title: String
    /// Smaller text below the title, one string a line.
    public var subtitle: [String]
    /// Width of the document in pixels.
    public var width: Double
    private var rows: [Row] = []

    private struct Row {
        let panels: [any Panel]
        let widths: [Double]
        let height: Double
    }

    public init(title: String = "", subtitle: [String] = [], width: Double = 1000) {
        require(width > 0 && width.isFinite, "Figure: a width of \(width)")
        self.title = title
        self.subtitle = subtitle
        self.width = width
    }

    /// Adds a row of panels below the others.
    /// - Parameters:
    ///   - height: the row's height in pixels, titles included.
    ///   - widths: relative widths, one a panel; equal ones when left out.
    public mutating func addRow(_ panels: [any Panel], height: Double = 300, widths: [Double]? = nil) {
        let shares = widths ?? Array(repeating: 1, count: panels.count)
        require(!panels.isEmpty, "Figure.addRow: no panels")
        require(shares.count == panels.count, "Figure.addRow: \(panels.count) panels but \(shares.count) widths")
        require(
            shares.allSatisfy { $0 > 0 && $0.isFinite } && height > 0 && height.isFinite,
            "Figure.addRow: widths and height must be positive")
        rows.append(Row(panels: panels, widths: shares, height: height))
    }

    /// The figure as an SVG document.
    public func svg() -> String {
        let margin = 20.0
        let gap = 24.0
        let titleSize = 17.0
        let subtitleSize = 11.5
        var canvas = SVGCanvas()
        var y = margin
        if !title.isEmpty {
            canvas.text(title, x: margin, y: y + titleSize * 0.8, size: titleSize, isBold: true)
            y += titleSize + 6
        }
        for line in subtitle {
            canvas.text(line, x: margin, y: y + subtitleSize * 0.8, size: subtitleSize, color: .mutedText)
            y += subtitleSize + 4
        }
        if y > margin { y += 8 }
        for row in rows {
            let free = width - 2 * margin - gap * Double(row.panels.count - 1)
            let total = row.widths.reduce(0, +)
            var x = margin
            for (panel, share) in zip(row.panels, row.widths) {
                var area = Rectangle(x: x, y: y, width: free * share / total, height: row.height)
                x = area.maxX + gap
                if !panel.title.isEmpty {
                    canvas.text(panel.title, x: area.x, y: area.y + 10, size: 12.5, isBold: true)
                    area = area.inset(top: 20)
                }
                panel.draw(in: area, on: &canvas)
            }
            y += row.height + gap
        }
        let height = max(y - gap + margin, 2 * margin)
        let size = "width=\"\(decimal(width))\" height=\"\(decimal(height))\" viewBox=\"0 0 \(decimal(width)) \(decimal(height))\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" \(size) font-family="Helvetica, Arial, 'Liberation Sans', sans-serif">
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(canvas.body)</svg>

            """
    }

    /// Writes the SVG document; a file of that name is replaced as a whole or stays as it was.
    public func write(to path: String) throws(FigureError) {
        do {
            try Data(svg().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw FigureError(path: path, reason: error.localizedDescription)
        }
    }
}

/// A figure that could not be written.
public struct FigureError: Error, Sendable, Equatable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String { "\(path): the figure could not be written: \(reason)" }
}

/// Stops the program with `message` when a caller breaks a rule that this module states.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
