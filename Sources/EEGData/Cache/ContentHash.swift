/// A hash of 128 bits to notice what changed or broke, by chance, not by intent: two lanes of the finaliser of SplitMix64 with different starts.
struct ContentHash: Sendable {
    private var a: UInt64 = 0x243F_6A88_85A3_08D3
    private var b: UInt64 = 0x1319_8A2E_0370_7344

    /// 32 hexadecimal digits.
    var text: String {
        [a, b].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    mutating func add(_ word: UInt64) {
        a = Self.mixed(a ^ word)
        b = Self.mixed(b &+ word &+ 0x9E37_79B9_7F4A_7C15)
    }

    /// Adds bytes and their number.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let words = bytes.count / 8
        for index in 0..<words { add(bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)) }
        var last: UInt64 = 0
        for index in (8 * words)..<bytes.count { last = last << 8 | UInt64(bytes[index]) }
        add(last)
        add(UInt64(bytes.count))
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var z = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
