/// What can go wrong with data from outside: files that cannot be read or are not what they claim, requests that the data cannot serve.
public enum EEGDataError: Error, Sendable, Equatable {
    /// The operating system refused an operation on a file.
    case fileSystem(file: String, operation: String, reason: String)
    /// A file breaks the rules of its format: `field`, at the byte `offset` where that is known, should have been `expected`.
    case malformed(file: String, format: String, offset: Int?, field: String, expected: String, found: String)
    /// A file is valid, or may be, but uses something that is not supported.
    case unsupported(file: String, format: String, feature: String)
    /// No channel has this label.
    case unknownChannel(label: String, available: [String])
    /// Several channels have this label; address them by index.
    case ambiguousChannel(label: String, indices: [Int])
    /// The samples asked for lie on both sides of a gap: between the seconds `from` and `to` of the recording nothing was recorded. The number
    /// `sample` is that of the first sample behind the gap.
    case crossesGap(channel: String, samples: Range<Int>, sample: Int, from: Double, to: Double)
    /// A value handed in, possibly from a configuration, is not usable.
    case invalidArgument(name: String, expected: String, found: String)
    /// Samples or windows hold a value that is not a finite number.
    case notFinite(what: String, channel: String, time: Double)
    /// Nothing is left to work on.
    case empty(what: String, reason: String)
}

extension EEGDataError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .fileSystem(let file, let operation, let reason):
            "\(file): \(operation) failed: \(reason)"
        case .malformed(let file, let format, let offset, let field, let expected, let found):
            "\(file): \(format)\(offset.map { ", byte \($0)" } ?? ""), \(field): expected \(expected), found \(found)"
        case .unsupported(let file, let format, let feature):
            "\(file): \(format): \(feature)"
        case .unknownChannel(let label, let available):
            "no channel is labelled \"\(label)\"; there are: \(available.joined(separator: ", "))"
        case .ambiguousChannel(let label, let indices):
            "several channels are labelled \"\(label)\" (indices \(indices.map(String.init).joined(separator: ", "))): address them by index"
        case .crossesGap(let channel, let samples, let sample, let from, let to):
            "\(channel): samples \(samples) lie on both sides of the gap from \(from) s to \(to) s, before sample \(sample): read by segment"
        case .invalidArgument(let name, let expected, let found):
            "\(name): expected \(expected), got \(found)"
        case .notFinite(let what, let channel, let time):
            "\(what): channel \(channel) holds a value that is not finite at \(time) s"
        case .empty(let what, let reason):
            "\(what): \(reason)"
        }
    }
}
