import EEGModelTesting
import EEGTensor
import Foundation
import Testing

/// Filters against their definitions: difference equation, convolution, response.
@Suite struct SignalFilterTests {
    static let bands: [FilterBand] = [.lowPass(30), .highPass(0.5), .bandPass(8...13), .bandStop(48...52)]

    @Test(arguments: bands, [1, 2, 3, 5, 8, 11])
    func butterworthIsFlatAndFallsAsItsFormulaSays(_ band: FilterBand, _ order: Int) throws {
        let filter = try SecondOrderSections.butterworth(order: order, band, samplingRate: 200)
        let isDouble =
            switch band {
            case .lowPass, .highPass: false;
            default: true
            }
        #expect(filter.sections.count == (isDouble ? order : (order + 1) / 2))
        for section in filter.sections { #expect(abs(section.a2) < 1 && abs(section.a1) < 1 + section.a2, "stable") }
        let frequencies = (1..<100).map { Double($0) + 0.3 }
        func warp(_ frequency: Double) -> Double { tan(Double.pi * frequency / 200) }
        let expected = frequencies.map { frequency -> Double in
            let w = warp(frequency)
            let ratio =
                switch band {
                case .lowPass(let edge): w / warp(edge)
                case .highPass(let edge): warp(edge) / w
                case .bandPass(let range):
                    (w * w - warp(range.lowerBound) * warp(range.upperBound)) / (w * (warp(range.upperBound) - warp(range.lowerBound)))
                case .bandStop(let range):
                    w * (warp(range.upperBound) - warp(range.lowerBound)) / (w * w - warp(range.lowerBound) * warp(range.upperBound))
                }
            return 1 / (1 + pow(ratio, Double(2 * order))).squareRoot()
        }
        let gains = filter.frequencyResponse(at: frequencies, samplingRate: 200).magnitude
        expectClose(gains, expected, tolerance: 1e-8, "gain")
    }

    @Test(arguments: [(1, 1), (1, 7), (3, 64), (8, 65), (9, 500), (17, 1000)])
    func recursiveFilterFollowsItsDifferenceEquation(_ rows: Int, _ samples: Int) throws {
        let x = signal(rows, samples)
        for order in [1, 2, 3, 7, 11] {
            let filter = try SecondOrderSections.butterworth(order: order, .bandPass(5...60), samplingRate: 200)
            let expected = (0..<rows).flatMap { differenceEquation(filter, x[$0]) }
            forEachConfiguration { configuration in
                let what = "order \(order), \(configuration.testDescription)"
                expectClose(values(x.filtered(by: filter)), expected, tolerance: 1e-13, what)
                expectClose(Tensor(x).filtered(by: filter).scalars.map(Double.init), expected, tolerance: 1e-6, what)
            }
        }
    }

    @Test func chunksGiveTheSameBitsAsTheWhole() throws {
        let filter = try SecondOrderSections.butterworth(order: 5, .bandPass(1...40), samplingRate: 200)
        let whole = Tensor(signal(11, 1000))
        for instructionSet in Configuration.supportedInstructionSets {
            EEGRuntime.with(instructionSet: instructionSet) {
                let expected = whole.filtered(by: filter).scalars
                var stream = StreamingFilter(filter)
                var begin = 0
                for length in [1, 63, 64, 65, 7, 300, 500] {
                    let chunk = Tensor(
                        (0..<11).flatMap { Array(whole.scalars[$0 * 1000 + begin..<$0 * 1000 + begin + length]) }, shape: [11, length])
                    let filtered = stream.process(chunk).scalars
                    for row in 0..<11 {
                        #expect(
                            Array(filtered[row * length..<(row + 1) * length])
                                == Array(expected[row * 1000 + begin..<row * 1000 + begin + length]))
                    }
                    begin += length
                }
            }
        }
    }

    /// Forwards and backwards over the extended signal, as plain loops.
    @Test(arguments: [1, 2, 10, 26, 27, 28, 300])
    func zeroPhaseOfShortSignals(_ samples: Int) throws {
        let filter = try SecondOrderSections.butterworth(order: 4, .bandPass(5...60), samplingRate: 200)
        let x = signal(3, samples)
        let edge = min(27, samples - 1)
        let expected = (0..<3).flatMap { row -> [Double] in
            let y = x[row]
            let extended =
                (0..<edge).map { 2 * y[0] - y[edge - $0] } + y + (0..<edge).map { 2 * y[samples - 1] - y[samples - 2 - $0] }
            let forwards = differenceEquation(filter, extended, steady: true)
            let backwards = Array(differenceEquation(filter, forwards.reversed(), steady: true).reversed())
            return Array(backwards[edge..<edge + samples])
        }
        forEachConfiguration { configuration in
            expectClose(values(x.filteredZeroPhase(by: filter)), expected, tolerance: 1e-12, absolute: 1e-15, configuration.testDescription)
        }
    }

    @Test func silenceAfterASignalIsFilteredAsFastAsASignal() throws {
        let filter = try SecondOrderSections.butterworth(order: 4, .highPass(1), samplingRate: 200)
        let pulse = [1.0] + [Double](repeating: 0, count: 400_000)
        let noise = signal(1, 400_001)[0]
        let clock = ContinuousClock()
        func best(_ x: [Double]) -> Duration { (0..<5).map { _ in clock.measure { _ = x.filtered(by: filter) } }.min() ?? .zero }
        #expect(best(pulse) < best(noise) * 10)
    }

    @Test(arguments: [1, 5, 100, 3000], [(3, 20.0), (51, 20.0), (1001, 0.7)])
    func fastConvolutionIsConvolution(_ samples: Int, _ taps: (Int, Double)) throws {
        let weights = (0..<taps.0).map { cos(Double($0 - taps.0 / 2) / taps.1) / (1 + Double(abs($0 - taps.0 / 2))) }
        let filter = FIRFilter(coefficients: weights)
        let x = signal(2, samples)
        let half = taps.0 / 2
        let expected = (0..<2).flatMap { row -> [Double] in
            let y = x[row]
            func extended(_ index: Int) -> Double {
                if index < 0 { return -index < samples ? 2 * y[0] - y[-index] : 0 }
                if index < samples { return y[index] }
                let mirrored = 2 * (samples - 1) - index
                return mirrored >= 0 ? 2 * y[samples - 1] - y[mirrored] : 0
            }
            return (0..<samples).map { t in (0..<taps.0).reduce(0) { $0 + weights[$1] * extended(t + half - $1) } }
        }
        forEachConfiguration { configuration in
            expectClose(values(x.filteredZeroPhase(by: filter)), expected, tolerance: 1e-12, absolute: 1e-15, configuration.testDescription)
            let single = Tensor(x).filteredZeroPhase(by: filter).scalars.map(Double.init)
            expectClose(single, expected, tolerance: 1e-5, configuration.testDescription)
        }
    }

    @Test func firResponse() throws {
        let filter = try FIRFilter(.bandPass(8...30), samplingRate: 250, window: .hann)
        let gains = filter.frequencyResponse(at: [0, 3, 8, 19, 30, 45, 125], samplingRate: 250).magnitude
        for (gain, expected) in zip(gains, [0.0, 0, 1, 1, 1, 0, 0]) { #expect(abs(gain - expected) < 0.01) }
    }

    @Test func sameBitsForAnyThreadCount() throws {
        let sections = try SecondOrderSections.butterworth(order: 3, .bandPass(1...40), samplingRate: 200)
        let fir = try FIRFilter(.highPass(2), samplingRate: 200)
        let x = Tensor(signal(21, 3000))
        expectSameBitsForAnyThreadCount {
            [x.filtered(by: sections), x.filteredZeroPhase(by: sections), x.filteredZeroPhase(by: fir)]
        }
    }

    @Test func designsThatMakeNoSenseAreRefused() {
        func field(_ design: () throws(FilterDesignError) -> Void) -> String? {
            do throws(FilterDesignError) { try design() } catch { return error.field }
            return nil
        }
        func butterworth(_ order: Int, _ band: FilterBand, _ rate: Double) -> String? {
            field { () throws(FilterDesignError) in _ = try SecondOrderSections.butterworth(order: order, band, samplingRate: rate) }
        }
        #expect(butterworth(0, .lowPass(10), 100) == "order")
        #expect(butterworth(4, .lowPass(50), 100) == "cut-off")
        #expect(butterworth(4, .lowPass(.nan), 100) == "cut-off")
        #expect(butterworth(4, .highPass(0), 100) == "cut-off")
        #expect(butterworth(4, .bandPass(10...60), 100) == "cut-off")
        #expect(butterworth(4, .bandPass(10...10), 100) == "cut-offs")
        #expect(butterworth(4, .lowPass(10), 0) == "samplingRate")
        #expect(butterworth(4, .lowPass(10), .infinity) == "samplingRate")
        func fir(_ band: FilterBand, _ transitions: FIRFilter.Transitions = .init(), length: Int? = nil) -> String? {
            field { () throws(FilterDesignError) in _ = try FIRFilter(band, samplingRate: 100, transitions: transitions, length: length) }
        }
        #expect(fir(.highPass(4), .init(low: 5)) == "transitions.low")
        #expect(fir(.lowPass(45), .init(high: 6)) == "transitions.high")
        #expect(fir(.bandStop(20...22)) == "transitions")
        #expect(fir(.lowPass(10), length: 11) == "length")
        #expect(fir(.lowPass(10), length: -5) == "length")
        #expect(fir(.lowPass(10), length: .max) == "transitions")
        #expect(fir(.highPass(1e-9)) == "transitions")
        #expect(fir(.highPass(10), .init(low: 1e-300)) == "transitions")
        #expect(fir(.bandPass(4...30), length: 1001) == nil)
        #expect(field { () throws(FilterDesignError) in _ = try SecondOrderSections.notch(at: 60, samplingRate: 100) } == "cut-off")
        #expect(
            field { () throws(FilterDesignError) in _ = try SecondOrderSections.notch(at: 50, quality: 0, samplingRate: 200) } == "quality")
        let message = "filter design: order is 0, expected 1 to 100"
        do {
            _ = try SecondOrderSections.butterworth(order: 0, .lowPass(10), samplingRate: 100)
        } catch {
            #expect("\(error)" == message)
        }
    }

    @Test func mistakesTrap() async {
        await #expect(processExitsWith: .failure) {
            var stream = StreamingFilter(SecondOrderSections([.init(b0: 1, b1: 0, b2: 0, a1: 0, a2: 0)]))
            _ = stream.process(Tensor(zeros: [2, 10]))
            _ = stream.process(Tensor(zeros: [3, 10]))
        }
        await #expect(processExitsWith: .failure) { _ = FIRFilter(coefficients: [1, 2]) }
        await #expect(processExitsWith: .failure) { _ = FIRFilter(coefficients: [1, 2, 3]) }
        await #expect(processExitsWith: .failure) {
            let filter = SecondOrderSections([.init(b0: 1, b1: 0, b2: 0, a1: 0, a2: 0)])
            _ = valueAndGradient(at: Tensor([1, 2])) { $0.filtered(by: filter).sum() }
        }
    }

    private func differenceEquation(_ filter: SecondOrderSections, _ x: [Double], steady: Bool = false) -> [Double] {
        var signal = x
        // The input before the first sample: nothing, or that sample for ever.
        var past = steady ? x[0] : 0
        for s in filter.sections {
            let rest = past * (s.b0 + s.b1 + s.b2) / (1 + s.a1 + s.a2)
            var (x1, x2, y1, y2) = (past, past, rest, rest)
            for index in signal.indices {
                let x0 = signal[index]
                let y0 = s.b0 * x0 + s.b1 * x1 + s.b2 * x2 - s.a1 * y1 - s.a2 * y2
                (x1, x2, y1, y2) = (x0, x1, y0, y1)
                signal[index] = y0
            }
            past = rest
        }
        return signal
    }
}

/// Channels of numbers that are the same in every run.
func signal(_ channels: Int, _ samples: Int) -> MultichannelSignal { MultichannelSignal(sample([channels, samples])) }

/// All samples, channel after channel.
func values(_ signal: MultichannelSignal) -> [Double] { (0..<signal.channelCount).flatMap { signal[$0] } }
