import EEGModelTesting
import EEGTensor
import Foundation

private typealias Reference = LinearAlgebraReference

let covarianceGradients = [
    DifferentiableOperation(
        type: "Covariance",
        examples: [
            covariance([1, 2]), covariance([3, 5, 3]), covariance([2, 2, 4, 17]), covariance([2, 6, 515]), covariance([1, 7, 130], offset: 100),
            covariance([1, 66, 70]), covariance([5, 2, 33], removingMean: false), covariance([3, 1, 1], isUnbiased: false),
            covariance([67, 40], removingMean: false, isUnbiased: false),
        ]),
    DifferentiableOperation(
        type: "LogCovariance",
        examples: [
            logCovariance([1, 9]), logCovariance([3, 4, 40]), logCovariance([2, 1, 7, 130]), logCovariance([66, 90]),
            // Six samples of six channels leave an eigenvalue of 0.
            logCovariance([2, 6, 6], minimumEigenvalue: 0.1),
        ]),
]

private func logCovariance(_ shape: Shape, minimumEigenvalue: Double = 1e-10) -> DifferentiableOperation.Example {
    .init(label: "\(shape), \(minimumEigenvalue)", inputs: [sample(shape)]) { x in
        [EEGTensor.logCovariance(x[0], minimumEigenvalue: minimumEigenvalue)]
    } reference: { x in
        let result = Reference.map(x[0]) { window in
            Reference.tensor(Reference.function(Reference.covariance(window)) { log(max($1, minimumEigenvalue)) })
        }
        return [result]
    }
}

private func covariance(
    _ shape: Shape, offset: Float = 0, removingMean: Bool = true, isUnbiased: Bool = true
) -> DifferentiableOperation.Example {
    .init(label: "\(shape), \(offset), \(removingMean), \(isUnbiased)", inputs: [sample(shape, in: (offset - 1)..<(offset + 1))]) { x in
        [EEGTensor.covariance(x[0], removingMean: removingMean, isUnbiased: isUnbiased)]
    } reference: { x in
        [
            Reference.map(x[0]) { window in
                let divisor = Double(window[0].count - (isUnbiased ? 1 : 0))
                return Reference.tensor(Reference.covariance(window, removingMean: removingMean, divisor: divisor))
            }
        ]
    }
}
