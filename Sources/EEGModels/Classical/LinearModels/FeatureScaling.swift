public import EEGTensor

/// Features brought to a mean of 0 and a standard deviation of 1 over the windows of training.
public struct FeatureScaling: Sendable {
    /// Of each feature.
    public let means: [Double]
    /// Of each feature; 1 for one that does not vary.
    public let standardDeviations: [Double]

    /// - Parameter features: `[window, feature]`.
    /// - Throws: for another shape, no windows, and values that are not finite.
    public init(fittedTo features: Tensor) throws(ClassicalModelError) {
        try checkExamples(features, labels: Array(repeating: 0, count: features.rank == 2 ? features.shape[0] : 0), classes: 2)
        let (count, width) = (features.shape[0], features.shape[1])
        var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        features.withUnsafeBufferPointer { elements in
            for index in elements.indices { sums[index % width] += Double(elements[index]) }
            let means = sums.map { $0 / Double(count) }
            for index in elements.indices {
                let difference = Double(elements[index]) - means[index % width]
                squares[index % width] += difference * difference
            }
        }
        means = sums.map { $0 / Double(count) }
        standardDeviations = zip(squares, means).map { square, mean in
            let deviation = (square / Double(count)).squareRoot()
            // Below the rounding of the mean a deviation is none.
            return deviation > 1e-7 * abs(mean) && deviation > 0 ? deviation : 1
        }
    }

    /// The scaled features, `[window, feature]`.
    ///
    /// - Precondition: as many features as were fitted to.
    public func callAsFunction(_ features: Tensor) -> Tensor {
        require(
            features.rank == 2 && features.shape[1] == means.count,
            "FeatureScaling: features of shape \(features.shape), expected [window, \(means.count)]")
        return (features - Tensor(means.map { Float($0) })) / Tensor(standardDeviations.map { Float($0) })
    }
}
