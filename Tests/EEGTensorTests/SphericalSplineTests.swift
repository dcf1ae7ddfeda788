import EEGTensor
import Testing

@Suite struct SphericalSplineTests {
    private typealias Position = ElectrodePositions.Position
    private static let f3 = Position(x: -0.404624, y: 0.677025, z: 0.614750)
    private static let f4 = Position(x: 0.395680, y: 0.688177, z: 0.608153)
    private static let o1 = Position(x: -0.308272, y: -0.786639, z: 0.534946)
    private static let o2 = Position(x: 0.273559, y: -0.795376, z: 0.540872)

    private func weights(from sources: [ElectrodePositions.Position], at targets: [ElectrodePositions.Position]) throws -> [Double] {
        try SphericalSpline(from: sources).weights(at: targets).elements
    }

    private func isClose(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < tolerance }
    }

    /// Weights that MNE-Python gives for these places of the 10-20 system, which have six digits here.
    @Test func weightsOfFourElectrodes() throws {
        let (f3, f4, o1, o2) = (Self.f3, Self.f4, Self.o1, Self.o2)
        #expect(try isClose(weights(from: [f4, o1, o2], at: [f3]), [0.96368, 1.25931, -1.22299], within: 2e-4))
        #expect(try isClose(weights(from: [f3, o1, o2], at: [f4]), [0.99174, -1.25414, 1.26239], within: 2e-4))
        #expect(try isClose(weights(from: [f3, f4, o2], at: [o1]), [0.67820, -0.65630, 0.97810], within: 2e-4))
        #expect(try isClose(weights(from: [f3, f4, o1], at: [o2]), [-0.67203, 0.67405, 0.99798], within: 2e-4))
        #expect(try isClose(weights(from: [o1, o2], at: [f3, f4]), [1.14568, -0.14568, -0.11792, 1.11792], within: 2e-4))
        #expect(try isClose(weights(from: [o2], at: [f3, f4, o1]), [1, 1, 1], within: 1e-9))
    }

    @Test func aSplineMeetsItsValuesAndConstants() throws {
        let names = ["Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4", "P8", "O1", "O2"]
        let places = try #require(ElectrodePositions.standard(names)).positions
        let exact = try SphericalSpline(from: places, regularization: 0).weights(at: places)
        #expect(isClose(exact.elements, Matrix(identity: 19).elements, within: 1e-6))
        let elsewhere = try SphericalSpline(from: places).weights(at: [Position(x: 1, y: 2, z: 5), Position(x: 0, y: 0, z: -3)])
        for row in 0..<2 { #expect(abs((0..<19).reduce(0) { $0 + elsewhere[row, $1] } - 1) < 1e-9) }
    }
}
