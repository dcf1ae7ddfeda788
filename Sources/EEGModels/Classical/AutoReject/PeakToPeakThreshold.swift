internal import EEGTensor

/// The greatest peak-to-peak amplitude of a channel at which the mean of the windows that are left best predicts the median of others.
///
/// The windows of the channel are pooled with their copies predicted from the other channels. Over ten splits, each with 80 % of both kinds
/// for training, the cost of a threshold is the root of the mean squared difference between the mean of the training windows below it and
/// the median of the rest at each sample.
struct PeakToPeakThreshold {
    static let splitCount = 10

    /// For each split whether a window of the pool, originals before predictions, is for training.
    let isTraining: [[Bool]]
    let variant: AutoReject.Variant

    init(windows: Int, variant: AutoReject.Variant, generator: Generator) {
        self.variant = variant
        let testing = (2 * windows + 4) / 5
        isTraining = (0..<Self.splitCount).map { split in
            var generator = generator.stream("split", split)
            return [testing - testing / 2, testing / 2].flatMap { count in
                let chosen = Set((0..<windows).shuffled(using: &generator).prefix(count))
                return (0..<windows).map { !chosen.contains($0) }
            }
        }
    }

    /// - Parameter pool: the windows of a channel and their predictions.
    func callAsFunction(_ pool: [UnsafePointer<Float>], samples: Int) -> Float {
        let amplitudes = pool.map { peakToPeak($0, samples: samples) }
        let order = pool.indices.sorted { (amplitudes[$0], $0) < (amplitudes[$1], $1) }
        let thresholds = order.map { amplitudes[$0] }
        var costs = [Double](repeating: 0, count: isTraining.count * pool.count)
        costs.withUnsafeMutableBufferPointer { costs in
            guard let base = costs.baseAddress else { return }
            parallelFor(isTraining.count, grain: 1) { splits in
                for split in splits {
                    let costs = UnsafeMutableBufferPointer(start: base + split * pool.count, count: pool.count)
                    writeCosts(of: thresholds, pool: pool, order: order, isTraining: isTraining[split], samples: samples, into: costs)
                }
            }
        }
        let means = pool.indices.map { rank in
            isTraining.indices.reduce(0.0) { $0 + costs[$1 * pool.count + rank] } / Double(isTraining.count)
        }
        switch variant {
        case .corrected: return thresholds[indexOfLeast(means)]
        case .asPublished: return thresholds[ExpectedImprovementSearch(thresholds: thresholds.map { Double($0) }, costs: means).best]
        }
    }

    /// The costs of all thresholds in one split, by a running sum over the training windows in the order of their amplitudes.
    private func writeCosts(
        of thresholds: [Float], pool: [UnsafePointer<Float>], order: [Int], isTraining: [Bool], samples: Int,
        into costs: UnsafeMutableBufferPointer<Double>
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * samples) { memory in
            guard let sum = memory.baseAddress else { return }
            let median = sum + samples
            sum.initialize(repeating: 0, count: samples)
            pointwiseMedian(of: pool.indices.filter { !isTraining[$0] }.map { pool[$0] }, samples: samples, into: median)
            var count = 0
            var cost = Double.nan
            for (rank, index) in order.enumerated() {
                if isTraining[index] {
                    count += 1
                    cost = addWindow(pool[index], to: sum, count: count, median: median, samples: samples)
                }
                costs[rank] = cost
            }
        }
        // Below the least training window it alone is left; equal thresholds leave equal windows.
        for rank in costs.indices.reversed().dropFirst() where costs[rank].isNaN || thresholds[rank] == thresholds[rank + 1] {
            costs[rank] = costs[rank + 1]
        }
    }

    /// Adds a window to the sum and returns the distance of the mean from the median.
    private func addWindow(
        _ window: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Double>, count: Int, median: UnsafePointer<Double>, samples: Int
    ) -> Double {
        let share = 1 / Double(count)
        var squares = SIMD8<Double>()
        let whole = samples / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            let values = SIMD8<Double>(UnsafeRawPointer(window + start).loadUnaligned(as: SIMD8<Float>.self))
            let total = UnsafeRawPointer(sum + start).loadUnaligned(as: SIMD8<Double>.self) + values
            UnsafeMutableRawPointer(sum + start).storeBytes(of: total, as: SIMD8<Double>.self)
            let difference = total * share - UnsafeRawPointer(median + start).loadUnaligned(as: SIMD8<Double>.self)
            squares += difference * difference
        }
        var rest = squares.sum()
        for time in whole..<samples {
            sum[time] += Double(window[time])
            let difference = sum[time] * share - median[time]
            rest += difference * difference
        }
        return (rest / Double(samples)).squareRoot()
    }
}

/// The first of the least values.
func indexOfLeast(_ values: [Double]) -> Int {
    var best = 0
    for index in values.indices where values[index] < values[best] { best = index }
    return best
}
