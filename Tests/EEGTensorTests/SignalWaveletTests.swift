import EEGModelTesting
import EEGTensor
import Testing

/// The wavelet transform against its definition, for every wavelet and mode.
@Suite struct SignalWaveletTests {
    @Test(arguments: Wavelet.all)
    func filtersAreOrthogonal(_ wavelet: Wavelet) {
        let (low, high) = (wavelet.reconstructionLowPass, wavelet.reconstructionHighPass)
        for shift in 0..<wavelet.length / 2 {
            func product(_ a: [Double], _ b: [Double]) -> Double {
                (0..<wavelet.length - 2 * shift).reduce(0) { $0 + a[$1] * b[$1 + 2 * shift] }
            }
            #expect(abs(product(low, low) - (shift == 0 ? 1 : 0)) < 1e-14, "\(wavelet.name)")
            #expect(abs(product(high, high) - (shift == 0 ? 1 : 0)) < 1e-14, "\(wavelet.name)")
            #expect(abs(product(low, high)) < 1e-14, "\(wavelet.name)")
        }
        #expect(abs(low.reduce(0, +) - 2.0.squareRoot()) < 1e-14)
    }

    @Test(arguments: WaveletMode.allCases, [Wavelet.db1, .db3, .sym5, .coif3])
    func splitFollowsTheDefinition(_ mode: WaveletMode, _ wavelet: Wavelet) {
        for samples in [1, 2, 3, 5, 16, 31, 64] {
            let x = signal(2, samples)
            let parts = x.waveletDecomposition(wavelet, mode: mode)
            let taps = wavelet.length
            let isPeriodized = mode == .periodization
            let count = isPeriodized ? (samples + 1) / 2 : (samples + taps - 1) / 2
            for (result, filter) in [
                (parts.approximation, wavelet.decompositionLowPass), (parts.details[0], wavelet.decompositionHighPass),
            ] {
                let expected = (0..<2).flatMap { row in
                    (0..<count).map { k in
                        (0..<taps).reduce(0.0) { sum, j in
                            sum + filter[j] * extended(x[row], 2 * k + (isPeriodized ? taps / 2 : 1) - j, mode)
                        }
                    }
                }
                expectClose(values(result), expected, tolerance: 1e-13, absolute: 1e-15, "\(wavelet.name) \(mode) \(samples)")
            }
        }
    }

    @Test(arguments: WaveletMode.allCases)
    func reconstructionIsExact(_ mode: WaveletMode) {
        for wavelet in Wavelet.all {
            for (samples, levels) in [(1, 1), (2, 2), (17, 1), (64, 3), (101, 4)] {
                let x = signal(3, samples)
                let parts = x.waveletDecomposition(wavelet, levels: levels, mode: mode)
                expectClose(values(parts.reconstructed()), values(x), tolerance: 1e-13, absolute: 1e-15, "\(wavelet.name) \(mode) \(samples)")
            }
        }
    }

    @Test func everyInstructionSetAndThreadCount() {
        let x = Tensor(signal(19, 700))
        let expected = values(MultichannelSignal(x).waveletDecomposition(.db4, levels: 3).approximation)
        forEachConfiguration { configuration in
            let result = x.waveletDecomposition(.db4, levels: 3).approximation.scalars.map(Double.init)
            expectClose(result, expected, tolerance: 1e-6, configuration.testDescription)
        }
        expectSameBitsForAnyThreadCount {
            let parts = x.waveletDecomposition(.sym6, levels: 2, mode: .periodization)
            return [parts.approximation, parts.details[0], parts.reconstructed()]
        }
    }

    @Test func mistakesTrap() async {
        await #expect(processExitsWith: .failure) { _ = Wavelet.daubechies(9) }
        await #expect(processExitsWith: .failure) { _ = Wavelet.symlet(1) }
        await #expect(processExitsWith: .failure) { _ = [1.0, 2].waveletDecomposition(.db2, levels: 0) }
        await #expect(processExitsWith: .failure) { _ = [Double]().waveletDecomposition(.db2) }
    }

    /// A sample of the signal as the mode continues it.
    private func extended(_ x: [Double], _ index: Int, _ mode: WaveletMode) -> Double {
        let n = x.count
        func at(_ index: Int, _ values: [Double]) -> Double { values[(index % values.count + values.count) % values.count] }
        switch mode {
        case .zero: return x.indices.contains(index) ? x[index] : 0
        case .constant: return x[min(max(index, 0), n - 1)]
        case .periodic: return at(index, x)
        case .periodization: return at(index, n % 2 == 1 ? x + [x[n - 1]] : x)
        case .symmetric: return at(index, x + x.reversed())
        case .reflect: return n == 1 ? x[0] : at(index, x + x[1..<n - 1].reversed())
        }
    }
}
