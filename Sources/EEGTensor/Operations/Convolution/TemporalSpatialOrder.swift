/// In which order a filter over time and a spatial filter behind it are computed; the results are the same up to rounding.
public enum TemporalSpatialOrder: String, CaseIterable, Sendable {
    /// As written: every filter over time for every electrode, then the spatial filters. Makes a map `[batch, filter, electrode, time]`.
    case temporalFirst
    /// The electrodes are added up first, then each sum is filtered over time; where each spatial filter sees one filter over time.
    case spatialFirst
    /// One filter of all electrodes over time for each output.
    case joint

    /// The statistics keep a sum in Double for each pair of taps: 8 MB for so many.
    private static let mostTapsOfStatistics = 1024

    /// The order that costs least, counted in products of a convolution. The weights of other work are fitted to measured times.
    ///
    /// - Parameters:
    ///   - groups: how many parts the filters over time are divided into; each part of the outputs sees its own.
    ///   - needsStatistics: whether the mean and variance of each filter over time are needed.
    static func cheapest(
        electrodes: Int, filters: Int, outputs: Int, groups: Int, taps: Int, needsStatistics: Bool
    ) -> TemporalSpatialOrder {
        if needsStatistics, taps > mostTapsOfStatistics { return .temporalFirst }
        // To write a value of the map and to read it again, with statistics in several passes forward and backward.
        let mapValue = needsStatistics ? 80 : 32
        let temporalFirst = electrodes * (filters * (taps + mapValue) + outputs * filters / groups)
        // Lag products are in Double.
        let statistics = needsStatistics ? 3 * taps * electrodes : 0
        let joint = outputs * electrodes * taps + statistics
        // A filter for each output alone does about half as many products a second.
        let spatialFirst = groups == filters ? outputs * (electrodes + 2 * taps) + statistics : Int.max
        if min(joint, spatialFirst) >= temporalFirst { return .temporalFirst }
        return joint <= spatialFirst ? .joint : .spatialFirst
    }
}
