import EEGTensor
import Foundation
import Testing

@Suite struct ElectrodePositionTests {
    private func degrees(_ a: String, _ b: String) throws -> Double {
        let (a, b) = try (#require(ElectrodePositions.standard(a)), #require(ElectrodePositions.standard(b)))
        return a.angle(to: b) * 180 / .pi
    }

    @Test func everyElectrodeLiesOnTheSphereWithItsMirrorImage() throws {
        let names = ElectrodePositions.standardNames
        #expect(names.count == 353)
        let positions = try #require(ElectrodePositions.standard(names))
        for (name, position) in zip(names, positions.positions) {
            let length = (position.x * position.x + position.y * position.y + position.z * position.z).squareRoot()
            #expect(abs(length - 1) < 1e-12, "\(name)")
            let digits = name.filter(\.isWholeNumber)
            guard let number = Int(digits) else {
                #expect(abs(position.x) < 1e-12, "\(name) lies on the midline")
                continue
            }
            let other = name.replacing(digits, with: "\(number % 2 == 1 ? number + 1 : number - 1)")
            let mirrored = try #require(ElectrodePositions.standard(other), "\(other)")
            #expect(abs(mirrored.x + position.x) < 1e-12 && abs(mirrored.y - position.y) < 1e-12, "\(name), \(other)")
            #expect(number % 2 == 1 ? position.x < 0 : position.x > 0, "odd numbers are left: \(name)")
        }
        #expect(ElectrodePositions.standard("X1") == nil && ElectrodePositions.standard(["Cz", "X1"]) == nil)
    }

    @Test func arcsAreCutIntoEqualParts() throws {
        for (a, b) in [
            ("Fpz", "AFz"), ("AFz", "Fz"), ("Fz", "FCz"), ("Cz", "CPz"), ("POz", "Oz"), ("Nz", "Fpz"), ("C3", "C1"), ("C5", "C3"),
            ("T7", "C5"),
        ] {
            #expect(try abs(degrees(a, b) - 23) < 1e-9, "\(a), \(b)")
        }
        #expect(try abs(degrees("Fp1", "AF7") - degrees("P7", "PO7")) < 1e-9)
        #expect(try abs(degrees("F7", "F5") - degrees("F5", "F3")) < 1e-9 && abs(degrees("F3", "F1") - degrees("F1", "Fz")) < 1e-9)
        #expect(try abs(degrees("T3", "T7")) < 1e-9 && degrees("O1", "O2") < 40)
    }
}
