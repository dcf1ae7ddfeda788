public import EEGTensor
internal import Foundation

/// Mixes each window of a batch with another one, and their targets in the same proportion: λ of the one and 1 - λ of the other, λ from a Beta
/// distribution.
///
/// Source: Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: beyond empirical risk minimization", ICLR 2018.
///
/// The other window is one of the same batch, so results depend on how windows are gathered to batches, though not on the number of workers.
public struct Mixup: Augmentation {
    /// Both parameters of the Beta distribution; 0 leaves all windows as they are.
    public let alpha: Double
    /// The number of classes: the columns of the targets that come from labels.
    public let classes: Int
    /// Whether each window has a λ of its own, or all windows of a batch have the same.
    public let drawsEachWindow: Bool

    /// - Throws: where alpha is neither 0 nor a number of at least 1e-300 or there are no classes.
    public init(alpha: Double, classes: Int, drawsEachWindow: Bool = false) throws(AugmentationError) {
        try checkSetting(alpha == 0 || (alpha >= 1e-300 && alpha.isFinite), "alpha", alpha, "0, or at least 1e-300")
        try checkSetting(classes > 0, "classes", classes, "at least 1")
        self.alpha = alpha
        self.classes = classes
        self.drawsEachWindow = drawsEachWindow
    }

    /// Sets the `targets` of the batch: `[batch, class]` from labels, or as they were. Labels stay those of the first window of each pair.
    public func augment(_ batch: inout Batch, using generators: WindowGenerators) throws {
        let count = batch.count
        guard count > 0 else { return }
        let original = Batch(signals: batch.signals, targets: try targets(of: batch))
        var streams = (0..<count).map { generators[$0] }
        // Windows in the order of a random number that each draws for itself.
        let keys = streams.indices.map { streams[$0].next() }
        let others = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        var shares = [Float](repeating: 1, count: count)
        if alpha > 0 {
            let first = Float(streams[0].beta(alpha))
            for index in shares.indices { shares[index] = drawsEachWindow && index > 0 ? Float(streams[index].beta(alpha)) : first }
        }
        batch.signals = mixed(original.signals, with: others, shares)
        batch.targets = original.targets.map { mixed($0, with: others, shares) }
    }

    private func targets(of batch: Batch) throws(AugmentationError) -> Tensor {
        if let targets = batch.targets { return targets }
        guard batch.labels.count == batch.count, batch.labels.allSatisfy({ (0..<classes).contains($0) }) else {
            throw .unsuitableBatch(
                augmentation: "Mixup", expected: "targets, or for each window a label in 0..<\(classes)",
                found: "\(batch.count) windows, labels \(Set(batch.labels).sorted()), \(batch.labels.count) in number")
        }
        var targets = [Float](repeating: 0, count: batch.count * classes)
        for (window, label) in batch.labels.enumerated() { targets[window * classes + label] = 1 }
        return Tensor(targets, shape: [batch.count, classes])
    }
}

/// `shares[i]` of row i and the rest of row `others[i]`, for all rows along the first axis.
private func mixed(_ x: Tensor, with others: [Int], _ shares: [Float]) -> Tensor {
    let size = x.count / others.count
    return Tensor(unsafeUninitializedShape: x.shape) { result in
        x.withUnsafeBufferPointer { x in
            parallelFor(others.count, grain: max(1, 65_536 / max(size, 1))) { rows in
                for row in rows {
                    let (own, other, share) = (row * size, others[row] * size, shares[row])
                    for index in 0..<size { result[own + index] = share * x[own + index] + (1 - share) * x[other + index] }
                }
            }
        }
    }
}

extension Generator {
    /// A number from the Beta distribution with both parameters equal to `alpha`.
    package mutating func beta(_ alpha: Double) -> Double {
        let (a, b) = (logarithmicGamma(alpha), logarithmicGamma(alpha))
        return 1 / (1 + exp(b - a))
    }

    /// The logarithm of a number from the Gamma distribution with scale 1.
    ///
    /// Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26, 2000.
    private mutating func logarithmicGamma(_ shape: Double) -> Double {
        // A number for shape + 1 times u^(1 / shape) has this shape.
        if shape < 1 { return logarithmicGamma(shape + 1) + log(1 - uniform()) / shape }
        let d = shape - 1 / 3.0
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return log(d) + log(v) }
        }
    }
}
