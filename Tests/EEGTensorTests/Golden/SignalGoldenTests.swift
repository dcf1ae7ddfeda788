import EEGTensor
import GoldenFiles
import Testing

/// Signal processing against SciPy, MNE and PyWavelets: every file of `signal/`, in Double and in Float.
@Suite struct SignalGoldenTests {
    @Test func everyFile() throws {
        let files = try GoldenFile.all(in: "signal")
        #expect(files.count >= 36)
        for file in files { try check(file) }
    }

    private func check(_ file: GoldenFile) throws {
        switch file.description.op {
        case "butterworth": try checkButterworth(file)
        case "notch": try checkNotch(file)
        case "fir_windowed_sinc": try checkFIR(file)
        case "resample_polyphase":
            let (up, down) = (try number(file, "up"), try number(file, "down"))
            try compare(
                file, "output", { $0.resampledPolyphase(up: Int(up), down: Int(down)) },
                { $0.resampledPolyphase(up: Int(up), down: Int(down)) })
        case "resample_fft":
            let samples = Int(try number(file, "samples"))
            try compare(file, "output", { $0.resampledFourier(to: samples) }, { $0.resampledFourier(to: samples) })
        case "resample_mne":
            let (up, down) = (try number(file, "up"), try number(file, "down"))
            let padding: ResamplingPadding = try file.attribute("npad").int.map { .fixed($0) } ?? .automatic
            try compare(
                file, "output", { $0.resampledFourier(up: up, down: down, padding: padding) },
                { $0.resampledFourier(up: up, down: down, padding: padding) })
        case "welch": try checkWelch(file)
        case "detrend": try compare(file, "output", { $0.detrended(.linear) }, { $0.detrended(.linear) })
        case "hilbert":
            try compare(file, "real", { $0.analyticSignal().real }, { $0.analyticSignal().real })
            try compare(file, "imaginary", { $0.analyticSignal().imaginary }, { $0.analyticSignal().imaginary })
            try compare(file, "envelope", { $0.envelope() }, { $0.envelope() })
        case "dwt": try checkWavelet(file)
        case "mel_spectrogram": try checkMel(file)
        default: Issue.record("\(file.name): the operation \(file.description.op) has no mapping")
        }
    }

    private func checkButterworth(_ file: GoldenFile) throws {
        let rate = try number(file, "sampling_rate")
        let cutoff = try file.attribute("cutoff_hz")
        let edges = try cutoff.doubles ?? [#require(cutoff.double)]
        let band: FilterBand =
            switch try file.attribute("kind").string {
            case "lowpass": .lowPass(edges[0])
            case "highpass": .highPass(edges[0])
            case "bandpass": .bandPass(edges[0]...edges[1])
            default: .bandStop(edges[0]...edges[1])
            }
        let filter = try SecondOrderSections.butterworth(order: Int(number(file, "order")), band, samplingRate: rate)
        let coefficients = filter.sections.flatMap { section -> [Double] in
            [section.b0, section.b1, section.b2, 1, section.a1, section.a2]
        }
        expectClose(coefficients, try file.tensor("sos").values, "\(file.name) sos")
        let response = filter.frequencyResponse(at: try file.tensor("response_hz").values, samplingRate: rate)
        expectClose(
            response.real + response.imaginary, try file.tensor("response_real").values + file.tensor("response_imaginary").values,
            "\(file.name) response")
        try checkRecursive(file, filter)
    }

    private func checkNotch(_ file: GoldenFile) throws {
        let filter = try SecondOrderSections.notch(
            at: number(file, "frequency_hz"), quality: number(file, "quality"), samplingRate: number(file, "sampling_rate"))
        let section = filter.sections[0]
        expectClose([section.b0, section.b1, section.b2], try file.tensor("b").values, "\(file.name) b")
        expectClose([1, section.a1, section.a2], try file.tensor("a").values, "\(file.name) a")
        try checkRecursive(file, filter)
    }

    private func checkRecursive(_ file: GoldenFile, _ filter: SecondOrderSections) throws {
        try compare(file, "causal", { $0.filtered(by: filter) }, { $0.filtered(by: filter) })
        try compare(file, "zero_phase", { $0.filteredZeroPhase(by: filter) }, { $0.filteredZeroPhase(by: filter) })
    }

    private func checkFIR(_ file: GoldenFile) throws {
        let (low, high) = (try file.attribute("low_hz").double, try file.attribute("high_hz").double)
        let band: FilterBand =
            switch (low, high) {
            case (let low?, let high?) where low > high: .bandStop(high...low)
            case (let low?, let high?): .bandPass(low...high)
            case (let low?, nil): .highPass(low)
            case (nil, let high?): .lowPass(high)
            default: throw GoldenError("\(file.name): no edge")
            }
        let widths = try file.attribute("transition_hz")
        let filter = try FIRFilter(
            band, samplingRate: number(file, "sampling_rate"),
            window: file.attribute("window").string == "blackman" ? .blackman : .hamming,
            transitions: .init(low: widths["low"]?.double, high: widths["high"]?.double))
        expectClose(filter.coefficients, try file.tensor("coefficients").values, "\(file.name) coefficients")
        try compare(file, "output", { $0.filteredZeroPhase(by: filter) }, { $0.filteredZeroPhase(by: filter) })
    }

    private func checkWelch(_ file: GoldenFile) throws {
        let attributes = file.description.attributes
        let rate = try number(file, "sampling_rate"), segment = Int(try number(file, "nperseg"))
        let window: WindowFunction = attributes["window"]?.string == "hamming" ? .hamming : .hann
        let detrending: Detrending =
            switch attributes["detrend"]?.string {
            case "constant": .constant
            case "linear": .linear
            default: .none
            }
        let scaling: SpectrumScaling = attributes["scaling"]?.string == "density" ? .density : .spectrum
        func spectrum<Series: TimeSeries>(_ x: Series) -> PowerSpectrum<Series> {
            x.welchSpectrum(
                samplingRate: rate, segment: segment, overlap: attributes["noverlap"]?.int, transformLength: attributes["nfft"]?.int,
                window: window, detrending: detrending, scaling: scaling)
        }
        let input = MultichannelSignal(try file.input().rows)
        expectClose(spectrum(input).frequencies, try file.tensor("frequency_hz").values, "\(file.name) frequencies")
        try compare(file, "power", { spectrum($0).power }, { spectrum($0).power })
    }

    private func checkWavelet(_ file: GoldenFile) throws {
        let name = try file.attribute("wavelet").string, levels = Int(try number(file, "levels"))
        let wavelet = try #require(Wavelet.all.first { $0.name == name })
        let modeName = try file.attribute("mode").string
        let mode = try #require(WaveletMode.allCases.first { "\($0)" == modeName })
        expectClose(wavelet.decompositionLowPass, try file.tensor("dec_lo").values, "\(file.name) dec_lo")
        expectClose(wavelet.decompositionHighPass, try file.tensor("dec_hi").values, "\(file.name) dec_hi")
        expectClose(wavelet.reconstructionLowPass, try file.tensor("rec_lo").values, "\(file.name) rec_lo")
        expectClose(wavelet.reconstructionHighPass, try file.tensor("rec_hi").values, "\(file.name) rec_hi")
        func parts<Series: TimeSeries>(_ x: Series) -> WaveletDecomposition<Series> {
            x.waveletDecomposition(wavelet, levels: levels, mode: mode)
        }
        try compare(file, "approximation", { parts($0).approximation }, { parts($0).approximation })
        for level in 0..<levels {
            try compare(file, "detail\(level + 1)", { parts($0).details[level] }, { parts($0).details[level] })
        }
        try compare(file, "reconstruction", { parts($0).reconstructed() }, { parts($0).reconstructed() })
    }

    private func checkMel(_ file: GoldenFile) throws {
        let attributes = file.description.attributes
        let length = Int(try number(file, "n_fft"))
        let bank = try MelFilterBank(
            count: Int(number(file, "n_mels")), transformLength: length, samplingRate: number(file, "sample_rate"),
            range: number(file, "f_min")...number(file, "f_max"), scale: attributes["mel_scale"]?.string == "slaney" ? .slaney : .htk,
            normalization: attributes["norm"]?.string == "slaney" ? .area : .height)
        let expected = try file.tensor("filterbank")
        let weights = (0..<expected.shape[0]).flatMap { bin in bank.weights.map { $0[bin] } }
        expectClose(weights, expected.values, "\(file.name) filterbank")
        let frames = SignalFrames(
            transformLength: length, hop: Int(try number(file, "hop_length")), windowLength: Int(try number(file, "win_length")))
        let mel = MelSpectrogram(frames, bank, of: try number(file, "power") == 1 ? .magnitude : .power)
        let result = mel(Tensor(MultichannelSignal(try file.input().rows)))
        expectClose(result.scalars.map(Double.init), try file.tensor("mel").values, tolerance: 1e-5, "\(file.name) mel")
        let levels = result.decibels().scalars.map(Double.init)
        expectClose(levels, try file.tensor("decibel").values, tolerance: 1e-5, "\(file.name) decibel")
    }

    private func number(_ file: GoldenFile, _ key: String) throws -> Double {
        guard let value = try file.attribute(key).double else { throw GoldenError("\(file.name): \(key) is not a number") }
        return value
    }

    /// Compares the Double and the Float path with a stored tensor.
    private func compare(
        _ file: GoldenFile, _ name: String, _ double: (MultichannelSignal) -> MultichannelSignal, _ float: (Tensor) -> Tensor
    ) throws {
        let input = MultichannelSignal(try file.input().rows)
        let expected = try file.tensor(name)
        let result = double(input)
        expectClose((0..<result.channelCount).flatMap { result[$0] }, expected.values, "\(file.name) \(name) in Double")
        expectClose(float(Tensor(input)).scalars.map(Double.init), expected.values, tolerance: 1e-5, "\(file.name) \(name) in Float")
    }
}

/// Expects equality within a fraction of the largest magnitude or `absolute`, and tells the worst element otherwise.
func expectClose(
    _ values: [Double], _ expected: [Double], tolerance: Double = 1e-10, absolute: Double = 0, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard values.count == expected.count else {
        Issue.record("\(what): \(values.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let errors = zip(values, expected).map { abs($0 - $1) }
    guard let worst = errors.indices.max(by: { !(errors[$0] >= errors[$1]) }) else { return }
    if !(errors[worst] <= max(tolerance * largest, absolute)) {
        Issue.record(
            "\(what): at \(worst) \(values[worst]), expected \(expected[worst]), \(errors[worst] / largest) of the largest magnitude",
            sourceLocation: sourceLocation)
    }
}
