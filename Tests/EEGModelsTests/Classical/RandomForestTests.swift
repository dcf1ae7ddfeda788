import EEGModels
import EEGTensor
import Foundation
import Testing

@Suite struct RandomForestTests {
    /// Trees of scikit-learn's `DecisionTreeClassifier`: one tree that sees all windows and all features draws nothing.
    @Test func treesOfScikitLearn() throws {
        let examples = MadeUpExamples(120, width: 4, classes: 3)
        let others = MadeUpExamples(6, width: 4, classes: 3, offset: 1000).features
        var configuration = RandomForest.Configuration()
        configuration.trees = 1
        configuration.bootstraps = false
        configuration.featuresPerSplit = 4
        configuration.maximumDepth = 4
        func probabilities() throws -> [Float] {
            let forest = try RandomForest(
                fittedTo: examples.features, labels: examples.labels, classes: 3, configuration: configuration,
                generator: Generator(seed: 5))
            return forest.probabilities(of: others).scalars
        }
        let plain = [0.0, 1, 0, 0, 0, 1, 0, 0, 1, 0.8125, 0.125, 0.0625, 0.046512, 0.883721, 0.069767, 0, 1, 0]
        #expect(greatestDifference(try probabilities(), plain) < 1e-6)
        configuration.maximumDepth = nil
        configuration.minimumLeafSize = 5
        configuration.classWeighting = .balanced
        let balanced = [0, 0.644068, 0.355932, 0, 0, 1, 0, 0, 1, 0.688525, 0.311475, 0, 0, 1, 0, 0, 0.475, 0.525]
        #expect(greatestDifference(try probabilities(), balanced) < 1e-6)
    }

    /// scikit-learn's forests of 200 trees reach an accuracy of 0.8575 and a cross-entropy of 0.385, whatever the seed.
    @Test func forestsAreAsGoodAsThoseOfScikitLearn() throws {
        let (training, test) = (MadeUpExamples(600, width: 9, classes: 3), MadeUpExamples(400, width: 9, classes: 3, offset: 5000))
        var configuration = RandomForest.Configuration()
        configuration.trees = 200
        let forest = try RandomForest(
            fittedTo: training.features, labels: training.labels, classes: 3, configuration: configuration, generator: Generator(seed: 1))
        #expect(abs(forest.confusion(of: test.features, labels: test.labels).accuracy - 0.8575) < 0.01)
        let probabilities = forest.probabilities(of: test.features).scalars
        let losses = test.labels.enumerated().map { -log(max(1e-3, Double(probabilities[$0.offset * 3 + $0.element]))) }
        #expect(abs(losses.reduce(0, +) / 400 - 0.385) < 0.02)
    }

    @Test func separableClassesAreTold() throws {
        let (features, labels) = separableExamples(600, classes: 5, width: 3, seed: 2)
        let forest = try RandomForest(fittedTo: features, labels: labels, classes: 5, generator: Generator(seed: 1))
        #expect(forest.confusion(of: features, labels: labels).accuracy == 1)
        let (unseen, truth) = separableExamples(500, classes: 5, width: 3, seed: 3)
        #expect(forest.confusion(of: unseen, labels: truth).accuracy > 0.99)
        #expect(forest.probabilities(of: Tensor(zeros: [0, 3])).shape == [0, 5])
    }

    /// No single feature tells anything of the exclusive or.
    @Test func exclusiveOr() throws {
        var generator = Generator(seed: 4)
        let features = Tensor(uniform: -1..<1, shape: [2000, 2], using: &generator)
        let labels = (0..<2000).map { features[$0, 0] * features[$0, 1] > 0 ? 1 : 0 }
        let forest = try RandomForest(
            fittedTo: features[0..<1000], labels: Array(labels[0..<1000]), classes: 2, generator: Generator(seed: 1))
        #expect(forest.confusion(of: features[1000...], labels: Array(labels[1000...])).accuracy > 0.97)
    }

    @Test func sameForestForAnyNumberOfThreads() throws {
        let examples = MadeUpExamples(700, width: 6, classes: 4)
        func probabilities(threads: Int, seed: UInt64) throws -> Tensor {
            var configuration = RandomForest.Configuration()
            configuration.trees = 13
            return try EEGRuntime.with(threads: threads) {
                try RandomForest(
                    fittedTo: examples.features, labels: examples.labels, classes: 4, configuration: configuration,
                    generator: Generator(seed: seed)
                ).probabilities(of: examples.features)
            }
        }
        let first = try probabilities(threads: 1, seed: 7)
        let areEqual = try [2, 3].map { try probabilities(threads: $0, seed: 7) == first }
        let isOther = try probabilities(threads: 1, seed: 8) != first
        #expect(areEqual == [true, true] && isOther)
    }

    /// Balanced classes: a rare class in a cloud of its own is not outvoted where it overlaps a frequent one.
    @Test func balancedClassesCountAlike() throws {
        var generator = Generator(seed: 6)
        let labels = (0..<1000).map { $0 % 20 == 0 ? 1 : 0 }
        var features = Tensor(normalWithMean: 0, shape: [1000, 2], using: &generator)
        features.withUnsafeMutableBufferPointer { values in
            for (window, label) in labels.enumerated() where label == 1 { values[2 * window] += 1.5 }
        }
        var configuration = RandomForest.Configuration()
        configuration.minimumLeafSize = 30
        func recall() throws -> Double {
            let forest = try RandomForest(
                fittedTo: features, labels: labels, classes: 2, configuration: configuration, generator: Generator(seed: 1))
            return Double(forest.confusion(of: features, labels: labels).counts[1][1]) / 50
        }
        let uniform = try recall()
        configuration.classWeighting = .balanced
        #expect(try recall() > 0.7 && uniform < 0.3)
    }

    /// More than 256 values of a feature, constant features, and a class that does not occur.
    @Test func awkwardFeatures() throws {
        let values = (0..<3000).flatMap { (index: Int) -> [Float] in [Float(index) * 0.001, 5, Float(index % 3)] }
        let labels = (0..<3000).map { $0 < 1500 ? 0 : 2 }
        let x = Tensor(values, shape: [3000, 3])
        let forest = try RandomForest(fittedTo: x, labels: labels, classes: 3, generator: Generator(seed: 1))
        let confusion = forest.confusion(of: x, labels: labels)
        #expect(confusion.accuracy > 0.99 && forest.classes == 3 && forest.featureCount == 3)
        let constant = try RandomForest(fittedTo: Tensor(ones: [4, 2]), labels: [0, 1, 1, 1], classes: 2, generator: Generator(seed: 1))
        #expect(constant.predictions(of: Tensor(zeros: [1, 2])) == [1])
        #expect(throws: ClassicalModelError.invalidSetting(name: "features per split", expected: "1 to 2", found: "3")) {
            var configuration = RandomForest.Configuration()
            configuration.featuresPerSplit = 3
            _ = try RandomForest(
                fittedTo: Tensor(ones: [4, 2]), labels: [0, 1, 1, 1], classes: 2, configuration: configuration,
                generator: Generator(seed: 1))
        }
    }
}
