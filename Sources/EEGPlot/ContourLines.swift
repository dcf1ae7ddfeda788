/// A function known at the points of a grid, row by row, and linear between them.
struct SampledField {
    let rows: Int
    let columns: Int
    let values: [Double]

    /// Closed outlines of the region where the function is at least `level`, in units of the grid: x counts columns, y rows. The region
    /// ends with the grid. An outline inside another one bounds a hole and runs the other way round.
    ///
    /// Source: the marching squares, after W. E. Lorensen and H. E. Cline, "Marching cubes: a high resolution 3D surface construction
    /// algorithm", SIGGRAPH 1987.
    func outlines(atLeast level: Double) -> [[(x: Double, y: Double)]] {
        // A frame of points that lie outside of the region closes all lines. An edge of the framed grid is numbered by the point at its
        // left or upper end: twice that point's number, plus 1 where it runs downwards.
        let width = columns + 2
        func value(_ row: Int, _ column: Int) -> Double {
            row > 0 && row <= rows && column > 0 && column <= columns ? values[(row - 1) * columns + column - 1] : -.infinity
        }
        var next = Array(repeating: -1, count: 2 * width * (rows + 2))
        for row in 0...rows {
            for column in 0...columns {
                // The corners clockwise, and the edge from each to the following one.
                let corners = [value(row, column), value(row, column + 1), value(row + 1, column + 1), value(row + 1, column)]
                let isInside = corners.map { $0 >= level }
                guard isInside.contains(true), isInside.contains(false) else { continue }
                let point = row * width + column
                let edges = [2 * point, 2 * (point + 1) + 1, 2 * (point + width), 2 * point + 1]
                // Where opposite corners alone are inside, the mean decides whether they are connected.
                let isConnected = corners.reduce(0, +) / 4 >= level
                for exit in 0..<4 where isInside[exit] && !isInside[(exit + 1) % 4] {
                    let others = isConnected ? [1, 2, 3] : [3, 2, 1]
                    let entry = others.map { (exit + $0) % 4 }.first { !isInside[$0] && isInside[($0 + 1) % 4] }
                    if let entry { next[edges[exit]] = edges[entry] }
                }
            }
        }

        func crossing(_ edge: Int) -> (x: Double, y: Double) {
            let (row, column) = (edge / 2).quotientAndRemainder(dividingBy: width)
            let isVertical = edge % 2 == 1
            let start = value(row, column)
            let end = isVertical ? value(row + 1, column) : value(row, column + 1)
            let share = start == -.infinity ? 1 : end == -.infinity ? 0 : (level - start) / (end - start)
            return (Double(column - 1) + (isVertical ? 0 : share), Double(row - 1) + (isVertical ? share : 0))
        }
        var result: [[(x: Double, y: Double)]] = []
        for first in next.indices where next[first] >= 0 {
            var (outline, edge) = ([(x: Double, y: Double)](), first)
            while next[edge] >= 0 {
                outline.append(crossing(edge))
                let following = next[edge]
                next[edge] = -1
                edge = following
            }
            result.append(outline)
        }
        return result
    }
}
