import EEGData
import EEGModels
import EEGTensor

/// A classical method with features, settings and classifier of our choice: what such methods do on the same windows.
struct DemoBaseline {
    private let features: @Sendable (Tensor) -> Tensor
    private let classifier: any ProbabilisticClassifier

    /// Fits covariances in bands of frequencies with logistic regression, or hand-crafted features with a random forest.
    init(_ method: DemoMethod, training: WindowSet, generator: Generator) throws {
        let shape = training.shape
        let signals = try training.signals(of: Array(0..<training.count))
        let labels = training.windows.map(\.label)
        if method == .covariances {
            let covariances = try FilterBankCovariance(samples: shape.samples, samplingRate: shape.samplingRate)
            features = { covariances($0) }
            classifier = try RiemannianClassifier(fittedTo: covariances(signals), labels: labels, classes: shape.outputs)
        } else {
            let handCrafted = try HandCraftedFeatures(samples: shape.samples, samplingRate: shape.samplingRate)
            features = { handCrafted($0) }
            classifier = try RandomForest(fittedTo: handCrafted(signals), labels: labels, classes: shape.outputs, generator: generator)
        }
    }

    func confusion(on source: some BatchSource) throws -> ConfusionMatrix {
        var result = ConfusionMatrix(classes: classifier.classes)
        try source.forEachBatch(epoch: 0) { result.add(classifier.confusion(of: features($0.signals), labels: $0.labels)) }
        return result
    }
}
