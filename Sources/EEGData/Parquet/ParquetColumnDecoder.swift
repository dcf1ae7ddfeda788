/// Reads the values of one column, row group by row group.
struct ParquetColumnDecoder: Sendable {
    private let file: ParquetFile
    private let index: Int
    private let rows: Range<Int>
    private let type: ParquetType
    private let budget: DecodingBudget
    private let scratch: ScratchBuffers
    private var field: ParquetField { file.fields[index] }

    /// - Throws: where the column cannot be read.
    init(
        index: Int, of file: ParquetFile, rows: Range<Int>, budget: DecodingBudget, scratch: ScratchBuffers
    ) throws(EEGDataError) {
        let field = file.fields[index]
        guard let type = field.type else {
            throw .unsupported(file: file.file.path, format: "Parquet", feature: "column \(field.name): \(field.refusal ?? "")")
        }
        self.file = file
        self.index = index
        self.rows = rows
        self.type = type
        self.budget = budget
        self.scratch = scratch
    }

    func column() throws(EEGDataError) -> ParquetColumn {
        let (values, nulls) = try values()
        return ParquetColumn(name: field.name, values: values, nulls: nulls, type: type)
    }

    /// Reads the values as Float, NaN where one is missing.
    func readFloats(into result: UnsafeMutablePointer<Float>) throws(EEGDataError) {
        if field.physical == .float {
            try result.withMemoryRebound(to: UInt32.self, capacity: rows.count) { (words) throws(EEGDataError) in
                _ = try readWords(into: words, missing: Float.nan.bitPattern)
            }
        } else {
            let floats = try column().floats()
            floats.withUnsafeBufferPointer { if let base = $0.baseAddress { result.update(from: base, count: floats.count) } }
        }
    }

    private func values() throws(EEGDataError) -> (ParquetColumn.Values, NullMask?) {
        switch (type, field.physical) {
        case (.bool, _):
            let (values, nulls) = try words(false, UInt8(0))
            return (.numbers(.bool(values)), nulls)
        case (.int32, _), (.date, _):
            let (values, nulls) = try words(Int32(0), UInt32(0))
            return (.numbers(.int32(values)), nulls)
        case (.uint32, _):
            let (values, nulls) = try words(UInt32(0), UInt32(0))
            return (.numbers(.uint32(values)), nulls)
        case (.timestamp, .int96):
            let (values, nulls) = try byteValues(missing: Int64(0)) { $0.nanosecondsOfInt96 }
            return (.numbers(.int64(values)), nulls)
        case (.int64, _), (.timestamp, _):
            let (values, nulls) = try words(Int64(0), UInt64(0))
            return (.numbers(.int64(values)), nulls)
        case (.uint64, _):
            let (values, nulls) = try words(UInt64(0), UInt64(0))
            return (.numbers(.uint64(values)), nulls)
        case (.float, .fixedByteArray):
            let (values, nulls) = try byteValues(missing: Float.nan) {
                Float(Float16(bitPattern: UInt16(littleEndian: $0.loadUnaligned(as: UInt16.self))))
            }
            return (.numbers(.float(values)), nulls)
        case (.float, _):
            let (values, nulls) = try words(Float(0), Float.nan.bitPattern)
            return (.numbers(.float(values)), nulls)
        case (.double, _):
            let (values, nulls) = try words(Double(0), Double.nan.bitPattern)
            return (.numbers(.double(values)), nulls)
        case (.decimal, _):
            let (values, nulls) = try decimals()
            return (.numbers(.double(values)), nulls)
        case (.string, _):
            let (values, nulls) = try byteValues(missing: "") { String(validating: $0, as: UTF8.self) }
            return (.strings(values), nulls)
        case (.bytes, _):
            let (values, nulls) = try byteValues(missing: [UInt8]()) { Array($0) }
            return (.bytes(values), nulls)
        }
    }

    /// Integers divided by a power of ten, both below 2^53: the quotient is the nearest double.
    private func decimals() throws(EEGDataError) -> ([Double], NullMask?) {
        var power = 1.0
        for _ in 0..<field.scale { power *= 10 }
        switch field.physical {
        case .int32:
            let (values, nulls) = try words(Int32(0), UInt32(0))
            return (values.enumerated().map { nulls?[$0] == true ? .nan : Double($1) / power }, nulls)
        case .int64:
            let (values, nulls) = try words(Int64(0), UInt64(0))
            return (values.enumerated().map { nulls?[$0] == true ? .nan : Double($1) / power }, nulls)
        default:
            return try byteValues(missing: Double.nan) { $0.bigEndianInteger.map { Double($0) / power } }
        }
    }

    /// Values of one, four or eight bytes. `zero` gives their type, `missing` the bits where a value is missing.
    private func words<Value: BitwiseCopyable, Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
        _ zero: Value, _ missing: Word
    ) throws(EEGDataError) -> ([Value], NullMask?) {
        try takeBudget(bytesOfValue: MemoryLayout<Word>.size)
        var nulls: NullMask?
        var failure: EEGDataError?
        let values = [Value](unsafeUninitializedCapacity: rows.count) { values, initialized in
            guard let base = values.baseAddress, !rows.isEmpty else { return }
            adviseLargePages(UnsafeMutableRawBufferPointer(values))
            do throws(EEGDataError) {
                let words = UnsafeMutableRawPointer(base).assumingMemoryBound(to: Word.self)
                nulls = try readWords(into: words, missing: missing)
                initialized = rows.count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return (values, nulls)
    }

    private func readWords<Word: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
        into result: UnsafeMutablePointer<Word>, missing: Word
    ) throws(EEGDataError) -> NullMask? {
        let parts = parts
        let result = SendablePointer(result)
        var masks = [NullMask?](repeating: nil, count: parts.count)
        try masks.withUnsafeMutableBufferPointer { (slots) throws(EEGDataError) in
            guard let base = slots.baseAddress else { return }
            let slot = SendablePointer(base)
            try performConcurrently(parts.count) { (number) throws(EEGDataError) in
                let part = parts[number]
                let memory = scratch.take()
                defer { scratch.giveBack(memory) }
                var values = FixedWidthValues(try pages(of: part, memory), missing: missing)
                let target = result.pointer + part.start
                guard part.wanted.count < part.size else {
                    slot.pointer[number] = try values.decode(into: target, rowCount: part.size)
                    return
                }
                try place.check(decodedBytes: part.size, limits: file.limits)
                let all = UnsafeMutablePointer<Word>.allocate(capacity: part.size)
                defer { all.deallocate() }
                slot.pointer[number] = try values.decode(into: all, rowCount: part.size)?.rows(part.wanted)
                target.update(from: all + part.wanted.lowerBound, count: part.wanted.count)
            }
        }
        return joined(masks, parts)
    }

    /// Values that are made of strings of bytes.
    private func byteValues<Element>(
        missing: Element, make: @escaping (UnsafeRawBufferPointer) -> Element?
    ) throws(EEGDataError) -> ([Element], NullMask?) {
        try takeBudget(bytesOfValue: MemoryLayout<Element>.stride)
        var values: [Element] = []
        var masks: [NullMask?] = []
        for part in parts {
            let memory = scratch.take()
            defer { scratch.giveBack(memory) }
            var decoder = ByteValues(try pages(of: part, memory), missing: missing, budget: budget, make: make)
            let (elements, mask) = try decoder.decode(rowCount: part.size)
            values += elements[part.wanted]
            masks.append(part.wanted.count < part.size ? mask?.rows(part.wanted) : mask)
        }
        return (values, joined(masks, parts))
    }

    /// The rows of one row group that are asked for.
    private struct Part {
        let group: Int
        /// Rows in the group.
        let size: Int
        /// The rows asked for, counted from the first of the group.
        let wanted: Range<Int>
        /// The place of the first of them among all that are asked for.
        let start: Int
    }

    private var parts: [Part] {
        var parts: [Part] = []
        var first = 0
        for (group, size) in file.rowGroupSizes.enumerated() {
            let wanted = (first..<(first + size)).clamped(to: rows)
            if !wanted.isEmpty {
                parts.append(
                    Part(
                        group: group, size: size, wanted: (wanted.lowerBound - first)..<(wanted.upperBound - first),
                        start: wanted.lowerBound - rows.lowerBound))
            }
            first += size
        }
        return parts
    }

    private func pages(of part: Part, _ memory: ScratchBuffers.Scratch) throws(EEGDataError) -> ParquetPages {
        let chunk = file.rowGroups[part.group].chunks[index]
        if chunk.hasMetadata {
            guard chunk.path == field.path, chunk.physicalType == field.physical.rawValue else {
                throw place.malformed(
                    expected: "\(field.physical) values of \(field.name) in row group \(part.group)",
                    found: "type \(chunk.physicalType) of \(chunk.path.joined(separator: "."))")
            }
            guard chunk.valueCount == part.size else {
                throw place.malformed(expected: "\(part.size) values in row group \(part.group)", found: "\(chunk.valueCount)")
            }
        }
        return try ParquetPages(
            chunk, of: field, file: file.file, limits: file.limits, verifiesChecksums: file.verifiesChecksums, scratch: memory)
    }

    private func joined(_ masks: [NullMask?], _ parts: [Part]) -> NullMask? {
        guard masks.contains(where: { $0?.nullCount ?? 0 > 0 }) else { return nil }
        var result = NullMask(reserving: rows.count)
        for (mask, part) in zip(masks, parts) { result.append(mask ?? NullMask(count: part.wanted.count)) }
        return result
    }

    private func takeBudget(bytesOfValue size: Int) throws(EEGDataError) {
        let (bytes, overflows) = rows.count.multipliedReportingOverflow(by: size)
        try place.check(decodedBytes: overflows ? .max : bytes, limits: file.limits)
        try budget.take(bytes, at: place)
    }

    private var place: FilePlace { FilePlace(file: file.file.path, format: "Parquet", offset: nil, field: "column \(field.name)") }
}

extension UnsafeRawBufferPointer {
    /// The time of an INT96 value since 1970-01-01: nanoseconds of a day, then the day as Julian day number. Nil where it does not fit.
    fileprivate var nanosecondsOfInt96: Int64? {
        let nanoseconds = Int64(littleEndian: loadUnaligned(as: Int64.self))
        let day = Int64(Int32(littleEndian: loadUnaligned(fromByteOffset: 8, as: Int32.self))) - 2_440_588
        let (midnight, overflows) = day.multipliedReportingOverflow(by: 86_400_000_000_000)
        let (time, overflowsToo) = midnight.addingReportingOverflow(nanoseconds)
        return overflows || overflowsToo ? nil : time
    }

    /// A signed integer, the highest byte first; nil beyond 15 decimal digits.
    fileprivate var bigEndianInteger: Int64? {
        guard let first else { return nil }
        var value: Int64 = first >= 128 ? -1 : 0
        for byte in self {
            guard abs(value) < 1 << 50 else { return nil }
            value = value << 8 | Int64(byte)
        }
        return value.magnitude < 1_000_000_000_000_000 ? value : nil
    }
}
