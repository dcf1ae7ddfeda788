import Foundation

/// Values of electrodes, spread over the head seen from above, the nose at the top; several maps share electrodes and colours.
///
/// Between the electrodes the values are those of spherical splines, which at each electrode equal its value. The colours fill the head and
/// reach beyond its circle where electrodes do.
public struct TopographicMap: Panel {
    /// One head.
    public struct Map: Sendable {
        public var title: String
        /// One for each electrode. An electrode whose value is not finite in some map takes no part in any.
        public var values: [Double]

        public init(title: String = "", values: [Double]) {
            self.title = title
            self.values = values
        }
    }

    public var title: String
    public var electrodes: [Electrode]
    public var maps: [Map]
    /// Maps beside each other; by default as many as make them largest.
    public var columns: Int?
    /// What the values are and their unit, beside the colour bar.
    public var label: String
    /// The values of the first and the last colour; by default from 0 to the largest value or, where there are negative ones, as far to
    /// both sides of 0.
    public var range: ClosedRange<Double>?
    /// By default white to blue, or, where there are negative values, blue over white to red.
    public var colors: ColorScale?
    public var showsNames: Bool

    /// Several maps in a grid.
    ///
    /// - Precondition: each map has one value for each electrode.
    public init(
        title: String = "", electrodes: [Electrode], maps: [Map], columns: Int? = nil, label: String = "",
        range: ClosedRange<Double>? = nil,
        colors: ColorScale? = nil, showsNames: Bool = false
    ) {
        for map in maps {
            require(
                map.values.count == electrodes.count,
                "TopographicMap: \(map.values.count) values in map \(map.title) for \(electrodes.count) electrodes")
        }
        require(columns.map { $0 > 0 } ?? true, "TopographicMap: \(columns ?? 0) columns")
        self.title = title
        self.electrodes = electrodes
        self.maps = maps
        self.columns = columns
        self.label = label
        self.range = range
        self.colors = colors
        self.showsNames = showsNames
    }

    /// One map.
    ///
    /// - Precondition: one value for each electrode.
    public init(
        title: String = "", electrodes: [Electrode], values: [Double], label: String = "", range: ClosedRange<Double>? = nil,
        colors: ColorScale? = nil, showsNames: Bool = false
    ) {
        self.init(
            title: title, electrodes: electrodes, maps: [Map(values: values)], label: label, range: range, colors: colors,
            showsNames: showsNames)
    }

    public func draw(in area: Rectangle, on canvas: inout SVGCanvas) {
        guard !maps.isEmpty else { return }
        let mapping = ColorMapping(of: maps.lazy.flatMap(\.values), range: range, colors: colors)
        let titleHeight = maps.contains { !$0.title.isEmpty } ? 16.0 : 0
        let grid = area.inset(right: colorBarWidth)
        let shape = cells(in: grid, titleHeight: titleHeight)
        let cell = (width: grid.width / Double(shape.columns), height: grid.height / Double(shape.rows))
        let box = Rectangle(x: 0, y: 0, width: cell.width, height: cell.height - titleHeight)
        // A point of the grid every four pixels: contours are smooth, and many small heads do not make a large file.
        let fields = fields(size: max(21, min(81, Int(reach * radius(in: box) / 2))))
        for (index, map) in maps.enumerated() {
            let box = Rectangle(
                x: grid.x + Double(index % shape.columns) * cell.width, y: grid.y + Double(index / shape.columns) * cell.height,
                width: cell.width, height: cell.height)
            if !map.title.isEmpty { canvas.text(map.title, x: box.midX, y: box.y + 10, size: 10.5, anchor: .middle) }
            draw(fields?[index], in: box.inset(top: titleHeight), mapping, on: &canvas)
        }
        let barHeight = max(10, min(grid.height - 12, 180))
        canvas.colorBar(
            mapping, label: label, in: Rectangle(x: grid.maxX + 8, y: grid.midY - barHeight / 2, width: colorBarWidth, height: barHeight))
    }

    /// The value of the first map at a place of the drawing, in radii of the head: x to the right, y to the nose. Nil without electrodes.
    package func value(x: Double, y: Double) -> Double? { spline()?.values(at: HeadProjection.place(x: x, y: y)).first }

    /// Places of the electrodes in the drawing, in radii of the head.
    package var places: [(x: Double, y: Double)] { electrodes.map { HeadProjection.project($0.place) } }

    // MARK: Interpolation

    /// How far the colours reach from the centre, in radii of the head.
    private var reach: Double { places.map { hypot($0.x, $0.y) + 0.06 }.reduce(1) { max($0, $1) } }

    private func spline() -> SphericalSpline? {
        let used = electrodes.indices.filter { index in maps.allSatisfy { $0.values[index].isFinite } }
        guard !used.isEmpty else { return nil }
        return SphericalSpline(through: maps.map { map in used.map { map.values[$0] } }, at: used.map { electrodes[$0].place })
    }

    /// Each map on a grid over the square around the circle of radius `reach`, the first row at the nose; nil without electrodes.
    private func fields(size: Int) -> [SampledField]? {
        guard let spline = spline() else { return nil }
        let reach = reach
        let axis = (0..<size).map { (2 * Double($0) / Double(size - 1) - 1) * reach }
        let points = axis.flatMap { y in axis.map { x in spline.values(at: HeadProjection.place(x: x, y: -y)) } }
        return maps.indices.map { map in SampledField(rows: size, columns: size, values: points.map { $0[map] }) }
    }

    // MARK: Drawing

    /// Rows and columns; those that make the heads largest unless columns are given.
    private func cells(in area: Rectangle, titleHeight: Double) -> (rows: Int, columns: Int) {
        func rows(_ columns: Int) -> Int { (maps.count + columns - 1) / columns }
        func size(_ columns: Int) -> Double { min(area.width / Double(columns), area.height / Double(rows(columns)) - titleHeight) }
        let columns = columns ?? (1...maps.count).max { size($0) < size($1) } ?? 1
        return (rows(columns), columns)
    }

    /// How far the nose and the ears reach, in radii of the head.
    private static let (top, side) = (1.17, 1.12)

    /// The radius of the head in pixels.
    private func radius(in area: Rectangle) -> Double {
        let reach = reach
        let height = max(reach, Self.top) + max(reach, 1.02)
        return max(1, min((area.width - 4) / (2 * max(reach, Self.side)), (area.height - 4) / height))
    }

    private func draw(_ field: SampledField?, in area: Rectangle, _ mapping: ColorMapping, on canvas: inout SVGCanvas) {
        let reach = reach
        let radius = radius(in: area)
        let center = (x: area.midX, y: area.y + 2 + max(reach, Self.top) * radius)
        func pixel(_ x: Double, _ y: Double) -> (x: Double, y: Double) { (center.x + x * radius, center.y - y * radius) }

        if let field {
            canvas.clipped(toCircleAt: center, radius: reach * radius) { canvas in
                draw(field, mapping, radius: reach * radius, center: center, on: &canvas)
            }
        }
        let stroke = Stroke(.text, width: max(0.8, min(1.6, radius / 60)))
        canvas.polyline([pixel(-0.11, 0.994), pixel(0, 1.15), pixel(0.11, 0.994)], stroke: stroke)
        for sign in [-1.0, 1.0] {
            let ear = [(0.985, 0.17), (1.04, 0.2), (1.08, 0.15), (1.075, 0.06), (1.09, -0.06), (1.1, -0.14), (1.06, -0.2), (0.985, -0.17)]
            canvas.polyline(ear.map { pixel(sign * $0.0, $0.1) }, stroke: stroke)
        }
        canvas.circle(at: center, radius: radius, stroke: stroke)
        for (electrode, place) in zip(electrodes, places) {
            let point = pixel(place.x, place.y)
            canvas.circle(at: point, radius: max(0.8, min(2, radius / 55)), fill: .text)
            if showsNames { canvas.text(electrode.name, x: point.x, y: point.y - 4, size: 9, anchor: .middle) }
        }
    }

    /// Bands of colour, from the lowest up, each painted over the one below, and a few contour lines.
    private func draw(
        _ field: SampledField, _ mapping: ColorMapping, radius: Double, center: (x: Double, y: Double), on canvas: inout SVGCanvas
    ) {
        let bands = 24
        let step = 2 * radius / Double(field.columns - 1)
        canvas.circle(at: center, radius: radius, fill: mapping.colors.color(at: 0.5 / Double(bands)))
        let extent = mapping.range.upperBound - mapping.range.lowerBound
        for band in 1..<bands {
            let outlines = field.outlines(atLeast: mapping.range.lowerBound + extent * Double(band) / Double(bands)).map { outline in
                outline.map { (x: center.x - radius + $0.x * step, y: center.y - radius + $0.y * step) }
            }
            let line = band % 4 == 0 ? Stroke(Color(0x3E4C59), width: 0.35) : nil
            canvas.region(outlines, fill: mapping.colors.color(at: (Double(band) + 0.5) / Double(bands)), stroke: line)
        }
    }
}
