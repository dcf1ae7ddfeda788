internal import CEEGKernels

/// Random numbers from a counter: Philox 4x32 with ten rounds.
///
/// A generator is a value, passed explicitly; two with equal state give equal numbers. Element i of a filled tensor depends on the state and i
/// alone, so the numbers are the same for any number of threads.
///
/// Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Generator: RandomNumberGenerator, Hashable, Codable, Sendable {
    /// The key of the cipher.
    let key: UInt64
    /// The upper half of the counter: which of the independent sequences of this key.
    let sequence: UInt64
    /// The lower half of the counter: the next block of four 32-bit numbers.
    private(set) var block: UInt64

    /// A generator that gives the same numbers for the same seed.
    public init(seed: UInt64) {
        key = seed
        sequence = 0
        block = 0
    }

    private init(key: UInt64, sequence: UInt64) {
        self.key = key
        self.sequence = sequence
        block = 0
    }

    /// An independent generator for one purpose, such as `stream("dropout", 3)`.
    ///
    /// It depends on this generator's seed and own stream, the name and the index, not on how many numbers have been drawn.
    public func stream(_ name: String, _ index: Int = 0) -> Generator {
        var hash = Self.mixed(sequence &+ 0x9E37_79B9_7F4A_7C15)
        for byte in name.utf8 { hash = Self.mixed((hash ^ UInt64(byte)) &+ 0x9E37_79B9_7F4A_7C15) }
        return Generator(key: key, sequence: Self.mixed(hash ^ UInt64(bitPattern: Int64(index))))
    }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { bytes in
            ceeg_philox_bits(key, sequence, block, bytes.assumingMemoryBound(to: UInt32.self).baseAddress, 4)
        }
        block &+= 1
        return UInt64(words.1) << 32 | UInt64(words.0)
    }

    /// Advances past the numbers for `count` elements and returns the state they begin at: four elements a block.
    mutating func reserve(_ count: Int) -> Generator {
        let start = self
        block &+= UInt64((count + 3) / 4)
        return start
    }

    /// Mixes all bits of a word (the finaliser of SplitMix64).
    private static func mixed(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension Tensor {
    /// Independent numbers, uniform in `[0, 1)` in steps of 2⁻²⁴, or scaled to `range`.
    public init(uniform range: Range<Float> = 0..<1, shape: Shape, using generator: inout Generator) {
        self.init(uninitialized: shape)
        let start = generator.reserve(count)
        ceeg_philox_uniform(
            start.key, start.sequence, start.block, range.lowerBound, range.upperBound - range.lowerBound, range.upperBound.nextDown, mutablePointer,
            Int64(count))
    }

    /// Independent normally distributed numbers.
    ///
    /// Two numbers come from two uniform ones: r cos φ and r sin φ with r = √(-2 ln u), φ = 2 π v.
    /// Source: Box and Muller, "A note on the generation of random normal deviates", Ann. Math. Statist. 29, 1958.
    public init(normalWithMean mean: Float = 0, standardDeviation: Float = 1, shape: Shape, using generator: inout Generator) {
        self.init(uninitialized: shape)
        let start = generator.reserve(count)
        ceeg_philox_normal(start.key, start.sequence, start.block, mean, standardDeviation, mutablePointer, Int64(count))
    }
}
