public import EEGTensor

/// What a dynamic spatial filter sees of a window: how strong its channels are, and how they go together.
public enum SpatialFilterFeatures: String, Sendable, Hashable, Codable, CaseIterable {
    /// The logarithm of each channel's variance; 0 for a flat channel. The variants "DSFd".
    case logVariance
    /// The upper triangle, with the diagonal, of the matrix logarithm of the covariance, row by row; eigenvalues below 1e-10 count as 1e-10.
    /// The variants "DSFm".
    case logCovariance

    /// The number of features of a window.
    public func count(channels: Int) -> Int {
        switch self {
        case .logVariance: channels
        case .logCovariance: channels * (channels + 1) / 2
        }
    }

    /// The features of windows.
    ///
    /// Where they depend on the input alone, they can be computed once and given to the filter beside the window.
    ///
    /// - Parameter x: `[…, channel, time]` in microvolts: the smallest eigenvalue and the logarithms depend on the unit.
    /// - Returns: `[…, feature]`.
    /// - Precondition: at least two samples.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .logVariance:
            let variance = x.variance(over: -1, unbiased: true)
            // A flat channel gets the logarithm 0, and no gradient.
            return log(variance.replacing(with: 1, where: variance .<= 0))
        case .logCovariance: return upperTriangle(EEGTensor.logCovariance(x, minimumEigenvalue: 1e-10))
        }
    }
}
