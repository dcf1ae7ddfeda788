/// What a reader may use up on a file from outside, whatever lengths the file declares.
public struct ReadLimits: Sendable {
    /// The most bytes that one call may decode: values, decompressed data, texts.
    public var decodedBytes: Int
    /// How deep structures may lie in one another.
    public var nesting: Int

    public init(decodedBytes: Int = 2 << 30, nesting: Int = 32) {
        self.decodedBytes = decodedBytes
        self.nesting = nesting
    }

    /// 2 GiB a call, 32 levels.
    public static let standard = ReadLimits()
}
