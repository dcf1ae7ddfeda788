import EEGModelTesting
import EEGTensor
import Testing

/// Short-time Fourier transform and mel spectrogram against the definition, for lengths of every kind of factor.
@Suite struct SignalSpectrumTests {
    @Test(arguments: [1, 2, 3, 5, 7, 8, 12, 16, 20, 30, 49, 64, 100, 121, 200, 240, 256, 286, 448, 509])
    func everyTransformLength(_ length: Int) {
        for (rows, samples, hop) in [(1, length, 1), (3, 2 * length + 5, length + 2), (2, length + 40, 3)] {
            check([rows, samples], SignalFrames(transformLength: length, hop: hop, window: .hamming, centering: .none))
        }
    }

    @Test(arguments: [(64, 1), (64, 2), (64, 17), (64, 63), (51, 20), (128, 31)])
    func shortWindowsAreCentred(_ length: Int, _ window: Int) {
        check([2, 150], SignalFrames(transformLength: length, hop: 11, windowLength: window, centering: .none))
        check([5, 90], SignalFrames(transformLength: length, hop: 40, windowLength: window, centering: .reflect))
        check([1, 90], SignalFrames(transformLength: length, hop: 7, windowLength: window, centering: .zeros))
    }

    @Test func manyFramesInManyRows() {
        check([7, 2, 333], SignalFrames(transformLength: 40, hop: 5))
        check([40, 80], SignalFrames(transformLength: 40, hop: 40, centering: .none))
        check([3, 1100], SignalFrames(transformLength: 32, hop: 1, centering: .none))
    }

    @Test func givenWindow() {
        let window = (0..<24).map { Float($0 * $0 % 7) - 2 }
        check([2, 100], SignalFrames(transformLength: 30, hop: 8, window: window))
    }

    @Test func melSpectrogramOfEveryKind() throws {
        let x = sample([2, 3, 700])
        for (length, window) in [(128, 128), (256, 40), (100, 99)] {
            for scale in [MelFilterBank.Scale.htk, .slaney] {
                let bank = try MelFilterBank(
                    count: 12, transformLength: length, samplingRate: 4000, range: 50...1900, scale: scale, normalization: .area)
                let frames = SignalFrames(transformLength: length, hop: 33, windowLength: window)
                for quantity in [MelSpectrogram.Quantity.power, .magnitude] {
                    let expected = melReference(DoubleTensor(x), frames, bank, of: quantity)
                    forEachConfiguration { configuration in
                        expectClose(
                            MelSpectrogram(frames, bank, of: quantity)(x), expected, relative: 1e-5, configuration.testDescription)
                    }
                }
            }
        }
    }

    @Test func sameBitsForAnyThreadCount() throws {
        let x = sample([6, 5000])
        let frames = SignalFrames(transformLength: 200, hop: 13)
        let bank = try MelFilterBank(count: 20, transformLength: 200, samplingRate: 200)
        let (transform, mel) = (ShortTimeFourierTransform(frames), MelSpectrogram(frames, bank))
        expectSameBitsForAnyThreadCount {
            let spectrum = transform(x)
            let (_, gradient) = valueAndGradient(at: x) { sum(of: mel($0)) }
            return [spectrum.real, spectrum.imaginary, mel(x), gradient]
        }
    }

    /// Which rows stand beside a row must not change its bits.
    @Test func rowsDoNotDependOnTheirBatch() {
        let x = sample([9, 300])
        let transform = ShortTimeFourierTransform(SignalFrames(transformLength: 64, hop: 20))
        let together = transform(x).real.scalars
        for row in 0..<9 {
            let alone = transform(Tensor(Array(x.scalars[row * 300..<row * 300 + 300]), shape: [300])).real.scalars
            #expect(alone == Array(together[row * alone.count..<(row + 1) * alone.count]))
        }
    }

    @Test func shapeMistakesTrap() async {
        await #expect(processExitsWith: .failure) {
            _ = ShortTimeFourierTransform(SignalFrames(transformLength: 64, hop: 8, centering: .none))(Tensor(zeros: [2, 63]))
        }
        await #expect(processExitsWith: .failure) {
            _ = ShortTimeFourierTransform(SignalFrames(transformLength: 64, hop: 8))(Tensor(zeros: [2, 32]))
        }
        await #expect(processExitsWith: .failure) { _ = SignalFrames(transformLength: 64, hop: 0) }
        await #expect(processExitsWith: .failure) { _ = SignalFrames(transformLength: 64, hop: 1, windowLength: 65) }
    }

    @Test func filterBanksThatMakeNoSenseAreRefused() {
        func field(_ count: Int, _ length: Int, _ rate: Double, _ range: ClosedRange<Double>? = nil) -> String? {
            do throws(FilterDesignError) {
                _ = try MelFilterBank(count: count, transformLength: length, samplingRate: rate, range: range)
                return nil
            } catch {
                return error.field
            }
        }
        #expect(field(0, 64, 100) == "count")
        #expect(field(4, 0, 100) == "transformLength")
        #expect(field(4, 64, 0) == "samplingRate")
        #expect(field(4, 64, .nan) == "samplingRate")
        #expect(field(4, 64, 100, 0...51) == "range")
        #expect(field(4, 64, 100, -1...20) == "range")
        #expect(field(4, 64, 100, 20...20) == "range")
        #expect(field(4, 64, 100, 20...50) == nil)
    }

    private func check(_ shape: Shape, _ frames: SignalFrames, sourceLocation: SourceLocation = #_sourceLocation) {
        let x = sample(shape)
        let (real, imaginary) = spectrumReference(DoubleTensor(x), frames)
        let transform = ShortTimeFourierTransform(frames)
        forEachConfiguration { configuration in
            let result = transform(x)
            let what = "\(shape), transform \(frames.transformLength), window \(frames.window.count), \(configuration.testDescription)"
            expectClose(result.real, real, absolute: 5e-6, "real, \(what)", sourceLocation: sourceLocation)
            expectClose(result.imaginary, imaginary, absolute: 5e-6, "imaginary, \(what)", sourceLocation: sourceLocation)
        }
    }
}

/// The sum of all elements, with its gradient.
private func sum(of x: Tensor) -> Tensor { matmul(x.reshaped(to: [1, x.count]), Tensor(ones: [x.count, 1])).reshaped(to: []) }
