import EEGTensor

/// Damages files in the ways that disks, networks and attackers do; the same number gives the same damage.
struct Mutation {
    private var generator: Generator

    init(seed: UInt64, number: Int) { generator = Generator(seed: seed).stream("mutation", number) }

    /// A damaged version of `bytes`; `other` is another file of the format, to splice with.
    mutating func callAsFunction(_ bytes: [UInt8], other: [UInt8]) -> [UInt8] {
        var result = bytes
        // Most files get one kind of damage, some several: one on top of the other reaches code behind a first check.
        for _ in 0...(below(4) == 0 ? below(3) : 0) { damage(&result, other: other) }
        return result
    }

    private mutating func damage(_ bytes: inout [UInt8], other: [UInt8]) {
        guard !bytes.isEmpty else { return }
        switch below(8) {
        case 0:
            for _ in 0...below(8) { bytes[place(in: bytes)] ^= 1 << UInt8(below(8)) }
        case 1:
            bytes.removeLast(bytes.count - below(bytes.count))
        case 2, 3:
            setInteger(in: &bytes)
        case 4:
            setText(in: &bytes)
        case 5:
            let block = part(of: bytes)
            bytes.insert(contentsOf: bytes[block], at: below(2) == 0 ? block.upperBound : place(in: bytes))
        case 6:
            if below(2) == 0 {
                bytes.removeSubrange(part(of: bytes))
            } else {
                let size = 1 + below(max(1, bytes.count / 4))
                let (first, second) = (below(bytes.count - size + 1), below(bytes.count - size + 1))
                for index in 0..<size { bytes.swapAt(first + index, second + index) }
            }
        default:
            let cut = below(bytes.count)
            bytes = Array(bytes[..<cut]) + other.suffix(from: below(2) == 0 ? min(cut, other.count) : below(other.count + 1))
        }
    }

    /// A binary count, length or offset becomes extreme.
    private mutating func setInteger(in bytes: inout [UInt8]) {
        let size = [1, 2, 4, 8][below(4)]
        let values: [UInt64] = [
            0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000,
            .max, UInt64(bytes.count), UInt64(bytes.count) + 1, UInt64(bytes.count) / 2,
        ]
        let value = values[below(values.count)]
        let start = place(in: bytes)
        let isBigEndian = below(4) == 0
        for index in 0..<size where start + index < bytes.count {
            bytes[start + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (isBigEndian ? size - 1 - index : index)))
        }
    }

    /// A number written out becomes another one.
    private mutating func setText(in bytes: inout [UInt8]) {
        let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }.prefix(4096)
        guard !digits.isEmpty else { return }
        let texts = ["-1", "0", "99999999", "1e308", "-2147483648", "9223372036854775808", "nan", "inf", "", "  ", "1,5", "%s%n", "\u{FFFD}"]
        let start = digits[below(digits.count)]
        for (index, byte) in texts[below(texts.count)].utf8.enumerated() where start + index < bytes.count { bytes[start + index] = byte }
    }

    /// Headers and footers hold what readers trust: places near the ends come more often.
    private mutating func place(in bytes: [UInt8]) -> Int {
        let edge = min(bytes.count, 512)
        return switch below(3) {
        case 0: below(edge)
        case 1: bytes.count - 1 - below(edge)
        default: below(bytes.count)
        }
    }

    private mutating func part(of bytes: [UInt8]) -> Range<Int> {
        let start = place(in: bytes)
        return start..<min(bytes.count, start + 1 + below(max(1, bytes.count / 4)))
    }

    private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<max(1, limit), using: &generator) }
}
