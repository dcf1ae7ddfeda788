/// Which values of a column are missing: one bit a row.
public struct NullMask: Sendable, Equatable {
    /// The number of rows.
    public private(set) var count: Int
    /// The number of missing values.
    public private(set) var nullCount = 0
    /// Bit `row % 64` of word `row / 64` is set where the value is there; bits behind the last row are not set.
    private(set) var validWords: [UInt64]

    /// All values are there.
    public init(count: Int) {
        self.count = count
        validWords = [UInt64](repeating: .max, count: (count + 63) / 64)
        if count % 64 != 0 { validWords[count / 64] = (1 << UInt64(count % 64)) - 1 }
    }

    /// No rows yet, space for some.
    init(reserving capacity: Int) {
        count = 0
        validWords = []
        validWords.reserveCapacity((capacity + 63) / 64)
    }

    /// Whether the value of a row is missing.
    public subscript(row: Int) -> Bool {
        get { validWords[row / 64] & (1 << UInt64(row % 64)) == 0 }
        set {
            let bit: UInt64 = 1 << UInt64(row % 64)
            guard self[row] != newValue else { return }
            validWords[row / 64] ^= bit
            nullCount += newValue ? 1 : -1
        }
    }

    /// Adds up to 64 rows: bit `i` of `valid` tells whether the value of row `i` of them is there.
    mutating func append(_ valid: UInt64, count added: Int) {
        let bits = added == 64 ? valid : valid & ((1 << UInt64(added)) - 1)
        let shift = UInt64(count % 64)
        if shift == 0 {
            validWords.append(bits)
        } else {
            validWords[validWords.count - 1] |= bits << shift
            if Int(shift) + added > 64 { validWords.append(bits >> (64 - shift)) }
        }
        count += added
        nullCount += added - bits.nonzeroBitCount
    }

    /// Adds rows of which all or none have values.
    mutating func append(allValid: Bool, count added: Int) {
        var rest = added
        while rest > 0 {
            let step = min(rest, 64)
            append(allValid ? .max : 0, count: step)
            rest -= step
        }
    }

    mutating func append(_ other: NullMask) {
        var rest = other.count
        for word in other.validWords {
            append(word, count: min(64, rest))
            rest -= 64
        }
    }

    /// The mask of some of the rows.
    func rows(_ range: Range<Int>) -> NullMask {
        var result = NullMask(reserving: range.count)
        var row = range.lowerBound
        while row < range.upperBound {
            let step = min(64 - row % 64, range.upperBound - row)
            result.append(validWords[row / 64] >> UInt64(row % 64), count: step)
            row += step
        }
        return result
    }
}
