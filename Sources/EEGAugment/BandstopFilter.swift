public import EEGTensor

/// Filters out a band of frequencies at a random place.
///
/// The filter is the one of MNE's notch filter: no phase shift, windowed sinc, transitions of half a hertz outside of the band.
///
/// Source: Cheng, Goh, Dogrusoz, Tuzel and Azemi, "Subject-aware contrastive learning for biosignals", arXiv:2007.04871, 2020.
public struct BandstopFilter: WindowAugmentation {
    public let probability: Double
    public let samplingRate: Double
    /// The width of the band in Hz.
    public let bandwidth: Double
    /// The band and 1 Hz on both sides lie between 0 and this frequency in Hz.
    public let maximumFrequency: Double

    /// - Parameter maximumFrequency: nil, or what is above, for half the sampling rate.
    /// - Throws: where the probability is not in 0...1, the sampling rate not positive, or the band has no room.
    public init(
        probability: Double, samplingRate: Double, bandwidth: Double = 1, maximumFrequency: Double? = nil
    ) throws(AugmentationError) {
        try checkProbability(probability)
        try checkSetting(samplingRate > 0 && samplingRate.isFinite, "sampling rate", samplingRate, "a positive number of Hz")
        let maximum = min(maximumFrequency ?? .infinity, samplingRate / 2)
        try checkSetting(
            bandwidth >= 0.01 && bandwidth < maximum - 2, "bandwidth", bandwidth, "at least 0.01 Hz and less than \(maximum) - 2 Hz")
        self.probability = probability
        self.samplingRate = samplingRate
        self.bandwidth = bandwidth
        self.maximumFrequency = maximum
    }

    public func augment(_ window: SignalWindow, using generator: inout Generator) throws {
        let lowest = 1 + bandwidth / 2
        try filter(window, around: lowest + generator.uniform() * (maximumFrequency - 1 - bandwidth / 2 - lowest))
    }

    /// Filters out the band in the middle of which is `frequency`.
    package func filter(_ window: SignalWindow, around frequency: Double) throws {
        let half = bandwidth / 2 + Self.transition
        let filter = try FIRFilter(
            .bandStop((frequency - half)...(frequency + half)), samplingRate: samplingRate,
            transitions: FIRFilter.Transitions(low: Self.transition, high: Self.transition))
        let filtered = Tensor(window.elements, shape: [window.channels, window.samples]).filteredZeroPhase(by: filter)
        filtered.withUnsafeBufferPointer { _ = window.elements.update(fromContentsOf: $0) }
    }

    /// In Hz.
    private static let transition = 0.5
}
