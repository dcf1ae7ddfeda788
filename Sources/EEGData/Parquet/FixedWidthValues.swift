/// Decodes values of one, four or eight bytes: booleans, integers and floating-point numbers, as the bits of a `Word`.
struct FixedWidthValues<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
    private let pages: ParquetPages
    private var dictionary: Dictionary?
    /// What stands for a missing value: the bits of NaN, or 0.
    private let missing: Word
    private let isBoolean: Bool

    init(_ pages: ParquetPages, missing: Word) {
        self.pages = pages
        self.missing = missing
        isBoolean = pages.field.physical == .boolean
    }

    /// Decodes the `rowCount` values of a chunk; returns which are there, or nil if all are.
    mutating func decode(into result: UnsafeMutablePointer<Word>, rowCount: Int) throws(EEGDataError) -> NullMask? {
        var mask: NullMask?
        var done = 0
        while done < rowCount, let page = try pages.next() {
            if page.header.kind == .dictionary {
                try readDictionary(page)
                continue
            }
            let count = page.header.valueCount
            guard count <= rowCount - done else {
                throw page.place.malformed(expected: "at most \(rowCount - done) values, the rest of the row group", found: "\(count)")
            }
            let target = result + done
            if page.storedCount > 0 { try decode(page, into: target) }
            if let validity = page.validity {
                spread(target, count: count, stored: page.storedCount, validity: validity)
                if mask == nil { mask = NullMask(count: done) }
                mask?.append(validity)
            } else {
                mask?.append(allValid: true, count: count)
            }
            done += count
        }
        guard done == rowCount else { throw pages.tooFewValues(done, of: rowCount) }
        return mask
    }

    /// Puts the stored values, which lie together, at the rows they belong to.
    private func spread(_ values: UnsafeMutablePointer<Word>, count: Int, stored: Int, validity: NullMask) {
        var source = stored
        var row = count
        // From the back, so that no value is overwritten before it is moved; where all rows in front have values, all is done.
        while row > source {
            row -= 1
            if validity[row] {
                values[row] = missing
            } else {
                source -= 1
                values[row] = values[source]
            }
        }
    }

    private func decode(_ page: ParquetPages.Page, into result: UnsafeMutablePointer<Word>) throws(EEGDataError) {
        let count = page.storedCount
        let physical = pages.field.physical
        switch page.header.encoding {
        case 0:
            try decodePlain(page, count: count, into: result)
        case 2, 8:
            try decodeIndices(page, count: count, into: result)
        case 3 where isBoolean:
            try decodeBooleanRuns(page, count: count, into: result)
        case 5 where physical == .int32 || physical == .int64:
            guard var deltas = DeltaBinaryPacked(page.values), deltas.count == count, deltas.decode(into: result) else {
                throw page.place.malformed(expected: "\(count) values packed as differences", found: "broken data or another number")
            }
        case 9 where !isBoolean:
            try page.require(count * MemoryLayout<Word>.size)
            let bytes = page.values
            for index in 0..<count {
                var word: Word = 0
                for byte in 0..<MemoryLayout<Word>.size { word |= Word(truncatingIfNeeded: bytes[byte &* count &+ index]) &<< Word(8 * byte) }
                result[index] = word
            }
        default:
            throw page.unsupportedEncoding
        }
    }

    private func decodePlain(_ page: ParquetPages.Page, count: Int, into result: UnsafeMutablePointer<Word>) throws(EEGDataError) {
        if isBoolean {
            try page.require((count + 7) / 8)
            for index in 0..<count { result[index] = Word(truncatingIfNeeded: (page.values[index / 8] >> UInt8(index % 8)) & 1) }
        } else {
            try page.require(count * MemoryLayout<Word>.size)
            // Parquet is little-endian, as are the machines that Swift runs on.
            if let base = page.values.baseAddress {
                UnsafeMutableRawPointer(result).copyMemory(from: base, byteCount: count * MemoryLayout<Word>.size)
            }
        }
    }

    private func decodeBooleanRuns(_ page: ParquetPages.Page, count: Int, into result: UnsafeMutablePointer<Word>) throws(EEGDataError) {
        try page.require(4)
        let size = Int(UInt32(littleEndian: page.values.loadUnaligned(as: UInt32.self)))
        try page.require(4 + size)
        var runs = HybridRuns(UnsafeRawBufferPointer(rebasing: page.values[4..<(4 + size)]), width: 1)
        var done = 0
        while done < count {
            switch runs.next(limit: count - done) {
            case .repeated(let value, let length)?:
                (result + done).update(repeating: Word(truncatingIfNeeded: value & 1), count: length)
                done += length
            case .packed(let offset, let length)?:
                for index in 0..<length { result[done + index] = Word((runs.bytes[offset + index / 8] >> UInt8(index % 8)) & 1) }
                done += length
            case nil:
                throw page.place.malformed(expected: "\(count) values", found: "\(done)")
            }
        }
    }

    private mutating func readDictionary(_ page: ParquetPages.Page) throws(EEGDataError) {
        let count = page.header.valueCount
        guard page.header.encoding == 0 || page.header.encoding == 2, !isBoolean else { throw page.unsupportedEncoding }
        let (size, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Word>.size)
        try page.require(overflows ? .max : size)
        dictionary = Dictionary(UnsafeRawBufferPointer(rebasing: page.values[..<size]), count: count)
    }

    private func decodeIndices(_ page: ParquetPages.Page, count: Int, into result: UnsafeMutablePointer<Word>) throws(EEGDataError) {
        guard let dictionary else { throw page.place.malformed(expected: "a dictionary in front of indices", found: "none") }
        var runs = try page.indexRuns()
        var done = 0
        while done < count {
            var largest: UInt64 = 0
            switch runs.next(limit: count - done) {
            case .repeated(let index, let length)?:
                largest = UInt64(index)
                if index < dictionary.count { (result + done).update(repeating: dictionary.words[Int(index)], count: length) }
                done += length
            case .packed(let offset, let length)?:
                let bits = PackedBits(start: UnsafeRawPointer(runs.bytes.baseAddress.unsafelyUnwrapped + offset), width: runs.width)
                largest = dictionary.gather(bits, length, into: result + done)
                done += length
            case nil:
                throw page.place.malformed(expected: "\(count) indices", found: "broken data behind \(done)")
            }
            guard largest < dictionary.count else {
                throw page.place.malformed(expected: "indices below \(dictionary.count), the size of the dictionary", found: "\(largest)")
            }
        }
    }

    /// The values that indices stand for, followed by zeros up to a power of two: an index of as many bits needs no check of its own.
    private final class Dictionary {
        let count: Int
        let words: UnsafeMutableBufferPointer<Word>

        init(_ bytes: UnsafeRawBufferPointer, count: Int) {
            self.count = count
            var capacity = 1
            while capacity < count { capacity *= 2 }
            words = .allocate(capacity: capacity)
            UnsafeMutableRawBufferPointer(words).copyMemory(from: bytes)
            words[count...].initialize(repeating: 0)
        }

        deinit { words.deallocate() }

        /// Looks up packed indices; returns the largest of them.
        func gather(_ bits: PackedBits, _ count: Int, into result: UnsafeMutablePointer<Word>) -> UInt64 {
            guard bits.width < 32, 1 << bits.width <= words.count else {
                var largest: UInt64 = 0
                for index in 0..<count {
                    let place = bits[index]
                    largest = max(largest, place)
                    result[index] = words[Int(truncatingIfNeeded: place < UInt64(self.count) ? place : 0)]
                }
                return largest
            }
            // As many indices are taken from one load as fit into it.
            return switch bits.width {
            case ...7: gather(bits, count, into: result, perLoad: 8)
            case ...14: gather(bits, count, into: result, perLoad: 4)
            case ...28: gather(bits, count, into: result, perLoad: 2)
            default: gather(bits, count, into: result, perLoad: 1)
            }
        }

        @inline(__always)
        private func gather(_ bits: PackedBits, _ count: Int, into result: UnsafeMutablePointer<Word>, perLoad: Int) -> UInt64 {
            guard let words = words.baseAddress else { return .max }
            let mask: UInt64 = (1 &<< UInt64(bits.width)) &- 1
            let width = UInt64(bits.width)
            var largest: UInt64 = 0
            var index = 0
            var bit = 0
            while index &+ perLoad <= count {
                var load = UInt64(littleEndian: bits.start.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)) &>> UInt64(bit & 7)
                for offset in 0..<perLoad {
                    let place = load & mask
                    load = load &>> width
                    largest = max(largest, place)
                    result[index &+ offset] = words[Int(truncatingIfNeeded: place)]
                }
                index &+= perLoad
                bit &+= perLoad &* bits.width
            }
            while index < count {
                let place = bits[index]
                largest = max(largest, place)
                result[index] = words[Int(truncatingIfNeeded: place)]
                index &+= 1
            }
            return largest
        }
    }
}

extension ParquetPages.Page {
    /// Refuses a page that is shorter than its values.
    func require(_ count: Int) throws(EEGDataError) {
        guard values.count >= count else { throw place.malformed(expected: "\(count) bytes of values", found: "\(values.count)") }
    }

    var unsupportedEncoding: EEGDataError { place.unsupported("values in encoding \(header.encoding)") }

    /// The indices of a page whose values are in the dictionary: a byte with their width, then runs.
    func indexRuns() throws(EEGDataError) -> HybridRuns {
        try require(1)
        let width = Int(values[0])
        guard width <= 32 else { throw place.malformed(expected: "indices of at most 32 bits", found: "\(width)") }
        return HybridRuns(UnsafeRawBufferPointer(rebasing: values[1...]), width: width)
    }
}

extension ParquetPages {
    func tooFewValues(_ count: Int, of expected: Int) -> EEGDataError {
        FilePlace(file: path, format: "Parquet", offset: nil, field: "column \(field.name)").malformed(
            expected: "\(expected) values in a column chunk", found: "\(count)")
    }
}
