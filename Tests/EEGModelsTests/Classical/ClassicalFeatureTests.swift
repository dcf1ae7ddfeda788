import EEGModels
import EEGTensor
import Foundation
import Testing

/// Numbers of SciPy and scikit-learn, by Scripts/make-fixtures/classical.py.
@Suite struct ClassicalFeatureTests {
    private let bands: [Range<Double>] = [1..<4, 4..<8, 8..<15]

    /// Two channels of 256 samples at 64 Hz.
    private var window: Tensor {
        let first = (0..<256).map { (t: Int) -> Float in
            let saw: Int = (t * t * 3 + 11 * t) % 97 - 48
            let wave: Double = 10 * sin(2 * Double.pi * 6 * Double(t) / 64)
            return Float(Double(saw) / 4 + wave)
        }
        let second = (0..<256).map { (t: Int) -> Float in
            let saw: Int = (t * t * 5 + 7 * t) % 89 - 44
            return Float(saw) / 4
        }
        return Tensor(first + second, shape: [1, 2, 256])
    }

    @Test func handCraftedFeatures() throws {
        let features = try HandCraftedFeatures(samples: 256, samplingRate: 64, bands: bands)
        let expected = [
            1.4786652062228591, 4.063591993951667, 2.478034391163827, -2.83197055600133, -0.2470437682725217, -1.8326013710603617,
            4.6983730084053885, -0.0813667366720496, -0.7307632531018613, 1.0747241233895646, 1.4535467813696834, 1.1808927395735045,
            1.8985472355396653, 2.154265093894392, -1.7398476916828525, -1.0221931957166916, -0.7664753373619652, 3.8372090328424098,
            0.07515482581543016, -1.3057960564931281, 1.4234534062697, 1.2209612528254445,
        ]
        let found = features(window)
        #expect(found.shape == [1, 22] && features.names(channels: ["F3", "O1"]).count == 22)
        #expect(greatestDifference(found.scalars, expected) < 2e-5)
        let flat = features(Tensor(ones: [2, 1, 256])).scalars
        #expect(flat.allSatisfy(\.isFinite) && flat[6] == Float(log(1e-10)) && flat[10] == 0)
        #expect(features(Tensor(zeros: [0, 2, 256])).shape == [0, 22])
    }

    @Test func covariancesOfBands() throws {
        let covariances = try FilterBankCovariance(samples: 256, samplingRate: 64, bands: bands)(window)
        let expected = [
            3.8221833623875052, 0, 0, 3.8221833623875052, 53.69284077782355, -0.5759559797402606, -0.5759559797402606, 11.16627659296931,
            10.269683717631331, 0, 0, 10.269683717631331,
        ]
        #expect(covariances.shape == [1, 3, 2, 2])
        #expect(greatestDifference(covariances.scalars, expected) < 1e-4)
    }

    @Test func tangentSpace() throws {
        let covariances = Tensor([4, 1, 1, 3, 2, -0.5, -0.5, 1], shape: [2, 1, 2, 2])
        let expected = [
            0.34426937517906514, 0.46591513400187184, 0.5748703672524067, -0.3619794700970328, -0.47398440496027605, -0.557160272334443,
        ]
        let space = try TangentSpace(fittedTo: covariances)
        #expect(greatestDifference(space(covariances).scalars, expected) < 1e-5)
        let atTheMean = space(space.means.expandingDimensions(at: 0)).scalars
        #expect(atTheMean.allSatisfy { abs($0) < 1e-5 })
        #expect(throws: ClassicalModelError.self) { try TangentSpace(fittedTo: Tensor(zeros: [2, 2, 2])) }
        #expect(throws: ClassicalModelError.notFinite(what: "a covariance")) {
            try TangentSpace(fittedTo: Tensor(repeating: .nan, shape: [1, 1, 2, 2]))
        }
    }

    @Test func scaling() throws {
        let x = Tensor([1, 7, 3, 7, 5, 7], shape: [3, 2])
        let scaling = try FeatureScaling(fittedTo: x)
        #expect(scaling.means == [3, 7] && scaling.standardDeviations[1] == 1)
        #expect(greatestDifference(scaling(x).scalars, [-1.224744871, 0, 0, 0, 1.224744871, 0]) < 1e-6)
    }

    @Test func bandsThatCannotBe() {
        #expect(throws: ClassicalModelError.self) { try HandCraftedFeatures(samples: 256, samplingRate: 64, bands: [30..<40]) }
        #expect(throws: ClassicalModelError.self) { try HandCraftedFeatures(samples: 256, samplingRate: 64, bands: [1.1..<1.2]) }
        #expect(throws: ClassicalModelError.self) { try FilterBankCovariance(samples: 256, samplingRate: 64, bands: []) }
        #expect(throws: ClassicalModelError.self) { try FilterBankCovariance(samples: 256, samplingRate: .nan) }
    }

    /// Classes that differ in the rhythm of one channel and in how two channels go together.
    @Test func riemannianClassifierTellsRhythms() throws {
        var generator = Generator(seed: 1)
        let count = 120
        var windows = Tensor(normalWithMean: 0, standardDeviation: 5, shape: [count, 3, 256], using: &generator)
        let labels = (0..<count).map { $0 % 3 }
        windows.withUnsafeMutableBufferPointer { values in
            for (window, label) in labels.enumerated() {
                let phase = Double.random(in: 0..<6, using: &generator)
                for time in 0..<256 {
                    let angle: Double = 2 * Double.pi * (label == 0 ? 6.0 : 10.0) * Double(time) / 64 + phase
                    let wave = Float(8 * sin(angle))
                    values[window * 768 + time] += wave
                    values[window * 768 + 256 + time] += label == 2 ? -wave : wave
                }
            }
        }
        let covariances = try FilterBankCovariance(samples: 256, samplingRate: 64, bands: bands)(windows)
        let classifier = try RiemannianClassifier(fittedTo: covariances[0..<60], labels: Array(labels[0..<60]), classes: 3)
        #expect(classifier.confusion(of: covariances[60...], labels: Array(labels[60...])).accuracy > 0.98)
    }
}
