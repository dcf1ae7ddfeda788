internal import EEGTensor

/// A window that a tree is grown on, moved around as nodes are split.
struct TreeExample {
    var window: Int32
    var label: UInt16
    /// How often it was drawn.
    var count: UInt16
}

/// Grows one tree of a forest: at each node the split with the least Gini impurity among some features drawn at random.
///
/// Source: L. Breiman, J. H. Friedman, R. A. Olshen and C. J. Stone, "Classification and Regression Trees" (1984).
struct TreeGrowth {
    let features: BinnedFeatures
    let labels: [UInt16]
    /// For each class what a window of it counts.
    let classWeights: [Double]
    let configuration: RandomForest.Configuration
    /// Features drawn at a node.
    let featuresPerSplit: Int

    private var classes: Int { classWeights.count }

    /// What is known of a node before it is split.
    private struct Part {
        var range: Range<Int>
        var depth: Int
        /// The decision whose upper side this is; -1 for none.
        var parent: Int
    }

    private struct Split {
        var feature: Int
        /// The last bin of the lower side.
        var bin: Int
        var score: Double
    }

    func grow(using generator: Generator) -> DecisionTree {
        var generator = generator
        var examples = drawExamples(using: &generator)
        var tree = DecisionTree()
        var candidates = Array(0..<features.width)
        var parts = [Part(range: examples.indices, depth: 0, parent: -1)]
        var counts = [Int32](repeating: 0, count: classes)
        var histogram = BinHistogram(classes: classes)
        // The lower side of a decision comes next, so that it needs no number.
        while let part = parts.popLast() {
            if part.parent >= 0 { tree.nodes[part.parent].next = Int32(tree.nodes.count) }
            for index in counts.indices { counts[index] = 0 }
            for place in part.range { counts[Int(examples[place].label)] += Int32(examples[place].count) }
            var split: Split?
            if !isFinal(counts, depth: part.depth) {
                split = bestSplit(examples[part.range], counts, &candidates, &histogram, using: &generator)
            }
            guard let split else {
                tree.nodes.append(.init(threshold: 0, feature: -1, next: Int32(tree.shares.count / classes)))
                let weighted = counts.indices.map { Double(counts[$0]) * classWeights[$0] }
                let total = weighted.reduce(0, +)
                tree.shares += weighted.map { Float($0 / total) }
                continue
            }
            let middle = partition(&examples, part.range, split)
            parts.append(Part(range: middle..<part.range.upperBound, depth: part.depth + 1, parent: tree.nodes.count))
            parts.append(Part(range: part.range.lowerBound..<middle, depth: part.depth + 1, parent: -1))
            let threshold = features.edges[split.feature][split.bin]
            tree.nodes.append(.init(threshold: threshold, feature: Int32(split.feature), next: 0))
        }
        return tree
    }

    /// The windows of the tree.
    private func drawExamples(using generator: inout Generator) -> [TreeExample] {
        var counts = [UInt16](repeating: configuration.bootstraps ? 0 : 1, count: features.count)
        if configuration.bootstraps {
            for _ in counts.indices { counts[Int.random(in: counts.indices, using: &generator)] += 1 }
        }
        return counts.indices.filter { counts[$0] > 0 }.map { TreeExample(window: Int32($0), label: labels[$0], count: counts[$0]) }
    }

    private func isFinal(_ counts: [Int32], depth: Int) -> Bool {
        counts.count(where: { $0 > 0 }) < 2 || depth >= configuration.maximumDepth ?? .max
            || counts.reduce(0) { $0 + Int($1) } / 2 < configuration.minimumLeafSize
    }

    /// The best split among features drawn without repetition; where none of them varies more are drawn.
    private func bestSplit(
        _ examples: ArraySlice<TreeExample>, _ counts: [Int32], _ candidates: inout [Int], _ histogram: inout BinHistogram,
        using generator: inout Generator
    ) -> Split? {
        var best: Split?
        for drawn in 0..<candidates.count {
            if drawn >= featuresPerSplit, best != nil { break }
            candidates.swapAt(drawn, Int.random(in: drawn..<candidates.count, using: &generator))
            let feature = candidates[drawn]
            guard !features.edges[feature].isEmpty else { continue }
            features.bins.withUnsafeBufferPointer { bins in
                let column = bins.extracting((feature * features.count)..<((feature + 1) * features.count))
                histogram.fill(column, examples)
            }
            if let found = histogram.bestSplit(of: counts, classWeights: classWeights, minimumLeafSize: configuration.minimumLeafSize),
                found.score > best?.score ?? -.infinity
            {
                best = Split(feature: feature, bin: found.bin, score: found.score)
            }
        }
        return best
    }

    /// Brings the examples of the lower side before the others, and returns where those begin.
    private func partition(_ examples: inout [TreeExample], _ range: Range<Int>, _ split: Split) -> Int {
        let start = split.feature * features.count
        return features.bins.withUnsafeBufferPointer { bins in
            examples.withUnsafeMutableBufferPointer { examples in
                var (low, high) = (range.lowerBound, range.upperBound)
                while low < high {
                    if Int(bins[start + Int(examples[low].window)]) <= split.bin {
                        low += 1
                    } else {
                        high -= 1
                        examples.swapAt(low, high)
                    }
                }
                return low
            }
        }
    }
}
