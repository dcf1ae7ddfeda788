import EEGAugment
import EEGTensor
import Foundation
import Testing

@Suite struct AugmentationTests {
    @Test func timeReverseAndSignFlip() throws {
        let batch = Batch(signals: Tensor([1, 2, 3, 4, 5, 6], shape: [1, 2, 3]), labels: [0])
        #expect(try augmented(batch, by: TimeReverse(probability: 1)).signals.scalars == [3, 2, 1, 6, 5, 4])
        #expect(try augmented(batch, by: SignFlip(probability: 1)).signals.scalars == [-1, -2, -3, -4, -5, -6])
    }

    @Test func gaussianNoise() throws {
        let batch = noiseBatch(10, channels: 4, samples: 1000)
        let result = try augmented(batch, by: GaussianNoise(probability: 1, standardDeviation: 0.5))
        let noise = zip(result.signals.scalars, batch.signals.scalars).map { Double($0 - $1) }
        #expect(abs(noise.mean) < 0.015 && abs(noise.variance - 0.25) < 0.01)
        #expect(abs(zip(noise, noise.dropFirst()).map { $0 * $1 }.mean) < 0.01, "white")
    }

    @Test func amplitudeScale() throws {
        let batch = noiseBatch(200, channels: 4, samples: 20)
        let result = try augmented(batch, by: AmplitudeScale(probability: 1))
        var factors: [Double] = []
        for window in 0..<200 {
            for channel in 0..<4 {
                let ratios = zip(result.channel(window, channel), batch.channel(window, channel)).map { $0 / $1 }
                factors.append(ratios[0])
                #expect(ratios.allSatisfy { abs($0 - ratios[0]) < 1e-5 })
            }
        }
        #expect(factors.allSatisfy { (0.5...2).contains($0) } && abs(factors.mean - 1.25) < 0.06 && abs(factors.variance - 0.1875) < 0.03)
    }

    @Test func channelsDropout() throws {
        let batch = noiseBatch(500, channels: 8, samples: 10)
        let result = try augmented(batch, by: ChannelsDropout(probability: 1))
        var dropped = 0
        for window in 0..<500 {
            for channel in 0..<8 {
                let (before, after) = (batch.channel(window, channel), result.channel(window, channel))
                if after.allSatisfy({ $0 == 0 }) { dropped += 1 } else { #expect(after == before) }
            }
        }
        #expect(abs(Double(dropped) / 4000 - 0.2) < 0.03)
        #expect(try augmented(batch, by: ChannelsDropout(probability: 1, channelProbability: 1)).signals.scalars.allSatisfy { $0 == 0 })
        #expect(try augmented(batch, by: ChannelsDropout(probability: 1, channelProbability: 0)).signals == batch.signals)
    }

    @Test func channelsShuffle() throws {
        let batch = noiseBatch(600, channels: 3, samples: 4)
        let all = try augmented(batch, by: ChannelsShuffle(probability: 1, channelProbability: 1))
        var orders: [[Int]: Int] = [:]
        for window in 0..<600 {
            let before = (0..<3).map { batch.channel(window, $0) }
            orders[(0..<3).compactMap { before.firstIndex(of: all.channel(window, $0)) }, default: 0] += 1
        }
        #expect(orders.count == 6 && orders.values.allSatisfy { (60...140).contains($0) }, "all orders, about 100 each")
        let some = try augmented(batch, by: ChannelsShuffle(probability: 1, channelProbability: 0.5))
        let moved = (0..<600).reduce(0) { sum, window in sum + (0..<3).count { some.channel(window, $0) != batch.channel(window, $0) } }
        // Of three channels 3/8 of windows shuffle two (one moved on average) and 1/8 all three (two moved on average).
        #expect(abs(Double(moved) / 600 - 0.625) < 0.12)
        #expect(try augmented(batch, by: ChannelsShuffle(probability: 1, channelProbability: 0)).signals == batch.signals)
    }

    @Test func channelsSymmetry() throws {
        let names = ["Fp1", "FC6", "Cz", "T4", "FC5", "Fp2", "O1", "FFC5h", "FFC6h"]
        let symmetry = try ChannelsSymmetry(probability: 1, channelNames: names)
        #expect(symmetry.partners == [5, 4, 2, 3, 1, 0, 6, 8, 7])
        let batch = noiseBatch(3, channels: 9, samples: 5)
        let result = try augmented(batch, by: symmetry)
        for (channel, partner) in symmetry.partners.enumerated() { #expect(result.channel(1, channel) == batch.channel(1, partner)) }
        #expect(throws: AugmentationError.self) { try augmented(noiseBatch(1, channels: 8, samples: 5), by: symmetry) }
    }

    @Test func channelsRereference() throws {
        let batch = noiseBatch(300, channels: 3, samples: 4)
        let result = try augmented(batch, by: ChannelsRereference(probability: 1))
        var chosen = [0, 0, 0]
        for window in 0..<300 {
            let before = (0..<3).map { batch.channel(window, $0) }
            let reference = try #require((0..<3).first { result.channel(window, $0) == before[$0].map { -$0 } })
            chosen[reference] += 1
            for channel in 0..<3 where channel != reference {
                let expected = zip(before[channel], before[reference]).map { $0 - $1 }
                #expect(zip(result.channel(window, channel), expected).allSatisfy { abs($0 - $1) < 1e-6 })
            }
        }
        #expect(chosen.allSatisfy { (60...140).contains($0) })
    }

    @Test func maskEncoding() throws {
        let batch = Batch(signals: Tensor(ones: [2000, 2, 50]), labels: [Int](repeating: 0, count: 2000))
        let result = try augmented(batch, by: MaskEncoding(probability: 1))
        var starts = [Int](repeating: 0, count: 46)
        for window in 0..<2000 {
            let samples = result.channel(window, 0)
            let start = try #require(samples.firstIndex(of: 0))
            starts[start] += 1
            #expect(
                samples.count { $0 == 0 } == 5 && samples[start..<(start + 5)].allSatisfy { $0 == 0 }
                    && result.channel(window, 1) == samples)
        }
        #expect(starts.allSatisfy { (10...85).contains($0) }, "every place is as likely")
        let several = try augmented(batch, by: MaskEncoding(probability: 1, maximumRatio: 0.4, segments: 4))
        let counts = (0..<2000).map { window in several.channel(window, 0).count { $0 == 0 } }
        #expect(counts.allSatisfy { (5...20).contains($0) } && counts.contains(20))
        #expect(throws: AugmentationError.self) { try augmented(batch, by: MaskEncoding(probability: 1, maximumRatio: 0.1, segments: 6)) }
    }

    @Test func smoothTimeMask() throws {
        let batch = Batch(signals: Tensor(ones: [500, 2, 1000]), labels: [Int](repeating: 0, count: 500))
        let result = try augmented(batch, by: SmoothTimeMask(probability: 1, length: 200))
        var starts: [Double] = []
        for window in 0..<500 {
            let samples = result.channel(window, 1)
            // Where the shares sum to what is missing, the mask is 200 samples wide, less where it reaches over an end.
            #expect(abs(1000 - samples.reduce(0, +) - 200) < 1.5 && samples.allSatisfy { (0...1.0001).contains($0) })
            starts.append(Double(samples.firstIndex { $0 < 0.5 } ?? -1))
        }
        #expect(starts.allSatisfy { (0...801).contains($0) } && abs(starts.mean - 400) < 50)
        #expect(throws: AugmentationError.self) { try augmented(batch, by: SmoothTimeMask(probability: 1, length: 1001)) }
    }

    @Test func bandstopFilterRemovesItsBand() throws {
        let batch = noiseBatch(20, channels: 2, samples: 4000)
        let result = try augmented(batch, by: BandstopFilter(probability: 1, samplingRate: 100, bandwidth: 3, maximumFrequency: 30))
        for window in 0..<20 {
            let (before, after) = (tapered(batch.channel(window, 1)).power, tapered(result.channel(window, 1)).power)
            // Bins are 0.025 Hz apart: the band is 120 bins wide, its transitions 20 each.
            let smoothed = (0..<1980).map { bin in after[bin..<(bin + 20)].reduce(0, +) / before[bin..<(bin + 20)].reduce(0, +) }
            let removed = smoothed.indices.filter { smoothed[$0] < 0.05 }
            let (first, last) = (removed.first ?? 0, removed.last ?? 0)
            #expect(removed.count == last - first + 1 && (110...150).contains(removed.count), "\(removed.count) bins")
            #expect(first > 30 && last + 20 < 1200, "between 1 and 29 Hz")
            let outside = smoothed.indices.filter { $0 < first - 60 || $0 > last + 60 }
            #expect(outside.allSatisfy { abs(smoothed[$0] - 1) < 0.1 })
        }
    }

    /// Samples times a Hann window, so that strong frequencies do not leak into the stop band.
    private func tapered(_ samples: [Double]) -> [Double] {
        samples.enumerated().map { $1 * (0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(samples.count))) }
    }

    @Test func frequencyShiftMovesTones() throws {
        let samples = 1024
        let tone = (0..<samples).map { Float(sin(2 * .pi * 10 * Double($0) / 128)) }
        let batch = Batch(signals: Tensor(tone, shape: [1, 1, samples]), labels: [0])
        let shifted = try manually(batch) { try FrequencyShift(probability: 1, samplingRate: 128).shift($0, by: 1.5) }
        let power = shifted.channel(0, 0).power
        let peak = power.indices.max { power[$0] < power[$1] } ?? 0
        #expect(peak == 92, "11.5 Hz")
        #expect(power[92] / power.reduce(0, +) > 0.999)
        // Drawn shifts stay within the limit and are uniform.
        let many = Batch(
            signals: Tensor((0..<300).flatMap { _ in tone }, shape: [300, 1, samples]), labels: [Int](repeating: 0, count: 300))
        let result = try augmented(many, by: FrequencyShift(probability: 1, samplingRate: 128))
        let peaks = (0..<300).map { window -> Double in
            let power = result.channel(window, 0).power
            return Double(power.indices.max { power[$0] < power[$1] } ?? 0) / 8 - 10
        }
        #expect(peaks.allSatisfy { abs($0) <= 2.07 } && abs(peaks.mean) < 0.35 && abs(peaks.variance - 4 / 3.0) < 0.3)
    }

    @Test(arguments: [300, 301], [true, false])
    func surrogatesKeepTheAmplitudes(samples: Int, areIndependent: Bool) throws {
        let batch = noiseBatch(20, channels: 3, samples: samples)
        let result = try augmented(batch, by: FTSurrogate(probability: 1, areChannelsIndependent: areIndependent))
        var turns: [Double] = []
        for window in 0..<20 {
            var phases: [[Double]] = []
            for channel in 0..<3 {
                let (before, after) = (batch.channel(window, channel), result.channel(window, channel))
                let (powerBefore, powerAfter) = (before.power, after.power)
                let largest = powerBefore.max() ?? 0
                #expect(zip(powerBefore, powerAfter).allSatisfy { abs($0 - $1) < 1e-5 * largest })
                #expect(abs(before.mean - after.mean) < 1e-5 && before != after)
                phases.append(phaseDifferences(from: before, to: after))
            }
            turns += phases[0]
            let common = zip(phases[0], phases[1]).count { abs($0 - $1) < 0.01 }
            #expect(areIndependent ? common < 20 : common > 130, "phases of channels: \(common) equal")
        }
        #expect(abs(turns.mean - .pi) < 0.2 && abs(turns.variance - .pi * .pi / 3) < 0.4, "uniform over a turn")
        #expect(try augmented(batch, by: FTSurrogate(probability: 1, phaseNoiseMagnitude: 0)).signals == batch.signals)
        let small = try augmented(batch, by: FTSurrogate(probability: 1, phaseNoiseMagnitude: 0.1))
        #expect(
            phaseDifferences(from: batch.channel(0, 0), to: small.channel(0, 0)).count { $0 > 0.2 * .pi + 0.02 && $0 < 2 * .pi - 0.02 } < 3)
    }

    /// By how much each bin between 0 and half the rate turns, in 0 ..< 2π.
    private func phaseDifferences(from before: [Double], to after: [Double]) -> [Double] {
        let (a, b) = (before.realFourierTransform(), after.realFourierTransform())
        return (1...((before.count - 1) / 2)).map { bin in
            let real = a.real[bin] * b.real[bin] + a.imaginary[bin] * b.imaginary[bin]
            let imaginary = a.real[bin] * b.imaginary[bin] - a.imaginary[bin] * b.real[bin]
            let angle = atan2(imaginary, real)
            return angle < 0 ? angle + 2 * .pi : angle
        }
    }

    @Test func rotationByNothingIsTheIdentity() throws {
        let names = ["Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz", "C4", "T8", "P7", "P3", "Pz", "P4", "P8", "O1", "O2"]
        let positions = try #require(ElectrodePositions.standard(names))
        // A field as it is on a head: each channel the sum of few smooth patterns.
        var generator = Generator(seed: 1)
        let sources = Tensor(normalWithMean: 0, standardDeviation: 1, shape: [3, 200], using: &generator)
        let patterns = Tensor(positions.positions.flatMap { [Float($0.x), Float($0.y), Float($0.z)] }, shape: [19, 3])
        let signals = matmul(patterns, sources)
        let batch = Batch(signals: signals.reshaped(to: [1, 19, 200]), labels: [0])
        for axis in [SensorsRotation.Axis.x, .y, .z] {
            let rotation = try SensorsRotation(probability: 1, positions: positions, axis: axis)
            let still = try manually(batch) { rotation.rotate($0, byDegrees: 0) }
            #expect(still.signals.largestDifference(from: batch.signals) < 0.02)
            // These patterns are the coordinates, so that a rotation of the electrodes turns them.
            let turned = try manually(batch) { rotation.rotate($0, byDegrees: 10) }
            let moved = Tensor(
                positions.positions.flatMap { p -> [Float] in
                    let (c, s) = (cos(Double.pi / 18), sin(Double.pi / 18))
                    switch axis {
                    case .x: return [Float(p.x), Float(c * p.y - s * p.z), Float(s * p.y + c * p.z)]
                    case .y: return [Float(c * p.x + s * p.z), Float(p.y), Float(c * p.z - s * p.x)]
                    case .z: return [Float(c * p.x - s * p.y), Float(s * p.x + c * p.y), Float(p.z)]
                    }
                }, shape: [19, 3])
            #expect(turned.signals.largestDifference(from: matmul(moved, sources)) < 0.15, "\(axis)")
            #expect(turned.signals.largestDifference(from: batch.signals) > 0.2)
        }
        let drawn = try augmented(batch, by: SensorsRotation(probability: 1, positions: positions, maximumDegrees: 0))
        #expect(drawn.signals.largestDifference(from: batch.signals) < 0.02)
    }
}
