public import EEGTensor

/// Covariances as vectors: seen from their mean, the logarithm of each.
///
/// With M the log-Euclidean mean of the covariances of training, exp of the mean of their logarithms, a covariance C becomes the upper
/// triangle of log(M^-½ C M^-½), elements beside the diagonal times √2, so that the length of the vector is the distance of C from M. Each
/// band has a mean of its own. Eigenvalues below 1e-10, or that share of M, count as such.
///
/// Sources: A. Barachant, S. Bonnet, M. Congedo and C. Jutten, "Multiclass brain–computer interface classification by Riemannian geometry",
/// IEEE Trans. Biomed. Eng. 59 (2012) 920–928; V. Arsigny, P. Fillard, X. Pennec and N. Ayache, "Log-Euclidean metrics for fast and simple
/// calculus on diffusion tensors", Magn. Reson. Med. 56 (2006), for the mean.
public struct TangentSpace: Sendable {
    /// `[band, channel, channel]`.
    public let means: Tensor
    private let whitening: Tensor
    private static let minimumEigenvalue = 1e-10

    /// - Parameter covariances: `[window, band, channel, channel]`.
    /// - Throws: for another shape, no windows, and values that are not finite.
    public init(fittedTo covariances: Tensor) throws(ClassicalModelError) {
        let shape = covariances.shape
        guard shape.count == 4, shape[2] == shape[3], covariances.count > 0 else {
            throw .shapeMismatch(expected: "covariances [window, band, channel, channel]", found: Array(shape))
        }
        guard covariances.sumOfSquares < 1e30 else { throw .notFinite(what: "a covariance") }
        means = matrixExponential(matrixLogarithm(covariances, minimumEigenvalue: Self.minimumEigenvalue).mean(over: 0))
        whitening = matrixInverseSquareRoot(means, minimumEigenvalue: Self.minimumEigenvalue)
    }

    /// The vectors, `[window, feature]`: for each band channels (channels + 1) / 2 features.
    ///
    /// - Parameter covariances: `[window, band, channel, channel]`.
    /// - Precondition: as many bands and channels as were fitted to.
    public func callAsFunction(_ covariances: Tensor) -> Tensor {
        let (bands, channels) = (means.shape[0], means.shape[1])
        require(
            covariances.rank == 4 && covariances.shape.dropFirst().elementsEqual([bands, channels, channels]),
            "TangentSpace: covariances of shape \(covariances.shape), expected [window, \(bands), \(channels), \(channels)]")
        let windows = covariances.shape[0]
        let width = channels * (channels + 1) / 2
        guard windows > 0 else { return Tensor(zeros: [0, bands * width]) }
        let whitened = matmul(matmul(whitening, covariances), whitening)
        let triangle = upperTriangle(matrixLogarithm(whitened, minimumEigenvalue: Self.minimumEigenvalue))
        let weights = (0..<channels).flatMap { row in (row..<channels).map { Float($0 == row ? 1 : 2).squareRoot() } }
        return (triangle * Tensor(weights)).reshaped(to: [windows, bands * width])
    }
}
