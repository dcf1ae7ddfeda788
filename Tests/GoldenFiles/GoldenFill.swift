/// The golden fill rule: value j of a stream is a hash of (seed, j), between -1 and 1, the same in every language.
package func goldenFill(seed: UInt64, count: Int) -> [Double] {
    (0..<UInt64(count)).map { index in
        var z = (seed << 32) &+ index &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) * 0x1p-52 - 1
    }
}
