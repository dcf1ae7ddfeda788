/// Why an augmentation cannot be made or applied.
public enum AugmentationError: Error, Sendable, Equatable {
    /// A setting is out of its range.
    case invalidSetting(name: String, expected: String, found: String)
    /// Windows `[channel, time]` are of a size that the augmentation was not made for.
    case shapeMismatch(augmentation: String, expected: String, found: [Int])
    /// The batch lacks what the augmentation needs, such as labels.
    case unsuitableBatch(augmentation: String, expected: String, found: String)
}

extension AugmentationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidSetting(let name, let expected, let found): "\(name) must be \(expected), got \(found)"
        case .shapeMismatch(let augmentation, let expected, let found):
            "\(augmentation) needs \(expected), the windows are \(found) (channels, samples)"
        case .unsuitableBatch(let augmentation, let expected, let found): "\(augmentation) needs \(expected), the batch has \(found)"
        }
    }
}

/// Throws unless a setting is as expected.
func checkSetting(
    _ isValid: Bool, _ name: String, _ found: Any, _ expected: @autoclosure () -> String
) throws(AugmentationError) {
    if !isValid { throw .invalidSetting(name: name, expected: expected(), found: "\(found)") }
}

/// Throws unless a setting is a probability.
func checkProbability(_ value: Double, _ name: String = "probability") throws(AugmentationError) {
    try checkSetting((0...1).contains(value), name, value, "0 to 1")
}
