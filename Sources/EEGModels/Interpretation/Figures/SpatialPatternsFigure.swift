public import EEGPlot
public import EEGTensor

extension SpatialPatterns {
    /// Patterns and, below them, filters on the head, each divided by its largest magnitude: their scales mean nothing.
    ///
    /// - Parameters:
    ///   - filters: which filters to draw; the first 16 by default.
    ///   - positions: found by name; those of the 10-05 system by default. Channels without one are left out and named.
    /// - Precondition: the filters exist.
    public func figure(title: String = "", filters chosen: [Int]? = nil, at positions: ElectrodePositions? = nil) -> Figure {
        let chosen = chosen ?? Array(names.indices.prefix(16))
        for index in chosen { require(names.indices.contains(index), "SpatialPatterns.figure: filter \(index) of \(names.count)") }
        let layout = ElectrodeLayout(channels, at: positions)
        let columns = max(1, min(8, chosen.count))
        func maps(_ title: String, _ matrix: Matrix) -> TopographicMap {
            let maps = chosen.map { index in
                let row = channels.indices.map { matrix[index, $0] }
                let largest = row.reduce(0) { max($0, abs($1)) }
                return TopographicMap.Map(title: names[index], values: layout.values(largest > 0 ? row.map { $0 / largest } : row))
            }
            return TopographicMap(
                title: title, electrodes: layout.electrodes, maps: maps, columns: columns, label: "relative weight", range: -1...1)
        }
        var figure = Figure(title: title, subtitle: layout.note, width: 130 * Double(columns) + 120)
        let height = 20 + 150 * Double((chosen.count + columns - 1) / columns)
        figure.addRow([maps("patterns", patterns)], height: max(height, 120))
        figure.addRow([maps("filters", filters)], height: max(height, 120))
        return figure
    }
}
