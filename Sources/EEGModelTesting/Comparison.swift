public import EEGTensor
public import Testing

/// How far a tensor is from what is expected of it.
///
/// An element passes where its difference is at most `tolerance`: the larger of `absolute` and `relative` times the largest expected
/// magnitude. NaN passes against NaN alone, an infinite value against the same one.
public struct Comparison: Sendable, CustomStringConvertible {
    /// The largest difference that passes.
    public let tolerance: Double
    /// What is wrong; nil where everything passes.
    public let failure: String?
    /// The largest difference; infinite where the shapes differ or a value that is not finite fails.
    public let largestDifference: Double

    public var passes: Bool { failure == nil }

    public var description: String { failure ?? "largest difference \(largestDifference), tolerance \(tolerance)" }

    /// Compares element by element.
    ///
    /// - Parameters:
    ///   - relative: the tolerance as a fraction of the largest expected magnitude.
    ///   - absolute: the tolerance where that is smaller.
    public init(_ actual: DoubleTensor, _ expected: DoubleTensor, relative: Double, absolute: Double = 0) {
        let largest = expected.values.lazy.map(abs).filter(\.isFinite).max() ?? 0
        let tolerance = max(absolute, relative * largest)
        self.tolerance = tolerance
        guard actual.shape == expected.shape else {
            largestDifference = .infinity
            failure = "shape \(actual.shape), expected \(expected.shape)"
            return
        }
        let differences = zip(actual.values, expected.values).map(Self.difference)
        largestDifference = differences.max() ?? 0
        guard largestDifference > tolerance, let worst = differences.firstIndex(of: largestDifference) else {
            failure = nil
            return
        }
        let failing = differences.count { $0 > tolerance }
        failure = """
            worst at \(Self.index(worst, in: expected.shape)): \(actual.values[worst]), expected \(expected.values[worst]), \
            difference \(largestDifference), tolerance \(tolerance); \(failing) of \(differences.count) elements differ
            """
    }

    private static func difference(_ actual: Double, _ expected: Double) -> Double {
        if actual == expected || (actual.isNaN && expected.isNaN) { return 0 }
        let difference = abs(actual - expected)
        return difference.isFinite ? difference : .infinity
    }

    /// The indices along all axes of the element at `offset`.
    static func index(_ offset: Int, in shape: Shape) -> [Int] {
        var rest = offset
        return shape.reversed().map { size in
            defer { rest /= size }
            return rest % size
        }.reversed()
    }
}

/// Records an issue unless every element of `actual` is close to `expected`; the message shows the worst index, both values and the
/// tolerance.
///
/// - Parameters:
///   - relative: the tolerance as a fraction of the largest expected magnitude. The default leaves room for Float rounding in sums of a few
///     thousand terms.
///   - absolute: the tolerance where that is smaller.
///   - comment: what is compared, for the message.
public func expectClose(
    _ actual: Tensor, _ expected: Tensor, relative: Double = 5e-6, absolute: Double = 0,
    _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    expectClose(
        DoubleTensor(actual), DoubleTensor(expected), relative: relative, absolute: absolute, comment(), sourceLocation: sourceLocation)
}

/// Records an issue unless every element of `actual` is close to a reference in Double precision.
public func expectClose(
    _ actual: Tensor, _ expected: DoubleTensor, relative: Double = 5e-6, absolute: Double = 0,
    _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    expectClose(DoubleTensor(actual), expected, relative: relative, absolute: absolute, comment(), sourceLocation: sourceLocation)
}

/// Records an issue unless every element of `actual` is close to `expected`, both in Double precision.
public func expectClose(
    _ actual: DoubleTensor, _ expected: DoubleTensor, relative: Double, absolute: Double = 0,
    _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let failure = Comparison(actual, expected, relative: relative, absolute: absolute).failure else { return }
    let comment = comment()
    Issue.record(comment.isEmpty ? "\(failure)" : "\(comment): \(failure)", sourceLocation: sourceLocation)
}
