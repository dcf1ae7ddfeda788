import EEGModels
import EEGTensor
import Testing

@Suite struct AutoRejectTests {
    private static let nineteen = [
        "Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4", "P8", "O1", "O2",
    ]

    /// Windows in which a few smooth sources reach all electrodes, with a little noise of each.
    private func cleanWindows(_ count: Int, positions: ElectrodePositions, samples: Int = 200, seed: UInt64 = 1) -> Tensor {
        var generator = Generator(seed: seed)
        let mixing = Tensor(
            positions.positions.flatMap { p in [1, Float(p.x), Float(p.y), Float(p.z)].map { 10 * $0 } }, shape: [positions.names.count, 4])
        let sources = Tensor(normalWithMean: 0, shape: [count, 4, samples], using: &generator)
        return matmul(mixing, sources) + Tensor(normalWithMean: 0, shape: [count, positions.names.count, samples], using: &generator)
    }

    private func positions() throws -> ElectrodePositions { try #require(ElectrodePositions.standard(Self.nineteen)) }

    /// Adds noise to channels of windows.
    private func corrupted(_ windows: Tensor, _ places: [(window: Int, channel: Int)], by deviation: Float) -> Tensor {
        var (result, generator) = (windows, Generator(seed: 99))
        let (channels, samples) = (windows.shape[1], windows.shape[2])
        for place in places {
            let noise = Tensor(normalWithMean: 0, standardDeviation: deviation, shape: [samples], using: &generator).scalars
            result.withUnsafeMutableBufferPointer { elements in
                for time in 0..<samples { elements[(place.window * channels + place.channel) * samples + time] += noise[time] }
            }
        }
        return result
    }

    private func meanSquare(_ x: Tensor) -> Float { x.squared().mean().scalar }

    @Test(arguments: AutoReject.Variant.allCases) func corruptedChannelsAreRepaired(variant: AutoReject.Variant) throws {
        let positions = try positions()
        let clean = cleanWindows(60, positions: positions)
        let places = (0..<12).map { (window: $0 * 5, channel: ($0 * 7) % 19) }
        let windows = corrupted(clean, places, by: 100)
        let autoReject = try AutoReject(fittedTo: windows, positions: positions, variant: variant, generator: Generator(seed: 87))
        let repaired = try autoReject.repair(windows)
        var expected = [[Int]](repeating: [], count: 60)
        for place in places { expected[place.window].append(place.channel) }
        let missed = places.filter { !repaired.interpolated[$0.window].contains($0.channel) }
        #expect(missed.isEmpty)
        #expect(meanSquare(repaired.signals - clean) < 0.02 * meanSquare(windows - clean))
        if variant == .corrected {
            let needless = zip(repaired.interpolated, expected).reduce(0) { $0 + Set($1.0).subtracting($1.1).count }
            #expect(needless <= 60 * 19 / 20, "\(needless) of \(60 * 19) clean channels interpolated")
        }
        for window in 0..<60 where repaired.interpolated[window].isEmpty {
            let (before, after): (Tensor, Tensor) = (windows[window], repaired.signals[window])
            #expect(before == after)
        }
    }

    @Test func cleanWindowsStayMostlyAsTheyAre() throws {
        let positions = try positions()
        let clean = cleanWindows(50, positions: positions)
        let repaired = try AutoReject(fittedTo: clean, positions: positions, generator: Generator(seed: 87)).repair(clean)
        #expect(meanSquare(repaired.signals - clean) < 0.01 * meanSquare(clean))
    }

    /// With four electrodes as in the paper: at most three channels are interpolated.
    @Test func fourElectrodesSuffice() throws {
        let clean = cleanWindows(40, positions: fourElectrodes)
        let windows = corrupted(clean, [(3, 0), (8, 1), (8, 2), (20, 3), (33, 2)], by: 200)
        let autoReject = try AutoReject(fittedTo: windows, positions: fourElectrodes, generator: Generator(seed: 87))
        let repaired = try autoReject.repair(windows)
        #expect(repaired.interpolated[3] == [0] && repaired.interpolated[20] == [3] && repaired.interpolated[33] == [2])
        #expect([1, 3].contains(autoReject.interpolationLimit) && (0.3...1).contains(autoReject.consensus))
        #expect(autoReject.thresholds.count == 4)
    }

    @Test func scaleOfTheUnitOnlyScalesTheThresholds() throws {
        let positions = try positions()
        let windows = corrupted(cleanWindows(30, positions: positions), [(2, 5), (9, 11)], by: 80)
        let micro = try AutoReject(fittedTo: windows, positions: positions, generator: Generator(seed: 3))
        let scaled = try AutoReject(fittedTo: windows * 1024, positions: positions, generator: Generator(seed: 3))
        #expect(zip(micro.thresholds, scaled.thresholds).allSatisfy { $0 * 1024 == $1 })
        #expect(micro.consensus == scaled.consensus && micro.interpolationLimit == scaled.interpolationLimit)
    }

    @Test func sameBitsForAnyNumberOfThreads() throws {
        let positions = try positions()
        let windows = corrupted(cleanWindows(20, positions: positions, samples: 123), [(2, 5), (9, 11), (9, 3)], by: 80)
        let results = try [1, 2, 3].map { threads in
            try EEGRuntime.with(threads: threads) {
                let fitted = try AutoReject(fittedTo: windows, positions: positions, generator: Generator(seed: 87))
                return (fitted.thresholds, fitted.consensus, try fitted.repair(windows).signals)
            }
        }
        for result in results.dropFirst() {
            #expect(result.0 == results[0].0 && result.1 == results[0].1)
            let isEqual = result.2 == results[0].2
            #expect(isEqual)
        }
    }

    @Test func whatCannotBeFitted() throws {
        let generator = Generator(seed: 1)
        let three = ElectrodePositions(names: ["F3", "F4", "O1"], positions: Array(fourElectrodes.positions.prefix(3)))
        #expect(throws: ClassicalModelError.tooFew(what: "channels", minimum: 4, found: 3)) {
            try AutoReject(fittedTo: Tensor(zeros: [10, 3, 100]), positions: three, generator: generator)
        }
        #expect(throws: ClassicalModelError.tooFew(what: "windows", minimum: 5, found: 4)) {
            try AutoReject(fittedTo: Tensor(zeros: [4, 4, 100]), positions: fourElectrodes, generator: generator)
        }
        #expect(throws: ClassicalModelError.shapeMismatch(expected: "windows [window, 4, time]", found: [9, 5, 100])) {
            try AutoReject(fittedTo: Tensor(zeros: [9, 5, 100]), positions: fourElectrodes, generator: generator)
        }
        #expect(throws: ClassicalModelError.notFinite(what: "a signal")) {
            try AutoReject(fittedTo: Tensor(repeating: .nan, shape: [9, 4, 100]), positions: fourElectrodes, generator: generator)
        }
        #expect(throws: ClassicalModelError.self) {
            try AutoReject(fittedTo: Tensor(zeros: [9, 4, 100]), positions: fourElectrodes, folds: 1, generator: generator)
        }
        let flat = try AutoReject(fittedTo: Tensor(zeros: [9, 4, 100]), positions: fourElectrodes, generator: generator)
        #expect(try flat.repair(Tensor(zeros: [9, 4, 100])).interpolated.allSatisfy(\.isEmpty))
    }
}
