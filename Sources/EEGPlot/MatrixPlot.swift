/// A matrix as a grid of coloured cells, with optional text in each.
public struct MatrixPlot: Panel {
    public var title: String
    /// Rows of equal length.
    public var values: [[Double]]
    public var rowLabels: [String]
    public var columnLabels: [String]
    public var rowAxis: String
    public var columnAxis: String
    /// Lines of text in each cell, laid out as `values`; nil for none.
    public var cellText: [[[String]]]?
    /// Values drawn in the first and the last colour; by default those of the data.
    public var range: ClosedRange<Double>?
    public var colors: ColorScale

    public init(
        title: String = "", values: [[Double]], rowLabels: [String] = [], columnLabels: [String] = [], rowAxis: String = "",
        columnAxis: String = "", cellText: [[[String]]]? = nil, range: ClosedRange<Double>? = nil, colors: ColorScale = .blues
    ) {
        let columns = values.first?.count ?? 0
        require(values.allSatisfy { $0.count == columns }, "MatrixPlot: rows of different lengths: \(values.map(\.count))")
        require(rowLabels.isEmpty || rowLabels.count == values.count, "MatrixPlot: \(values.count) rows but \(rowLabels.count) labels")
        require(columnLabels.isEmpty || columnLabels.count == columns, "MatrixPlot: \(columns) columns but \(columnLabels.count) labels")
        require(
            cellText.map { $0.count == values.count && $0.allSatisfy { $0.count == columns } } ?? true,
            "MatrixPlot: the cell texts do not have the shape of the values")
        self.title = title
        self.values = values
        self.rowLabels = rowLabels
        self.columnLabels = columnLabels
        self.rowAxis = rowAxis
        self.columnAxis = columnAxis
        self.cellText = cellText
        self.range = range
        self.colors = colors
    }

    /// A confusion matrix: rows are the true classes, columns the predicted ones; each cell shows its count and its share of the row,
    /// and is coloured by that share.
    public static func confusion(title: String = "", counts: [[Int]], classes: [String]) -> MatrixPlot {
        let shares = counts.map { row in
            let total = row.reduce(0, +)
            return row.map { total > 0 ? Double($0) / Double(total) : 0 }
        }
        let texts = zip(counts, shares).map { row, rowShares in
            zip(row, rowShares).map { ["\($0)", Ticks.label($1 * 100, decimals: 0) + " %"] }
        }
        return MatrixPlot(
            title: title, values: shares, rowLabels: classes, columnLabels: classes, rowAxis: "true", columnAxis: "predicted",
            cellText: texts,
            range: 0...1)
    }

    public func draw(in area: Rectangle, on canvas: inout SVGCanvas) {
        let rows = values.count
        let columns = values.first?.count ?? 0
        guard rows > 0, columns > 0 else { return }
        let labelWidth = rowLabels.map { approximateWidth(of: $0, size: 10.5) }.max() ?? 0
        let plot = area.inset(
            top: 2, right: 2, bottom: (columnLabels.isEmpty ? 4 : 20) + (columnAxis.isEmpty ? 0 : 16),
            left: labelWidth + (rowAxis.isEmpty ? 8 : 26))
        let bounds = range ?? finiteRange(of: values.lazy.flatMap { $0 }) ?? 0...1
        let extent = bounds.upperBound - bounds.lowerBound
        let cell = (width: plot.width / Double(columns), height: plot.height / Double(rows))
        // Cells of fine maps touch, so that no background shows between them.
        let seam = min(cell.width, cell.height) > 12 ? 1.0 : -0.3

        for (row, rowValues) in values.enumerated() {
            for (column, value) in rowValues.enumerated() {
                let fill = colors.color(at: extent > 0 ? (value - bounds.lowerBound) / extent : 0.5)
                let box = Rectangle(
                    x: plot.x + Double(column) * cell.width, y: plot.y + Double(row) * cell.height, width: cell.width, height: cell.height)
                canvas.rectangle(box.inset(top: seam, right: seam, bottom: seam, left: seam), fill: fill)
                drawText(cellText?[row][column] ?? [], in: box, over: fill, on: &canvas)
            }
        }
        for (row, label) in rowLabels.enumerated() {
            canvas.text(label, x: plot.x - 6, y: plot.y + (Double(row) + 0.5) * cell.height + 3.5, size: 10.5, anchor: .end)
        }
        for (column, label) in columnLabels.enumerated() {
            canvas.text(label, x: plot.x + (Double(column) + 0.5) * cell.width, y: plot.maxY + 14, size: 10.5, anchor: .middle)
        }
        if !rowAxis.isEmpty { canvas.text(rowAxis, x: area.x + 10, y: plot.midY, color: .mutedText, anchor: .middle, rotation: -90) }
        if !columnAxis.isEmpty { canvas.text(columnAxis, x: plot.midX, y: area.maxY - 4, color: .mutedText, anchor: .middle) }
    }

    /// The first line large, the others smaller below it, centred in the cell.
    private func drawText(_ lines: [String], in box: Rectangle, over fill: Color, on canvas: inout SVGCanvas) {
        let color: Color = fill.luminance > 0.55 ? .text : .white
        let large = 15.0
        let small = 10.5
        let height = large + Double(max(0, lines.count - 1)) * (small + 4)
        var y = box.midY - height / 2 + large * 0.8
        for (index, line) in lines.enumerated() {
            canvas.text(line, x: box.midX, y: y, size: index == 0 ? large : small, color: color, anchor: .middle, isBold: index == 0)
            y += small + 6
        }
    }
}
