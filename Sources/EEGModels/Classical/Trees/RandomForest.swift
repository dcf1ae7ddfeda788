public import EEGTensor

/// Many trees of decisions, each grown on windows drawn with repetition and on features drawn at each node; probabilities are the mean over
/// trees of the shares of the classes at the leaf that a window reaches.
///
/// Splits are sought between at most 256 bins of each feature. The same features and generator give the same forest for any number of
/// threads.
///
/// ```swift
/// let features = try HandCraftedFeatures(samples: 3000, samplingRate: 100)
/// let forest = try RandomForest(fittedTo: features(training), labels: labels, classes: 5, generator: Generator(seed: 1))
/// print(forest.confusion(of: features(test), labels: testLabels).balancedAccuracy)
/// ```
///
/// Source: L. Breiman, "Random forests", Mach. Learn. 45 (2001) 5–32, with the defaults of scikit-learn's `RandomForestClassifier`.
public struct RandomForest: ProbabilisticClassifier {
    /// How trees are grown.
    public struct Configuration: Sendable, Hashable, Codable {
        public var trees = 100
        /// Features drawn at each node; the square root of their number where it is not given.
        public var featuresPerSplit: Int?
        /// The most decisions on the way to a leaf; nil for no limit.
        public var maximumDepth: Int?
        /// The fewest windows at a leaf, those drawn twice counting as two.
        public var minimumLeafSize = 1
        /// Whether each tree sees windows drawn with repetition, as many as there are, instead of all.
        public var bootstraps = true
        public var classWeighting = ClassWeighting.uniform

        public init() {}
    }

    public let classes: Int
    /// The number of features that the forest was fitted to.
    public let featureCount: Int
    private let trees: [DecisionTree]

    /// - Parameters:
    ///   - features: `[window, feature]`.
    ///   - labels: for each window its class, counted from 0.
    ///   - classes: their number.
    ///   - generator: of the windows and features that are drawn.
    /// - Throws: for features and labels that do not fit each other, values that are not finite, and settings out of range.
    public init(
        fittedTo features: Tensor, labels: [Int], classes: Int, configuration: Configuration = Configuration(), generator: Generator
    ) throws(ClassicalModelError) {
        try checkExamples(features, labels: labels, classes: classes)
        let width = features.shape[1]
        let perSplit = configuration.featuresPerSplit ?? max(1, Int(Double(width).squareRoot()))
        try checkSetting((1...100_000).contains(configuration.trees), "trees", configuration.trees, "1 to 100000")
        try checkSetting((1...width).contains(perSplit), "features per split", perSplit, "1 to \(width)")
        try checkSetting(configuration.minimumLeafSize > 0, "minimum leaf size", configuration.minimumLeafSize, "1 or more")
        try checkSetting((configuration.maximumDepth ?? 1) > 0, "maximum depth", configuration.maximumDepth ?? 1, "1 or more")
        try checkSetting(labels.count < 1 << 30, "windows", labels.count, "fewer than 2³⁰")
        let growth = TreeGrowth(
            features: BinnedFeatures(features), labels: labels.map { UInt16($0) },
            classWeights: configuration.classWeighting.weights(labels: labels, classes: classes), configuration: configuration,
            featuresPerSplit: perSplit)
        var trees = [DecisionTree](repeating: DecisionTree(), count: configuration.trees)
        trees.withUnsafeMutableBufferPointer { trees in
            parallelFor(trees.count, grain: 1) { range in
                for index in range { trees[index] = growth.grow(using: generator.stream("tree", index)) }
            }
        }
        (self.classes, featureCount, self.trees) = (classes, width, trees)
    }

    public func probabilities(of features: Tensor) -> Tensor {
        require(
            features.rank == 2 && features.shape[1] == featureCount,
            "RandomForest: features of shape \(features.shape), expected [window, \(featureCount)]")
        let count = features.shape[0]
        return Tensor(unsafeUninitializedShape: [count, classes]) { result in
            features.withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return }
                parallelFor(count, grain: 512) { windows in
                    var sums = [Double](repeating: 0, count: windows.count * classes)
                    for tree in trees {
                        for (place, window) in windows.enumerated() {
                            let leaf = tree.leaf(of: base + window * featureCount)
                            for index in 0..<classes { sums[place * classes + index] += Double(tree.shares[leaf * classes + index]) }
                        }
                    }
                    let start = windows.lowerBound * classes
                    for (place, sum) in sums.enumerated() { result[start + place] = Float(sum / Double(trees.count)) }
                }
            }
        }
    }
}
