import EEGModelTesting
import EEGTensor
import Foundation
import Testing

/// Changes of rate, spectra, trends and envelopes against their definitions.
@Suite struct SignalResamplingTests {
    @Test(arguments: [(1, 2), (2, 1), (3, 5), (5, 3), (1, 7), (7, 1), (100, 128), (4, 6), (160, 147)], [1, 2, 33, 500])
    func polyphaseIsFilteringAtTheHighRate(_ ratio: (Int, Int), _ samples: Int) {
        let divisor = ratio == (4, 6) ? 2 : ratio == (100, 128) ? 4 : 1
        let (up, down) = (ratio.0 / divisor, ratio.1 / divisor)
        let rate = max(up, down), half = 10 * rate
        let window = WindowFunction.kaiser(beta: 5).samples(2 * half + 1, periodic: false)
        var response = window.enumerated().map { index, weight in
            let place = Double(index - half) / Double(rate)
            return weight * (place == 0 ? 1 : sin(.pi * place) / (.pi * place))
        }
        let sum = response.reduce(0, +)
        response = response.map { $0 / sum * Double(up) }
        let x = signal(3, samples)
        let count = (samples * up + down - 1) / down
        let expected = (0..<3).flatMap { row in
            (0..<count).map { m in
                (0..<samples).reduce(0.0) { sum, k in
                    let tap = half + m * down - k * up
                    return response.indices.contains(tap) ? sum + response[tap] * x[row][k] : sum
                }
            }
        }
        forEachConfiguration { configuration in
            let result = x.resampledPolyphase(up: ratio.0, down: ratio.1)
            #expect(result.sampleCount == count)
            expectClose(values(result), expected, tolerance: 1e-12, "\(ratio) \(configuration.testDescription)")
            let single = Tensor(x).resampledPolyphase(up: ratio.0, down: ratio.1).scalars.map(Double.init)
            expectClose(single, expected, tolerance: 1e-5, "\(ratio) \(configuration.testDescription)")
        }
    }

    /// A sum of oscillations below both limits is resampled exactly.
    @Test(arguments: [(20, 40), (40, 20), (21, 35), (64, 63), (30, 30), (101, 50)])
    func fourierResamplingKeepsOscillations(_ from: Int, _ to: Int) {
        func wave(_ count: Int) -> [Double] {
            (0..<count).map {
                0.5 + (1...8).reduce(0.0) { [t = Double($0) / Double(count)] in $0 + cos(2 * .pi * Double($1) * t + Double($1)) }
            }
        }
        expectClose(wave(from).resampledFourier(to: to), wave(to), tolerance: 1e-13, "\(from) to \(to)")
        let single = Tensor(wave(from).map { Float($0) }).resampledFourier(to: to).scalars.map(Double.init)
        expectClose(single, wave(to), tolerance: 1e-5, "\(from) to \(to)")
    }

    @Test func fourierResamplingOfShortSignals() {
        for samples in [1, 2, 3, 7] {
            for (up, down) in [(1.0, 1.0), (2, 1), (3, 2)] {
                let x = [Double](repeating: 2, count: samples)
                let result = x.resampledFourier(up: up, down: down)
                #expect(result.count == Int((Double(samples) * up / down).rounded(.toNearestOrEven)))
                if samples > 1 { #expect(result.allSatisfy { $0.isFinite }) }
            }
        }
    }

    @Test func trends() {
        let line = (0..<50).map { 3 - 0.25 * Double($0) }
        #expect(line.detrended(.linear).allSatisfy { abs($0) < 1e-13 })
        #expect(abs(line.detrended(.constant).reduce(0, +)) < 1e-12)
        #expect(line.detrended(.none) == line)
        #expect([5.0].detrended(.linear) == [0])
        #expect([Double]().detrended(.linear) == [])
    }

    @Test func densityOfWhiteNoiseIntegratesToItsVariance() {
        let x = signal(3, 20_000)
        let spectrum = x.welchSpectrum(samplingRate: 100, segment: 200)
        for channel in 0..<3 {
            let power = spectrum.power[channel].reduce(0, +) * 0.5
            #expect(abs(power - 1.0 / 3) < 0.02)
        }
        let wave = (0..<1000).map { 3 * sin(2 * .pi * 10 * Double($0) / 100) }
        let peak = wave.welchSpectrum(samplingRate: 100, segment: 200, scaling: .spectrum)
        #expect(abs(peak.power[20] - 4.5) < 1e-10)
        #expect(peak.frequencies[20] == 10)
        let short = [1.0, 2, 3].welchSpectrum(samplingRate: 1)
        #expect(short.power.count == 2)
    }

    @Test(arguments: [1, 2, 5, 100, 101])
    func envelopeOfAnOscillationIsItsAmplitude(_ samples: Int) {
        let x = signal(2, samples)
        let analytic = x.analyticSignal()
        let spectrum = ComplexSeries(real: analytic.real, imaginary: analytic.imaginary).fourierTransform()
        for channel in 0..<2 {
            for bin in (samples / 2 + 1)..<max(samples, samples / 2 + 1) {
                #expect(hypot(spectrum.real[channel][bin], spectrum.imaginary[channel][bin]) < 1e-11, "no negative frequencies")
            }
        }
        let wave = (0..<200).map { 2 * cos(2 * .pi * Double($0) / 20) }
        #expect(wave.envelope().allSatisfy { abs($0 - 2) < 1e-13 })
    }

    @Test(arguments: [1, 2, 3, 16, 29, 90])
    func transformsAndTheirInverses(_ samples: Int) {
        let x = signal(3, samples)
        let spectrum = x.realFourierTransform()
        expectClose(values(spectrum.inverseRealFourierTransform(sampleCount: samples)), values(x), tolerance: 1e-14, "real")
        let z = ComplexSeries(real: x, imaginary: x.detrended(.constant))
        let back = z.fourierTransform().inverseFourierTransform()
        expectClose(values(back.real), values(z.real), tolerance: 1e-14, "complex")
        for channel in 0..<3 {
            for bin in 0...samples / 2 {
                let real = (0..<samples).reduce(0.0) { $0 + x[channel][$1] * cos(2 * .pi * Double(bin * $1 % samples) / Double(samples)) }
                #expect(abs(spectrum.real[channel][bin] - real) < 1e-12 * Double(samples))
            }
        }
    }

    /// Rows that are not aligned for the transforms' vectors give the same as those that are.
    @Test func manyThreadsTransformAtOnce() {
        let x = sample([64, 331])
        let expected = x.realFourierTransform().real.scalars
        nonisolated(unsafe) var failures = 0
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<20 where x.realFourierTransform().real.scalars != expected { failures += 1 }
        }
        #expect(failures == 0)
    }

    @Test func mistakesTrap() async {
        await #expect(processExitsWith: .failure) { _ = [1.0, 2].resampledPolyphase(up: 0, down: 1) }
        await #expect(processExitsWith: .failure) { _ = [1.0, 2].resampledFourier(to: 0) }
        await #expect(processExitsWith: .failure) { _ = [1.0, 2].welchSpectrum(samplingRate: 0) }
        await #expect(processExitsWith: .failure) { _ = MultichannelSignal([[1, 2], [3]]) }
        await #expect(processExitsWith: .failure) { _ = [1.0, 2, 3].realFourierTransform().inverseRealFourierTransform(sampleCount: 5) }
    }
}
