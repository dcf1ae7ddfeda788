import Foundation

/// An electrode and its place on the head.
public struct Electrode: Sendable, Equatable {
    public let name: String
    /// A point of the unit sphere: x to the right ear, y to the nose, z up.
    let place: SIMD3<Double>

    /// An electrode in the direction (`x`, `y`, `z`) from the centre of the head: x to the right ear, y to the nose, z up.
    ///
    /// - Precondition: finite coordinates that are not all 0.
    public init(_ name: String, x: Double, y: Double, z: Double) {
        let length = (x * x + y * y + z * z).squareRoot()
        require(length > 0 && length.isFinite, "Electrode: \(name) is at (\(x), \(y), \(z))")
        self.name = name
        place = SIMD3(x, y, z) / length
    }
}

/// The head from above, flattened so that angles from the top of the head keep their proportions (azimuthal equidistant). Lengths are in
/// radii of the drawn head: the circle that passes Fpz, T7, Oz and T8, 92 degrees from the top.
enum HeadProjection {
    private static let rim = 92 * Double.pi / 180

    static func project(_ place: SIMD3<Double>) -> (x: Double, y: Double) {
        let horizontal = hypot(place.x, place.y)
        guard horizontal > 0 else { return (0, place.z > 0 ? 0 : -.pi / rim) }
        let radius = atan2(horizontal, place.z) / rim
        return (place.x / horizontal * radius, place.y / horizontal * radius)
    }

    static func place(x: Double, y: Double) -> SIMD3<Double> {
        let radius = hypot(x, y)
        guard radius > 0 else { return SIMD3(0, 0, 1) }
        let angle = min(radius * rim, .pi)
        return SIMD3(x / radius * sin(angle), y / radius * sin(angle), cos(angle))
    }
}
