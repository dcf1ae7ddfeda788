import EEGPlot
import EEGTensor

/// The electrodes among some channels that can be drawn on a head.
struct ElectrodeLayout {
    let electrodes: [Electrode]
    /// The channel of each electrode.
    private let indices: [Int]
    private let missing: [String]

    /// - Parameter positions: found by name; those of the 10-05 system by default.
    init(_ channels: [String], at positions: ElectrodePositions?) {
        let places = positions.map { Dictionary(zip($0.names, $0.positions)) { first, _ in first } }
        let found = channels.map { name in places.map { $0[name] } ?? ElectrodePositions.standard(name) }
        indices = channels.indices.filter { found[$0] != nil }
        electrodes = zip(channels, found).compactMap { name, position in
            position.map { Electrode(name, x: $0.x, y: $0.y, z: $0.z) }
        }
        missing = zip(channels, found).compactMap { $1 == nil ? $0 : nil }
    }

    /// Of one value a channel those of the electrodes.
    func values(_ values: [Double]) -> [Double] { indices.map { values[$0] } }

    /// Names the channels that the maps leave out.
    var note: [String] { missing.isEmpty ? [] : ["without a place on the head: " + missing.joined(separator: ", ")] }
}

extension Figure {
    /// One head in a figure of its own.
    static func topography(
        title: String, _ values: [Double], of channels: [String], at positions: ElectrodePositions?, label: String
    ) -> Figure {
        let layout = ElectrodeLayout(channels, at: positions)
        var figure = Figure(title: title, subtitle: layout.note, width: 460)
        figure.addRow(
            [TopographicMap(electrodes: layout.electrodes, values: layout.values(values), label: label, showsNames: true)], height: 380)
        return figure
    }
}
