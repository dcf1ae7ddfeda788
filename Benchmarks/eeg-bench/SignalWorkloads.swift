import EEGTensor

/// The signal processing workloads: spectra in Float, filters and resampling in the peers' Double with Float beside it.
let signalWorkloads: [Workload] = [
    melSpectrogram, shortTimeFourierTransform, channelCovariance,
    recording("FIR 0.5-40 Hz, zero phase", [mne("fir")], operationsPerSample: 80) { x in
        x.filteredZeroPhase(by: fir)
    } float: { x in
        x.filteredZeroPhase(by: fir)
    },
    recording("Butterworth 1-40 Hz of order 4, zero phase", [peer("SciPy", "sosfiltfilt", shape)], operationsPerSample: 72) { x in
        x.filteredZeroPhase(by: butterworth)
    } float: { x in
        x.filteredZeroPhase(by: butterworth)
    },
    recording("half the rate, by Fourier transform", [mne("resample_fft")], outputs: 0.5, operationsPerSample: 75) { x in
        x.resampledFourier(up: 1, down: 2)
    } float: { x in
        x.resampledFourier(up: 1, down: 2)
    },
    recording(
        "half the rate, polyphase", [peer("SciPy", "resample_poly", shape), mne("resample_polyphase")], outputs: 0.5,
        operationsPerSample: 21
    ) { x in
        x.resampledPolyphase(up: 1, down: 2)
    } float: { x in
        x.resampledPolyphase(up: 1, down: 2)
    },
]

private let group = "Signal processing"

private let melSpectrogram = {
    let shape: Shape = [16, 20, 10_000]
    let frames = SignalFrames(transformLength: 1024, hop: 39)
    let transforms = shape[0] * shape[1] * frames.count(samples: shape[2])
    return Workload(
        group: group, name: "mel spectrogram in dB of \(shape), 1,024 samples, hop 39, 128 filters",
        implementations: [
            .init(label: "Float") {
                let x = benchmarkInput(shape, operand: 0)
                let mel = MelSpectrogram(frames, melBank)
                return .init(run: { _ = mel(x).decibels() }, checksum: checksum(mel(x).decibels()))
            }
        ], peers: [peer("torchaudio", "mel", shape)], floatingPointOperations: Double(transforms * (25_600 + 4 * 513 + 4 * 128)),
        bytes: 4 * Double(shape.elementCount + transforms * 128))
}()

private let shortTimeFourierTransform = {
    let shape: Shape = [64 * 62, 400]
    let frames = SignalFrames(transformLength: 200, hop: 200, centering: .none)
    let transforms = shape[0] * frames.count(samples: shape[1])
    return Workload(
        group: group, name: "short-time Fourier transform of \(shape), 200 samples, hop 200",
        implementations: [
            .init(label: "Float") {
                let x = benchmarkInput(shape, operand: 0)
                let transform = ShortTimeFourierTransform(frames)
                let spectrum = transform(x)
                return .init(run: { _ = transform(x) }, checksum: checksum(spectrum.real) + checksum(spectrum.imaginary))
            }
        ], peers: [peer("PyTorch", "stft", shape)], floatingPointOperations: Double(transforms) * 3822,
        bytes: 4 * Double(shape.elementCount + transforms * 202))
}()

private let channelCovariance = {
    let shape: Shape = [64, 6, 3000]
    return Workload(
        group: group, name: "covariance of the channels of \(shape)",
        implementations: [
            .init(label: "Float") {
                let x = benchmarkInput(shape, operand: 0)
                return .init(run: { _ = covariance(x) }, checksum: checksum(covariance(x)))
            }
        ], peers: [peer("PyTorch", "covariance", shape), peer("NumPy", "covariance_numpy", shape)],
        floatingPointOperations: Double(shape.elementCount * (1 + shape[1])), bytes: 4 * Double(shape.elementCount))
}()

private let melBank = designed { () throws(FilterDesignError) in
    try MelFilterBank(count: 128, transformLength: 1024, samplingRate: 200)
}
private let fir = designed { () throws(FilterDesignError) in try FIRFilter(.bandPass(0.5...40), samplingRate: 200) }
private let butterworth = designed { () throws(FilterDesignError) in
    try SecondOrderSections.butterworth(order: 4, .bandPass(1...40), samplingRate: 200)
}

/// 20 channels of a million samples.
private let shape: Shape = [20, 1_000_000]

private func mne(_ task: String) -> PeerTask { peer("MNE", task, shape, modes: ["1 job", "2 jobs"]) }

/// A computation on the recording.
///
/// - Parameters:
///   - outputs: samples of the result for each of the input.
///   - operationsPerSample: floating-point operations for each sample of the input.
private func recording(
    _ name: String, _ peers: [PeerTask], outputs: Double = 1, operationsPerSample: Double,
    double: @escaping @Sendable (MultichannelSignal) -> MultichannelSignal, float: @escaping @Sendable (Tensor) -> Tensor
) -> Workload {
    let samples = Double(shape.elementCount)
    return Workload(
        group: group, name: "\(name), \(shape)",
        implementations: [
            .init(label: "Double") {
                let x = MultichannelSignal(benchmarkInput(shape, operand: 0))
                return .init(run: { _ = double(x) }, checksum: checksum(Tensor(double(x))))
            },
            .init(label: "Float") {
                let x = benchmarkInput(shape, operand: 0)
                return .init(run: { _ = float(x) })
            },
        ], peers: peers, floatingPointOperations: operationsPerSample * samples, bytes: 8 * samples * (1 + outputs))
}

private func peer(_ library: String, _ task: String, _ shape: Shape, modes: [String] = [""]) -> PeerTask {
    PeerTask(library: library, script: "signal", modes: modes, request: .init(task: task, shapes: [Array(shape)]))
}

/// A design whose parameters are known to be sound.
private func designed<Filter>(_ design: () throws(FilterDesignError) -> Filter) -> Filter {
    do { return try design() } catch { fatalError("\(error)") }
}
