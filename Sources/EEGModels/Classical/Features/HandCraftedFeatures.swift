public import EEGTensor
internal import Foundation

/// Features of each channel that have a meaning of their own: band powers, their ratios, moments and the parameters of Hjorth.
///
/// For each channel, in this order: the natural logarithm of the power in each band (Welch's method, segments of four seconds), the
/// logarithm of its share of all bands' power, the logarithm of the variance, skewness, kurtosis beyond that of a normal distribution,
/// Hjorth's mobility and complexity. A flat channel has powers of 1e-10 and zeros else.
///
/// Sources: B. Hjorth, "EEG analysis based on time domain properties", Electroencephalogr. Clin. Neurophysiol. 29 (1970) 306–310. The
/// choice of features is ours.
public struct HandCraftedFeatures: Sendable {
    /// In Hz.
    public let bands: [Range<Double>]
    /// Of a window.
    public let samples: Int
    public let samplingRate: Double
    private let segment: Int
    private let bins: [Range<Int>]
    /// What powers and variances below count as, in the square of the unit of the signals.
    private static let minimumPower = 1e-10

    /// - Throws: for a band in which a segment has no frequency, or that reaches beyond half the sampling rate.
    public init(
        samples: Int, samplingRate: Double, bands: [Range<Double>] = FrequencyBands.sixToThirtyFive
    ) throws(ClassicalModelError) {
        try checkSetting(samples > 3, "samples", samples, "more than 3")
        try checkSetting(samplingRate > 0 && samplingRate < 1e9, "sampling rate", samplingRate, "a positive number of Hz")
        segment = min(samples, Swift.max(2, Int((4 * samplingRate).rounded())))
        bins = try FrequencyBands.bins(of: bands, transformLength: segment, samplingRate: samplingRate)
        (self.bands, self.samples, self.samplingRate) = (bands, samples, samplingRate)
    }

    /// The number of features of a channel.
    public var countOfChannel: Int { 2 * bands.count + 5 }

    /// The names of all features of some channels, in their order.
    public func names(channels: [String]) -> [String] {
        let bandNames = bands.map { "\($0.lowerBound)–\($0.upperBound) Hz" }
        var names = bandNames.map { "log power \($0)" } + bandNames.map { "log share \($0)" }
        names += ["log variance", "skewness", "kurtosis", "mobility", "complexity"]
        return channels.flatMap { channel in names.map { "\(channel) \($0)" } }
    }

    /// The features of windows, `[window, feature]`, those of a channel together.
    ///
    /// - Parameter windows: `[window, channel, time]`.
    /// - Precondition: windows of the samples named before.
    public func callAsFunction(_ windows: Tensor) -> Tensor {
        require(
            windows.rank == 3 && windows.shape[2] == samples,
            "HandCraftedFeatures: windows of shape \(windows.shape), expected [window, channel, \(samples)]")
        let rows = windows.shape[0] * windows.shape[1]
        guard rows > 0 else { return Tensor(zeros: [windows.shape[0], windows.shape[1] * countOfChannel]) }
        let densities = windows.welchSpectrum(samplingRate: samplingRate, segment: segment).power
        let result = Tensor(unsafeUninitializedShape: [windows.shape[0], windows.shape[1] * countOfChannel]) { features in
            windows.withUnsafeBufferPointer { x in
                densities.withUnsafeBufferPointer { densities in
                    parallelFor(rows, grain: Swift.max(1, 16384 / samples)) { range in
                        for row in range {
                            let channel = x.extracting((row * samples)..<((row + 1) * samples))
                            let density = densities.extracting((row * (segment / 2 + 1))..<((row + 1) * (segment / 2 + 1)))
                            let values = powers(density) + moments(channel)
                            for (index, value) in values.enumerated() { features[row * countOfChannel + index] = Float(value) }
                        }
                    }
                }
            }
        }
        return result
    }

    private func powers(_ density: UnsafeBufferPointer<Float>) -> [Double] {
        let width = samplingRate / Double(segment)
        let powers = bins.map { bins in Swift.max(Self.minimumPower, width * bins.reduce(0.0) { $0 + Double(density[$1]) }) }
        let total = Foundation.log(powers.reduce(0, +))
        let logarithms = powers.map { Foundation.log($0) }
        return logarithms + logarithms.map { $0 - total }
    }

    private func moments(_ x: UnsafeBufferPointer<Float>) -> [Double] {
        let count = Double(x.count)
        let mean = x.reduce(0.0) { $0 + Double($1) } / count
        var (second, third, fourth) = (0.0, 0.0, 0.0)
        for value in x {
            let difference = Double(value) - mean
            let square = difference * difference
            second += square
            third += square * difference
            fourth += square * square
        }
        let variance = second / count
        guard variance > Self.minimumPower else { return [Foundation.log(Self.minimumPower), 0, 0, 0, 0] }
        // The variances of the first and second differences, whose means are next to nothing.
        var (slope, curve) = (0.0, 0.0)
        var last = Double(x[1]) - Double(x[0])
        slope += last * last
        for index in 2..<x.count {
            let next = Double(x[index]) - Double(x[index - 1])
            slope += next * next
            curve += (next - last) * (next - last)
            last = next
        }
        let mobility = (slope / (count - 1) / variance).squareRoot()
        let complexity = slope > 0 ? (curve / (count - 2) / (slope / (count - 1))).squareRoot() / mobility : 0
        let skewness = third / count / (variance * variance.squareRoot())
        let kurtosis = fourth / count / (variance * variance) - 3
        return [Foundation.log(variance), skewness, kurtosis, mobility, complexity]
    }
}
