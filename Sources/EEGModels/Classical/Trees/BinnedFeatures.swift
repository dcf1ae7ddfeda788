internal import EEGTensor

/// Features as numbers of bins, at most 256 of each, so that a split is sought among bins instead of values.
///
/// Where a feature has at most 256 different values, each has a bin of its own; else bins hold about as many windows.
struct BinnedFeatures {
    static let maximumBins = 256

    let count: Int
    let width: Int
    /// `[feature, window]`.
    let bins: [UInt8]
    /// For each feature the greatest value that still belongs to a bin, for all bins but the last.
    let edges: [[Float]]

    /// - Parameter features: `[window, feature]`, finite.
    init(_ features: Tensor) {
        let (count, width) = (features.shape[0], features.shape[1])
        var edges = [[Float]](repeating: [], count: width)
        let bins = features.withUnsafeBufferPointer { values in
            [UInt8](unsafeUninitializedCapacity: count * width) { bins, written in
                edges.withUnsafeMutableBufferPointer { edges in
                    parallelFor(width, grain: 1) { range in
                        for feature in range {
                            let column = (0..<count).map { values[$0 * width + feature] }
                            let found = Self.edges(of: column)
                            for window in 0..<count {
                                bins.initializeElement(at: feature * count + window, to: Self.bin(of: column[window], found))
                            }
                            edges[feature] = found
                        }
                    }
                }
                written = count * width
            }
        }
        (self.count, self.width, self.bins, self.edges) = (count, width, bins, edges)
    }

    private static func edges(of column: [Float]) -> [Float] {
        let sorted = column.sorted()
        // The places where a value differs from the one before.
        let steps = sorted.indices.dropFirst().filter { sorted[$0] != sorted[$0 - 1] }
        guard steps.count >= maximumBins else { return steps.map { between(sorted[$0 - 1], sorted[$0]) } }
        var result: [Float] = []
        for bin in 1..<maximumBins {
            let value = sorted[bin * sorted.count / maximumBins]
            // The step at or before the quantile.
            let first = firstIndex(of: value, in: sorted)
            guard first > 0 else { continue }
            let edge = between(sorted[first - 1], sorted[first])
            if result.last.map({ $0 < edge }) ?? true { result.append(edge) }
        }
        return result
    }

    /// A value from the lower one, included, to below the upper one: their mean where rounding allows.
    private static func between(_ low: Float, _ high: Float) -> Float {
        let middle = Float((Double(low) + Double(high)) / 2)
        return middle < high ? middle : low
    }

    private static func firstIndex(of value: Float, in sorted: [Float]) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The number of edges below a value.
    private static func bin(of value: Float, _ edges: [Float]) -> UInt8 { UInt8(truncatingIfNeeded: firstIndex(of: value, in: edges)) }
}
