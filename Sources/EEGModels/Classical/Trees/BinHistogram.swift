/// How many windows of each class lie in each bin of a feature; only bins that hold some are visited, so that small nodes are quick.
struct BinHistogram {
    private let classes: Int
    /// `[bin, class]`.
    private var counts: [Int32]
    /// A bit for each bin.
    private var occupied: [UInt64]
    private var lower: [Int32]

    init(classes: Int) {
        self.classes = classes
        counts = Array(repeating: 0, count: BinnedFeatures.maximumBins * classes)
        occupied = Array(repeating: 0, count: BinnedFeatures.maximumBins / 64)
        lower = Array(repeating: 0, count: classes)
    }

    /// Counts examples of a feature whose bins are given for all windows.
    mutating func fill(_ bins: UnsafeBufferPointer<UInt8>, _ examples: ArraySlice<TreeExample>) {
        counts.withUnsafeMutableBufferPointer { counts in
            occupied.withUnsafeMutableBufferPointer { occupied in
                for example in examples {
                    let bin = Int(bins[Int(example.window)])
                    occupied[bin >> 6] |= 1 &<< UInt64(bin & 63)
                    counts[bin &* classes &+ Int(example.label)] &+= Int32(example.count)
                }
            }
        }
    }

    /// The last bin of the lower side of the best split, by the sum over both sides of the squared class weights over their sum, which is the
    /// greater the less Gini impurity is left; nil where no split leaves enough windows on both sides. Empties the histogram.
    mutating func bestSplit(of total: [Int32], classWeights: [Double], minimumLeafSize: Int) -> (bin: Int, score: Double)? {
        var best: (bin: Int, score: Double)?
        let size = total.reduce(0) { $0 + Int($1) }
        var lowerSize = 0
        for index in 0..<classes { lower[index] = 0 }
        var previous = -1
        for word in occupied.indices {
            var bits = occupied[word]
            occupied[word] = 0
            while bits != 0 {
                let bin = word * 64 + bits.trailingZeroBitCount
                bits &= bits &- 1
                if previous >= 0, lowerSize >= minimumLeafSize, size - lowerSize >= minimumLeafSize {
                    let score = purity(total, classWeights)
                    if score > best?.score ?? -.infinity { best = (middle(previous, bin), score) }
                }
                for index in 0..<classes {
                    let count = counts[bin * classes + index]
                    lower[index] += count
                    lowerSize += Int(count)
                    counts[bin * classes + index] = 0
                }
                previous = bin
            }
        }
        return best
    }

    /// Between two occupied bins the threshold lies in the middle of the empty ones.
    private func middle(_ low: Int, _ high: Int) -> Int { low + (high - low - 1) / 2 }

    private func purity(_ total: [Int32], _ classWeights: [Double]) -> Double {
        var (lowerSum, upperSum, lowerSquares, upperSquares) = (0.0, 0.0, 0.0, 0.0)
        for index in 0..<classes {
            let below = Double(lower[index]) * classWeights[index]
            let above = Double(total[index] - lower[index]) * classWeights[index]
            lowerSum += below
            upperSum += above
            lowerSquares += below * below
            upperSquares += above * above
        }
        return lowerSquares / lowerSum + upperSquares / upperSum
    }
}
