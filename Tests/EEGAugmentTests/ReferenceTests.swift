import EEGAugment
import EEGTensor
import Testing

/// Changes the first window of a batch.
func manually(_ batch: Batch, _ body: (SignalWindow) throws -> Void) throws -> Batch {
    var result = batch
    try forEachWindow(of: &result.signals) { _, window in try body(window) }
    return result
}

/// Values that braindecode 1.8.1 gives for a signal with a formula.
@Suite struct ReferenceTests {
    private func expect(
        _ places: [(Int, Int, Float)], absoluteSum: Double, channels: Int, samples: Int, within tolerance: Float = 2e-5,
        sourceLocation: SourceLocation = #_sourceLocation, _ body: (SignalWindow) throws -> Void
    ) throws {
        let batch = Batch(signals: Tensor(formula(channels: channels, samples: samples), shape: [1, channels, samples]), labels: [0])
        let result = try manually(batch, body).signals
        for (channel, time, value) in places {
            let found = result[0, channel, time]
            #expect(abs(found - value) < tolerance * max(1, abs(value)), "[\(channel), \(time)]", sourceLocation: sourceLocation)
        }
        let sum = result.scalars.reduce(0) { $0 + Double(abs($1)) }
        #expect(abs(sum - absoluteSum) < Double(tolerance) * absoluteSum, "sum \(sum)", sourceLocation: sourceLocation)
    }

    @Test func frequencyShift() throws {
        let shift = try FrequencyShift(probability: 1, samplingRate: 100)
        try expect(
            [(0, 0, 0.3), (0, 57, -0.942551), (1, 113, -0.967864), (1, 199, 5.384627)], absoluteSum: 485.2351, channels: 2, samples: 200
        ) { shift.shift($0, by: 1.5) }
        try expect(
            [(0, 0, 0.3), (0, 57, -0.729011), (1, 113, -1.119849), (1, 254, 9.132128)], absoluteSum: 726.3653, channels: 2, samples: 255
        ) { shift.shift($0, by: 1.5) }
    }

    @Test func bandstop() throws {
        let narrow = try BandstopFilter(probability: 1, samplingRate: 100)
        try expect(
            [(0, 0, 0.3), (0, 57, 0.018737), (1, 500, 9.493999), (1, 999, 18.738607)], absoluteSum: 15012.3737, channels: 2, samples: 1000
        ) { try narrow.filter($0, around: 11) }
        let wide = try BandstopFilter(probability: 1, samplingRate: 100, bandwidth: 4)
        try expect(
            [(0, 0, 0.300396), (0, 57, -0.183423), (1, 150, 2.216486), (1, 300, 5.433665)], absoluteSum: 1396.4471, channels: 2,
            samples: 301
        ) { try wide.filter($0, around: 6.5) }
    }

    @Test func smoothTimeMask() throws {
        let mask = try SmoothTimeMask(probability: 1)
        try expect(
            [(0, 55, 0.05328), (0, 61, 0.08153), (1, 120, 0), (1, 163, 4.059604), (1, 299, 5.575695)], absoluteSum: 1036.6083, channels: 2,
            samples: 300
        ) { mask.mask($0, from: 60.5) }
    }

    @Test func sensorsRotation() throws {
        let positions = ElectrodePositions(
            names: ["F3", "F4", "O1", "O2", "Cz"],
            positions: [
                .init(x: -0.404624, y: 0.677025, z: 0.614750), .init(x: 0.395680, y: 0.688177, z: 0.608153),
                .init(x: -0.308272, y: -0.786639, z: 0.534946), .init(x: 0.273559, y: -0.795376, z: 0.540872), .init(x: 0, y: 0, z: 1),
            ])
        func check(_ axis: SensorsRotation.Axis, _ degrees: Double, _ values: [Float], _ sum: Double) throws {
            let rotation = try SensorsRotation(probability: 1, positions: positions, axis: axis)
            let places = zip([(0, 5), (1, 20), (2, 30), (4, 49)], values).map { ($0.0, $0.1, $1) }
            try expect(places, absoluteSum: sum, channels: 5, samples: 50, within: 1e-4) { rotation.rotate($0, byDegrees: degrees) }
        }
        try check(.x, 12, [0.353949, -0.32675, 0.481232, 2.481807], 244.9666)
        try check(.y, 12, [0.356496, -0.787984, 1.293304, 2.313768], 246.2682)
        try check(.z, 12, [0.230624, -0.320374, 1.06524, 2.102678], 241.4971)
        try check(.z, 0, [0.252622, -0.559365, 1.150417, 2.102678], 240.2121)
    }
}
