internal import Foundation

/// Where electrodes are on a head that is a sphere of radius 1: x to the right ear, y to the nose, z up.
public struct ElectrodePositions: Sendable, Equatable {
    /// A point of the unit sphere.
    public struct Position: Sendable, Hashable {
        public var x, y, z: Double

        public init(x: Double, y: Double, z: Double) { (self.x, self.y, self.z) = (x, y, z) }

        /// The angle in radians between this position and another, seen from the centre of the head.
        public func angle(to other: Position) -> Double { acos(max(-1, min(1, x * other.x + y * other.y + z * other.z))) }
    }

    public let names: [String]
    /// One for each name.
    public let positions: [Position]

    /// - Precondition: as many positions as names.
    public init(names: [String], positions: [Position]) {
        require(names.count == positions.count, "ElectrodePositions: \(names.count) names, \(positions.count) positions")
        self.names = names
        self.positions = positions
    }

    /// The position of an electrode of the 10-05 system, or nil where the name is none of its names. The names T3, T4, T5 and T6 of the 10-20
    /// system stand for T7, T8, P7 and P8; M1 and M2, A1 and A2 for places near the mastoids and on the ear lobes.
    public static func standard(_ name: String) -> Position? { Standard1005.positions[name] }

    /// The positions of some electrodes of the 10-05 system, or nil where a name is none of its names.
    public static func standard(_ names: [String]) -> ElectrodePositions? {
        let positions = names.compactMap(standard)
        return positions.count == names.count ? ElectrodePositions(names: names, positions: positions) : nil
    }

    /// All names of the 10-05 system that have a position, sorted.
    public static var standardNames: [String] { Standard1005.positions.keys.sorted() }
}

/// The 10-05 system (Oostenveld and Praamstra, "The five percent electrode system for high-resolution EEG and ERP measurements", Clin.
/// Neurophysiol. 112, 2001) on a sphere: the arc from nasion over Cz to inion spans 230 degrees, so that a tenth of it is 23 degrees and the
/// circle through Fpz, T7, Oz and T8 lies 2 degrees below the equator.
private enum Standard1005 {
    typealias Position = ElectrodePositions.Position

    static let positions: [String: Position] = {
        var result: [String: Position] = [:]
        for row in rows { row.add(to: &result) }
        // In front of the first row and behind the last one there are electrodes on the three circles only.
        for (letters, colatitude, azimuth) in [
            ("Fp", equator, 0.0), ("NFp", 103.5, 0), ("N", 115, 0), ("O", equator, 180), ("OI", 103.5, 180), ("I", 115, 180),
        ] {
            result[letters + "z"] = sphere(colatitude: colatitude, azimuth: azimuth)
            for (number, side) in [("1", -1.0), ("2", 1.0)] {
                let towardsEars = azimuth == 0 ? side : -side
                result[letters + number + "h"] = sphere(colatitude: colatitude, azimuth: azimuth + 9 * towardsEars)
                result[letters + number] = sphere(colatitude: colatitude, azimuth: azimuth + 18 * towardsEars)
            }
        }
        for (older, newer) in [("T3", "T7"), ("T4", "T8"), ("T5", "P7"), ("T6", "P8")] { result[older] = result[newer] }
        for (number, side) in [("1", -1.0), ("2", 1.0)] {
            result["M" + number] = sphere(colatitude: 125, azimuth: side * 110)
            result["A" + number] = sphere(colatitude: 125, azimuth: side * 95)
        }
        return result
    }()

    /// A point `colatitude` degrees from Cz, `azimuth` degrees from the nose to the right.
    static func sphere(colatitude: Double, azimuth: Double) -> Position {
        let (c, a) = (colatitude * .pi / 180, azimuth * .pi / 180)
        return Position(x: sin(c) * sin(a), y: sin(c) * cos(a), z: cos(c))
    }

    /// Degrees from Cz to the circle through Fpz and Oz.
    static let equator = 92.0

    /// Electrodes from the circle through Fpz and Oz at the left over the midline to that circle at the right, and those below its ends.
    struct Row {
        /// Twentieths of the midline from nasion to inion; the same share of the way around the head, 9 degrees each.
        let step: Int
        /// The letters beside the midline and those near the circle.
        let inner: String
        let outer: String

        func add(to result: inout [String: Position]) {
            let middle = sphere(colatitude: abs(115 - 11.5 * Double(step)), azimuth: step < 10 ? 0 : 180)
            result[inner + "z"] = middle
            for (side, sign) in [(0, -1.0), (1, 1.0)] {
                let azimuth = sign * 9 * Double(step)
                let end = sphere(colatitude: equator, azimuth: azimuth)
                for eighth in 1...8 {
                    // 1h, 1, 3h, 3 … from the midline outwards: odd numbers left, even ones right.
                    let name = "\((eighth - 1) / 2 * 2 + 1 + side)" + (eighth % 2 == 1 ? "h" : "")
                    result[(eighth < 7 ? inner : outer) + name] = arc(from: middle, to: end, share: Double(eighth) / 8)
                }
                result[outer + "\(9 + side)h"] = sphere(colatitude: 103.5, azimuth: azimuth)
                result[outer + "\(9 + side)"] = sphere(colatitude: 115, azimuth: azimuth)
            }
        }

        /// A point of the circle through `middle`, `end` and the mirror image of `end`, a share of the way from `middle` to `end`.
        func arc(from middle: Position, to end: Position, share: Double) -> Position {
            // In the plane of the circle, with `middle` as origin: one axis points towards the point between both ends, the other to the ear.
            let (dy, dz) = (end.y - middle.y, end.z - middle.z)
            let depth = (dy * dy + dz * dz).squareRoot()
            // The centre is as far from the origin as from (depth, end.x).
            let radius = (depth * depth + end.x * end.x) / (2 * depth)
            let angle = share * atan2(end.x, radius - depth)
            let along = radius * (1 - cos(angle))
            return Position(x: radius * sin(angle), y: middle.y + along * dy / depth, z: middle.z + along * dz / depth)
        }
    }

    static let rows: [Row] = [
        Row(step: 3, inner: "AFp", outer: "AFp"), Row(step: 4, inner: "AF", outer: "AF"), Row(step: 5, inner: "AFF", outer: "AFF"),
        Row(step: 6, inner: "F", outer: "F"), Row(step: 7, inner: "FFC", outer: "FFT"), Row(step: 8, inner: "FC", outer: "FT"),
        Row(step: 9, inner: "FCC", outer: "FTT"), Row(step: 10, inner: "C", outer: "T"), Row(step: 11, inner: "CCP", outer: "TTP"),
        Row(step: 12, inner: "CP", outer: "TP"), Row(step: 13, inner: "CPP", outer: "TPP"), Row(step: 14, inner: "P", outer: "P"),
        Row(step: 15, inner: "PPO", outer: "PPO"), Row(step: 16, inner: "PO", outer: "PO"), Row(step: 17, inner: "POO", outer: "POO"),
    ]
}
