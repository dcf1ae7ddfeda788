/// Decodes values that are strings of bytes: texts, and numbers in a fixed number of bytes.
struct ByteValues<Element> {
    private let pages: ParquetPages
    private var dictionary: [Element]?
    /// What stands for a missing value.
    private let missing: Element
    private let budget: DecodingBudget
    /// Makes a value of its bytes; nil where they are none.
    private let make: (UnsafeRawBufferPointer) -> Element?
    /// The length of a value; nil where every value has its own.
    private let fixedWidth: Int?

    init(_ pages: ParquetPages, missing: Element, budget: DecodingBudget, make: @escaping (UnsafeRawBufferPointer) -> Element?) {
        self.pages = pages
        self.missing = missing
        self.budget = budget
        self.make = make
        fixedWidth =
            switch pages.field.physical {
            case .int96: 12
            case .fixedByteArray: pages.field.byteWidth
            default: nil
            }
    }

    /// The `rowCount` values of a chunk, and which of them are there, or nil if all are.
    mutating func decode(rowCount: Int) throws(EEGDataError) -> ([Element], NullMask?) {
        var values: [Element] = []
        var mask: NullMask?
        while values.count < rowCount, let page = try pages.next() {
            if page.header.kind == .dictionary {
                guard page.header.encoding == 0 || page.header.encoding == 2 else { throw page.unsupportedEncoding }
                dictionary = try plain(page, count: page.header.valueCount)
                continue
            }
            let done = values.count
            let count = page.header.valueCount
            guard count <= rowCount - done else {
                throw page.place.malformed(expected: "at most \(rowCount - done) values, the rest of the row group", found: "\(count)")
            }
            let stored = page.storedCount > 0 ? try decode(page) : []
            if let validity = page.validity {
                var next = stored.startIndex
                for row in 0..<count {
                    if validity[row] {
                        values.append(missing)
                    } else {
                        values.append(stored[next])
                        next += 1
                    }
                }
                if mask == nil { mask = NullMask(count: done) }
                mask?.append(validity)
            } else {
                values += stored
                mask?.append(allValid: true, count: count)
            }
        }
        guard values.count == rowCount else { throw pages.tooFewValues(values.count, of: rowCount) }
        return (values, mask)
    }

    private func decode(_ page: ParquetPages.Page) throws(EEGDataError) -> [Element] {
        let count = page.storedCount
        switch page.header.encoding {
        case 0: return try plain(page, count: count)
        case 2, 8: return try lookedUp(page, count: count)
        case 6 where fixedWidth == nil: return try withLengths(page, count: count)
        case 7: return try withPrefixes(page, count: count)
        case 9: return try split(page, count: count)
        default: throw page.unsupportedEncoding
        }
    }

    private func plain(_ page: ParquetPages.Page, count: Int) throws(EEGDataError) -> [Element] {
        var values: [Element] = []
        var position = 0
        for _ in 0..<count {
            var length = fixedWidth ?? 0
            if fixedWidth == nil {
                guard page.values.count - position >= 4 else { throw tooShort(page, values.count, count) }
                length = Int(UInt32(littleEndian: page.values.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
                position += 4
            }
            guard length <= page.values.count - position else { throw tooShort(page, values.count, count) }
            values.append(try value(page, UnsafeRawBufferPointer(rebasing: page.values[position..<(position + length)])))
            position += length
        }
        return values
    }

    private func lookedUp(_ page: ParquetPages.Page, count: Int) throws(EEGDataError) -> [Element] {
        guard let dictionary else { throw page.place.malformed(expected: "a dictionary in front of indices", found: "none") }
        var runs = try page.indexRuns()
        var values: [Element] = []
        func look(_ index: Int) throws(EEGDataError) -> Element {
            guard index < dictionary.count else {
                throw page.place.malformed(expected: "an index below \(dictionary.count), the size of the dictionary", found: "\(index)")
            }
            return dictionary[index]
        }
        while values.count < count {
            switch runs.next(limit: count - values.count) {
            case .repeated(let index, let length)?:
                values += repeatElement(try look(Int(index)), count: length)
            case .packed(let offset, let length)?:
                let bits = PackedBits(start: UnsafeRawPointer(runs.bytes.baseAddress.unsafelyUnwrapped + offset), width: runs.width)
                for index in 0..<length { values.append(try look(Int(bits[index]))) }
            case nil:
                throw tooShort(page, values.count, count)
            }
        }
        return values
    }

    /// Encoding DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.
    private func withLengths(_ page: ParquetPages.Page, count: Int) throws(EEGDataError) -> [Element] {
        var position = 0
        let lengths = try lengths(page, from: &position, count: count)
        var values: [Element] = []
        for length in lengths {
            guard length <= page.values.count - position else { throw tooShort(page, values.count, count) }
            values.append(try value(page, UnsafeRawBufferPointer(rebasing: page.values[position..<(position + length)])))
            position += length
        }
        return values
    }

    /// Encoding DELTA_BYTE_ARRAY: how much each value shares with the one before it, then the rest of each.
    private func withPrefixes(_ page: ParquetPages.Page, count: Int) throws(EEGDataError) -> [Element] {
        var position = 0
        let prefixes = try lengths(page, from: &position, count: count)
        let suffixes = try lengths(page, from: &position, count: count)
        var values: [Element] = []
        var bytes: [UInt8] = []
        for (prefix, suffix) in zip(prefixes, suffixes) {
            guard prefix <= bytes.count, suffix <= page.values.count - position else { throw tooShort(page, values.count, count) }
            bytes.removeLast(bytes.count - prefix)
            bytes += page.values[position..<(position + suffix)]
            position += suffix
            guard fixedWidth ?? bytes.count == bytes.count else {
                throw page.place.malformed(expected: "values of \(fixedWidth ?? 0) bytes", found: "\(bytes.count)")
            }
            var made: Element?
            var failure: EEGDataError?
            bytes.withUnsafeBytes { bytes in
                do throws(EEGDataError) { made = try value(page, bytes) } catch { failure = error }
            }
            if let failure { throw failure }
            values.append(made ?? missing)
        }
        return values
    }

    /// Encoding BYTE_STREAM_SPLIT: the first bytes of all values, then the second ones …
    private func split(_ page: ParquetPages.Page, count: Int) throws(EEGDataError) -> [Element] {
        guard let fixedWidth else { throw page.unsupportedEncoding }
        let (size, overflows) = count.multipliedReportingOverflow(by: fixedWidth)
        try page.require(overflows ? .max : size)
        var values: [Element] = []
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: fixedWidth, alignment: 1)
        defer { bytes.deallocate() }
        for index in 0..<count {
            for byte in 0..<fixedWidth { bytes[byte] = page.values[byte * count + index] }
            values.append(try value(page, UnsafeRawBufferPointer(bytes)))
        }
        return values
    }

    private func lengths(_ page: ParquetPages.Page, from position: inout Int, count: Int) throws(EEGDataError) -> [Int] {
        let rest = UnsafeRawBufferPointer(rebasing: page.values[position...])
        guard var deltas = DeltaBinaryPacked(rest), deltas.count == count else {
            throw page.place.malformed(expected: "\(count) lengths packed as differences", found: "broken data or another number")
        }
        var isComplete = false
        let words = [UInt32](unsafeUninitializedCapacity: count) { words, initialized in
            guard let base = words.baseAddress else { return isComplete = true }
            isComplete = deltas.decode(into: base)
            initialized = isComplete ? count : 0
        }
        guard isComplete else { throw page.place.malformed(expected: "\(count) lengths packed as differences", found: "broken data") }
        position += deltas.position
        // A negative length is a large one here, and refused where bytes are taken.
        return words.map { Int($0) }
    }

    private func value(_ page: ParquetPages.Page, _ bytes: UnsafeRawBufferPointer) throws(EEGDataError) -> Element {
        try budget.take(bytes.count, at: page.place)
        guard let value = make(bytes) else {
            throw page.place.malformed(expected: "a value of its type", found: "\(bytes.count) bytes: \(describe(bytes.prefix(16)))")
        }
        return value
    }

    private func tooShort(_ page: ParquetPages.Page, _ done: Int, _ count: Int) -> EEGDataError {
        page.place.malformed(expected: "\(count) values", found: "the end of the page, or broken data, behind \(done)")
    }
}
