package import EEGTensor

/// A weight each of whose outputs has at most the norm `limit`, where one is given: those beyond are scaled down to it.
///
/// The scaling is part of the forward pass, so gradients go through it.
///
/// - Parameter weight: `[output, …]`.
package func limitingNorm(of weight: Tensor, to limit: Float?) -> Tensor {
    guard let limit else { return weight }
    let rows = weight.reshaped(to: [weight.shape[0], weight.count / weight.shape[0]])
    // Kept off 0, far below any limit: the slope of the square root there is infinite, and a row of zeros would make all weights NaN.
    let norms = sqrt(rows.squared().sum(over: -1, keepingDimensions: true).clamped(to: 1e-24...Float.greatestFiniteMagnitude))
    // The same small number as in PyTorch's `renorm`, so that trained weights mean the same.
    let scale = Tensor(ones: norms.shape).replacing(with: limit / (norms + 1e-7), where: norms .> limit)
    return (rows * scale).reshaped(to: weight.shape)
}
