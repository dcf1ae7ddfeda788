import EEGModels
import EEGTensor
import Testing

/// Places of the 10-20 system as MNE-Python gives them, in the frame of the head.
let fourElectrodes = ElectrodePositions(
    names: ["F3", "F4", "O1", "O2"],
    positions: [
        .init(x: -0.404624, y: 0.677025, z: 0.614750), .init(x: 0.395680, y: 0.688177, z: 0.608153),
        .init(x: -0.308272, y: -0.786639, z: 0.534946), .init(x: 0.273559, y: -0.795376, z: 0.540872),
    ])

@Suite struct ChannelInterpolationTests {
    /// Weights of MNE-Python.
    @Test func weightsOfFourElectrodes() throws {
        let expected: [([Int], [Double])] = [
            ([0], [0.96368, 1.25931, -1.22299]), ([1], [0.99174, -1.25414, 1.26239]), ([2], [0.67820, -0.65630, 0.97810]),
            ([3], [-0.67203, 0.67405, 0.99798]), ([1, 0], [1.14568, -0.14568, -0.11792, 1.11792]), ([0, 1, 2], [1, 1, 1]),
        ]
        for (bad, weights) in expected {
            let found = try ChannelInterpolation(of: bad, positions: fourElectrodes)
            #expect(found.bad == bad.sorted() && found.bad + found.good == bad.sorted() + (0..<4).filter { !bad.contains($0) })
            #expect(zip(found.weights.elements, weights).allSatisfy { abs($0 - $1) < 2e-4 }, "\(bad)")
        }
    }

    @Test func onlyBadChannelsChange() throws {
        let interpolation = try ChannelInterpolation(of: [1, 2], positions: fourElectrodes)
        var x = Tensor([1, .nan, 5, 3, 2, .infinity, 5, 4], shape: [2, 4, 1])
        let y = interpolation(x)
        for (window, row) in [[Float(1), 3], [2, 4]].enumerated() {
            #expect(y[window, 0, 0] == row[0] && y[window, 3, 0] == row[1])
            for place in 0..<2 {
                let expected = interpolation.weights[place, 0] * Double(row[0]) + interpolation.weights[place, 1] * Double(row[1])
                #expect(abs(Double(y[window, place + 1, 0]) - expected) < 1e-5)
            }
        }
        x = try ChannelInterpolation(of: [], positions: fourElectrodes)(Tensor(ones: [4, 3]))
        #expect(x == Tensor(ones: [4, 3]))
    }

    @Test func whatCannotBeInterpolated() {
        #expect(throws: ClassicalModelError.tooFew(what: "good channels", minimum: 1, found: 0)) {
            try ChannelInterpolation(of: 0..<4, positions: fourElectrodes)
        }
        let lost = ElectrodePositions(names: ["A", "B"], positions: [.init(x: 0, y: 0, z: 0), .init(x: 1, y: 0, z: 0)])
        #expect(throws: ClassicalModelError.unknownPosition(electrode: "A")) { try ChannelInterpolation(of: [1], positions: lost) }
    }
}
