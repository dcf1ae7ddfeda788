/// The generator MT19937 with the conventions of NumPy's `RandomState`: for splits and masks that must equal those of published experiments.
/// Everything else draws from ``Generator``.
///
/// Source: Matsumoto and Nishimura, "Mersenne twister: a 623-dimensionally equidistributed uniform pseudo-random number generator", ACM Trans.
/// Model. Comput. Simul. 8, 1998.
public struct MersenneTwister: Sendable {
    private var state: [UInt32]
    private var index = 624

    /// The state of `RandomState(seed)`.
    public init(seed: UInt32) {
        state = [seed]
        state.reserveCapacity(624)
        for i in 1..<624 { state.append(1_812_433_253 &* (state[i - 1] ^ (state[i - 1] >> 30)) &+ UInt32(i)) }
    }

    /// 32 random bits.
    public mutating func nextWord() -> UInt32 {
        if index == 624 { twist() }
        var word = state[index]
        index += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    private mutating func twist() {
        for i in 0..<624 {
            let joined = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7fff_ffff)
            state[i] = state[(i + 397) % 624] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
        }
        index = 0
    }

    /// A number in `[0, 1)` with 53 random bits, as `RandomState.random_sample`.
    public mutating func uniform() -> Double {
        let (high, low) = (nextWord() >> 5, nextWord() >> 6)
        return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
    }

    /// The numbers `0..<count` in random order, as `RandomState.permutation`.
    ///
    /// - Precondition: `count` is not negative and less than 2³².
    public mutating func permutation(_ count: Int) -> [Int] {
        require(count >= 0 && count <= Int(UInt32.max), "MersenneTwister: a permutation of \(count) numbers")
        var result = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) {
            let mask = UInt32.max >> UInt32(i).leadingZeroBitCount
            var j = nextWord() & mask
            while j > UInt32(i) { j = nextWord() & mask }
            result.swapAt(i, Int(j))
        }
        return result
    }
}
