/// Bands of frequencies that features are computed from.
public enum FrequencyBands {
    /// Six bands from slow waves to gamma, in Hz, that reach to 35 Hz: our choice for sleep and wake.
    public static let sixToThirtyFive: [Range<Double>] = [0.1..<1.5, 1.5..<4, 4..<8, 8..<15, 15..<26, 26..<35]

    /// The bins of a spectrum that lie in each band, without those of the mean and of half the sampling rate.
    static func bins(
        of bands: [Range<Double>], transformLength: Int, samplingRate: Double
    ) throws(ClassicalModelError) -> [Range<Int>] {
        try checkSetting(samplingRate > 0 && samplingRate.isFinite, "sampling rate", samplingRate, "a positive number of Hz")
        try checkSetting((1...1000).contains(bands.count), "bands", bands.count, "1 to 1000 of them")
        var result: [Range<Int>] = []
        for band in bands {
            let isBelowHalf = band.lowerBound >= 0 && band.upperBound <= samplingRate / 2
            try checkSetting(isBelowHalf, "band", band, "within 0 and half the sampling rate")
            let scale = Double(transformLength) / samplingRate
            let first = max(1, Int((band.lowerBound * scale).rounded(.up)))
            let end = min((transformLength + 1) / 2, Int((band.upperBound * scale).rounded(.up)))
            try checkSetting(first < end, "band", band, "wide enough for a frequency of a transform of \(transformLength) samples")
            result.append(first..<end)
        }
        return result
    }
}
