import EEGModels
import EEGTensor
import Testing

@Suite struct LogisticRegressionTests {
    /// Numbers of scikit-learn, by Scripts/make-fixtures/classical.py.
    @Test func weightsOfScikitLearn() throws {
        let examples = MadeUpExamples(120, width: 4, classes: 3)
        var configuration = LogisticRegression.Configuration()
        configuration.tolerance = 1e-10
        let plain = try LogisticRegression(
            fittedTo: examples.features, labels: examples.labels, classes: 3, configuration: configuration)
        #expect(plain.hasConverged)
        let weights = [
            -0.8693896722879573, -0.74210059300402, 0.03022944815860102, 0.027426463936269112, -0.09311138140624475, -0.10604208572422075,
            0.10385633526685144, 0.022867655892726577, 0.9625010536942022, 0.8481426787282416, -0.1340857834254519, -0.0502941198289956,
        ]
        #expect(zip(plain.weights.elements, weights).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(zip(plain.intercepts, [-0.9597143827626706, 1.3303038878521627, -0.3705895050894911]).allSatisfy { abs($0 - $1) < 1e-6 })
        let probabilities = plain.probabilities(of: examples.features).scalars
        #expect(greatestDifference(probabilities.prefix(4), [0.8906971214, 0.1091959171, 0.0001069615, 0.0776270692]) < 1e-6)

        configuration.regularization = 10
        configuration.classWeighting = .balanced
        let balanced = try LogisticRegression(
            fittedTo: examples.features, labels: examples.labels, classes: 3, configuration: configuration)
        let found = balanced.probabilities(of: examples.features).scalars
        let expected = [0.9008711294, 0.0961106834, 0.0030181873, 0.2404447759, 0.5542171815, 0.2053380427]
        #expect(greatestDifference(found.prefix(6), expected) < 1e-6)
    }

    @Test func separableClassesAreTold() throws {
        let (features, labels) = separableExamples(300, classes: 4, width: 4, seed: 1)
        let regression = try LogisticRegression(fittedTo: features, labels: labels, classes: 4)
        #expect(regression.hasConverged && regression.predictions(of: features) == labels)
        #expect(regression.confusion(of: features, labels: labels).accuracy == 1)
        #expect(regression.probabilities(of: Tensor(zeros: [0, 4])).shape == [0, 4])
    }

    @Test func sameBitsForAnyNumberOfThreads() throws {
        let examples = MadeUpExamples(5000, width: 3, classes: 2)
        let fits = try [1, 2, 3].map { threads in
            try EEGRuntime.with(threads: threads) {
                try LogisticRegression(fittedTo: examples.features, labels: examples.labels, classes: 2).weights
            }
        }
        let areEqual = fits[1] == fits[0] && fits[2] == fits[0]
        #expect(areEqual)
    }

    @Test func whatCannotBeFitted() throws {
        let x = Tensor(zeros: [3, 2])
        #expect(throws: ClassicalModelError.labelOutOfRange(label: 2, classes: 2)) {
            try LogisticRegression(fittedTo: x, labels: [0, 1, 2], classes: 2)
        }
        #expect(throws: ClassicalModelError.shapeMismatch(expected: "features [2, feature], a row for each label", found: [3, 2])) {
            try LogisticRegression(fittedTo: x, labels: [0, 1], classes: 2)
        }
        #expect(throws: ClassicalModelError.notFinite(what: "a feature")) {
            try LogisticRegression(fittedTo: Tensor([.infinity]).reshaped(to: [1, 1]), labels: [0], classes: 2)
        }
        #expect(throws: ClassicalModelError.tooFew(what: "windows", minimum: 1, found: 0)) {
            try LogisticRegression(fittedTo: Tensor(zeros: [0, 2]), labels: [], classes: 2)
        }
        var configuration = LogisticRegression.Configuration()
        configuration.regularization = -1
        #expect(throws: ClassicalModelError.invalidSetting(name: "regularization", expected: "0 or more", found: "-1.0")) {
            try LogisticRegression(fittedTo: x, labels: [0, 1, 0], classes: 2, configuration: configuration)
        }
    }
}
