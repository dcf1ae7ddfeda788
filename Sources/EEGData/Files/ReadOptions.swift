/// How a file from outside is to be read.
public struct ReadOptions: Sendable {
    /// What may be used up on it.
    public var limits: ReadLimits
    /// Whether a file that holds less than it declares is refused. Otherwise what is there is read, with a note that gives both numbers.
    public var isStrict: Bool

    public init(limits: ReadLimits = .standard, isStrict: Bool = false) {
        self.limits = limits
        self.isStrict = isStrict
    }

    /// The standard limits; incomplete files are read as far as they go.
    public static let standard = ReadOptions()
}
