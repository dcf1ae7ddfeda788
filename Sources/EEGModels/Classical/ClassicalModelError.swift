public import EEGTensor

/// Why a classical method cannot be fitted or applied.
public enum ClassicalModelError: Error, Sendable, Equatable {
    /// A setting is out of its range.
    case invalidSetting(name: String, expected: String, found: String)
    /// Data of another shape than the method takes.
    case shapeMismatch(expected: String, found: [Int])
    /// Too few windows, channels or electrodes for the method.
    case tooFew(what: String, minimum: Int, found: Int)
    /// A value that is not a finite number, or far beyond what is measured.
    case notFinite(what: String)
    /// A class that is not among those counted.
    case labelOutOfRange(label: Int, classes: Int)
    /// An electrode without a position, or with one that is no direction from the centre of the head.
    case unknownPosition(electrode: String)
    /// A system of equations has no solution.
    case linearAlgebra(LinearAlgebraError)
}

extension ClassicalModelError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidSetting(let name, let expected, let found): "\(name) must be \(expected), got \(found)"
        case .shapeMismatch(let expected, let found): "expected \(expected), found the shape \(found)"
        case .tooFew(let what, let minimum, let found): "\(found) \(what), at least \(minimum) are needed"
        case .notFinite(let what): "\(what) is not a finite number of a plausible size"
        case .labelOutOfRange(let label, let classes): "label \(label) is not among the \(classes) classes 0 to \(classes - 1)"
        case .unknownPosition(let electrode): "the electrode \(electrode) has no position on the head"
        case .linearAlgebra(let error): "\(error)"
        }
    }
}

/// Throws unless a setting is as expected.
func checkSetting(
    _ isValid: Bool, _ name: String, _ found: Any, _ expected: @autoclosure () -> String
) throws(ClassicalModelError) {
    if !isValid { throw .invalidSetting(name: name, expected: expected(), found: "\(found)") }
}

extension ElectrodePositions {
    /// Throws unless all electrodes are in a direction from the centre of the head.
    func validate() throws(ClassicalModelError) {
        for (name, position) in zip(names, positions) {
            let square = position.x * position.x + position.y * position.y + position.z * position.z
            guard square.isFinite, square > 0 else { throw .unknownPosition(electrode: name) }
        }
    }
}
