internal import EEGTensor

/// Recordings to train with, to validate and to test on, drawn as the programs of Banville et al. draw them with NumPy and scikit-learn: first the
/// test recordings, then, with a generator of their own, the validation recordings among the others.
public struct RecordingSplit: Sendable, Equatable {
    /// The numbers of recordings, in the order in which they are drawn.
    public let training: [Int]
    public let validation: [Int]
    public let test: [Int]

    /// - Parameters:
    ///   - count: the number of recordings.
    ///   - validation: the share of all recordings to validate on; rounded up, as that of the test.
    ///   - test: the share of all recordings to test on.
    ///   - validationSeed: of `RandomState`.
    ///   - testSeed: of `RandomState`.
    /// - Throws: where shares are out of range or leave no recordings to train with.
    public init(
        count: Int, validation: Double = 0.2, test: Double = 0.2, validationSeed: UInt32 = 87, testSeed: UInt32 = 87
    ) throws(EEGDataError) {
        guard validation >= 0, test > 0, validation + test < 1 else {
            throw .invalidArgument(
                name: "shares of validation and test", expected: "positive, below 1 together", found: "\(validation) and \(test)")
        }
        var testTwister = MersenneTwister(seed: testSeed)
        let order = testTwister.permutation(max(0, count))
        let testCount = Self.ceiling(test * Double(order.count))
        let rest = Array(order[testCount...])
        var validationTwister = MersenneTwister(seed: validationSeed)
        let restOrder = validationTwister.permutation(rest.count).map { rest[$0] }
        let validationCount = Self.ceiling(validation / (1 - test) * Double(rest.count))
        self.test = Array(order[..<testCount])
        self.validation = Array(restOrder[..<validationCount])
        training = Array(restOrder[validationCount...])
        guard !training.isEmpty else {
            throw .empty(
                what: "training part",
                reason: "\(order.count) recordings, \(testCount) of them to test on and \(validationCount) to validate on")
        }
    }

    /// Rounded up, but for what is whole and was missed by rounding.
    private static func ceiling(_ value: Double) -> Int { Int((value - 1e-9).rounded(.up)) }
}
