public import EEGTensor

/// The covariances of the channels in bands of frequencies, regularised.
///
/// Those of the window's Fourier components in each band, behind Hann's window; in the square of the unit of the signals. They are shrunk
/// towards a multiple of the identity by as much as is optimal for normally distributed samples (oracle approximating shrinkage), of which
/// each frequency counts as two.
///
/// Sources: A. Barachant, S. Bonnet, M. Congedo and C. Jutten, "Multiclass brain–computer interface classification by Riemannian geometry",
/// IEEE Trans. Biomed. Eng. 59 (2012) 920–928; Y. Chen, A. Wiesel, Y. C. Eldar and A. O. Hero, "Shrinkage algorithms for MMSE covariance
/// estimation", IEEE Trans. Signal Process. 58 (2010). The bands and their computation from the spectrum are ours.
public struct FilterBankCovariance: Sendable {
    /// In Hz.
    public let bands: [Range<Double>]
    /// Of a window.
    public let samples: Int
    private let bins: [Range<Int>]
    private let window: Tensor
    private let energy: Double

    /// - Throws: for a band in which a window of so many samples has no frequency, or that reaches beyond half the sampling rate.
    public init(
        samples: Int, samplingRate: Double, bands: [Range<Double>] = FrequencyBands.sixToThirtyFive
    ) throws(ClassicalModelError) {
        try checkSetting(samples > 1, "samples", samples, "more than 1")
        bins = try FrequencyBands.bins(of: bands, transformLength: samples, samplingRate: samplingRate)
        (self.bands, self.samples) = (bands, samples)
        let hann = WindowFunction.hann.samples(samples, periodic: true)
        window = Tensor(hann.map { Float($0) })
        energy = hann.reduce(0) { $0 + $1 * $1 }
    }

    /// The covariances of windows, `[window, band, channel, channel]`.
    ///
    /// - Parameter windows: `[window, channel, time]`.
    /// - Precondition: windows of the samples named before, at least one.
    public func callAsFunction(_ windows: Tensor) -> Tensor {
        require(
            windows.rank == 3 && windows.shape[2] == samples && windows.count > 0,
            "FilterBankCovariance: windows of shape \(windows.shape), expected [window, channel, \(samples)]")
        let centered = windows - windows.mean(over: -1, keepingDimensions: true)
        let spectrum = (centered * window).realFourierTransform()
        let covariances = bins.map { bins in
            let parts = concatenate([spectrum.real[0..., 0..., bins], spectrum.imaginary[0..., 0..., bins]], axis: 2)
            // The power of both signs of a frequency, spread over the window's energy.
            let scale = Float(2 * Double(2 * bins.count) / (Double(samples) * energy))
            return shrunk(covariance(parts, removingMean: false, isUnbiased: false) * scale, sampleCount: 2 * bins.count)
        }
        return stack(covariances, axis: 1)
    }

    /// (1 - ρ) S + ρ μ I for each `[channel, channel]`.
    private func shrunk(_ covariances: Tensor, sampleCount: Int) -> Tensor {
        var result = covariances
        let size = covariances.shape[2]
        result.withUnsafeMutableBufferPointer { elements in
            for start in stride(from: 0, to: elements.count, by: size * size) {
                let matrix = elements.extracting(start..<(start + size * size))
                let mean = (0..<size).reduce(0.0) { $0 + Double(matrix[$1 * (size + 1)]) } / Double(size)
                let meanSquare = matrix.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(size * size)
                let excess = Double(sampleCount + 1) * (meanSquare - mean * mean / Double(size))
                let share = excess > 0 ? min(1, (meanSquare + mean * mean) / excess) : 1
                for index in matrix.indices { matrix[index] *= Float(1 - share) }
                for row in 0..<size { matrix[row * (size + 1)] += Float(share * mean) }
            }
        }
        return result
    }
}
