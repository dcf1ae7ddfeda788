internal import EEGTensor

/// Samples of an EDF or BDF file, read as they are asked for.
struct EDFSource: SignalSource {
    /// A signal's place in the data records.
    struct Layout {
        /// Bytes from the start of a record.
        let offset: Int
        let samplesPerRecord: Int
        let digitization: Digitization
    }

    /// The samples of one signal that are wanted.
    private struct Slot {
        let signal: Layout
        let range: Range<Int>

        /// The records that hold the range.
        var records: Range<Int> {
            range.isEmpty
                ? 0..<0 : (range.lowerBound / signal.samplesPerRecord)..<((range.upperBound - 1) / signal.samplesPerRecord + 1)
        }

        /// The wanted samples of a record.
        func samples(in record: Int) -> Range<Int> {
            ((record * signal.samplesPerRecord)..<((record + 1) * signal.samplesPerRecord)).clamped(to: range)
        }
    }

    let file: RandomAccessFile
    let kind: EDFKind
    let headerSize: Int
    let recordSize: Int
    let signals: [Layout]
    let limits: ReadLimits
    /// Bytes that are read and then decoded, small enough to stay in the processor's cache in between.
    private static let blockSize = 1 << 20
    /// Bytes that are worth a thread to read.
    private static let pieceSize = 1 << 18
    /// Bytes that take about as long to read along as a read of its own takes to begin.
    private static let costOfRead = 1 << 13

    init(file: RandomAccessFile, header: EDFHeader, limits: ReadLimits) {
        self.file = file
        self.limits = limits
        kind = header.kind
        headerSize = header.size
        recordSize = header.recordSize
        var offset = 0
        signals = header.signals.map { signal in
            let digitization = header.kind == .bdf && signal.label == BioSemiStatus.channelLabel ? BioSemiStatus.digitization : signal.digitization
            defer { offset += header.kind.bytesPerSample * signal.samplesPerRecord }
            return Layout(offset: offset, samplesPerRecord: signal.samplesPerRecord, digitization: digitization)
        }
    }

    /// Decodes stored samples of a signal.
    private typealias Decode<Value> = (UnsafeRawPointer, UnsafeMutableBufferPointer<Value>, Layout) -> Void
    /// Hands the memory for the samples of a slot to its body.
    private typealias Targets<Value> = (Int, (UnsafeMutableBufferPointer<Value>) -> Void) -> Void

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        try arrays(channels, ranges, physical)
    }

    func read(
        _ channels: [Int], in ranges: [Range<Int>], into targets: [UnsafeMutableBufferPointer<Float>]
    ) throws(EEGDataError) {
        try read(slots(channels, ranges), into: { $1(targets[$0]) }, physical)
    }

    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        switch kind {
        case .edf: try arrays(channels, ranges) { bytes, values, _ in decode16(bytes, values) }
        case .bdf: try arrays(channels, ranges) { bytes, values, _ in decode24(bytes, values) }
        }
    }

    private var physical: Decode<Float> {
        switch kind {
        case .edf: { decode16($0, $1, $2.digitization) }
        case .bdf: { decode24($0, $1, $2.digitization) }
        }
    }

    private func slots(_ channels: [Int], _ ranges: [Range<Int>]) -> [Slot] {
        zip(channels, ranges).map { Slot(signal: signals[$0], range: $1) }
    }

    private func arrays<Value: Sendable>(
        _ channels: [Int], _ ranges: [Range<Int>], _ decode: @escaping Decode<Value>
    ) throws(EEGDataError) -> [[Value]] {
        try checkLimit(ranges, bytesPerValue: MemoryLayout<Value>.size)
        var results = ranges.map { range in
            [Value](unsafeUninitializedCapacity: range.count) { values, count in
                adviseLargePages(UnsafeMutableRawBufferPointer(values))
                count = range.count
            }
        }
        var failure: EEGDataError?
        results.withUnsafeMutableBufferPointer { results in
            do throws(EEGDataError) {
                try read(slots(channels, ranges), into: { slot, body in results[slot].withUnsafeMutableBufferPointer { body($0) } }, decode)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return results
    }

    /// Goes once over the records that hold the ranges, handing each stretch of stored samples to `decode`.
    private func read<Value>(_ slots: [Slot], into targets: Targets<Value>, _ decode: @escaping Decode<Value>) throws(EEGDataError) {
        let records = slots.map(\.records).filter { !$0.isEmpty }
        guard let first = records.map(\.lowerBound).min(), let end = records.map(\.upperBound).max() else { return }
        if recordSize > Self.costOfRead * slots.count || recordSize > Self.blockSize {
            try readParts(slots, into: targets, decode)
        } else {
            try readWhole(first..<end, slots, into: targets, decode)
        }
    }

    private func checkLimit(_ ranges: [Range<Int>], bytesPerValue: Int) throws(EEGDataError) {
        var total = 0
        for range in ranges { total = min(limits.decodedBytes, total) + range.count }
        guard total <= limits.decodedBytes / bytesPerValue else {
            throw .invalidArgument(
                name: "samples", expected: "at most \(limits.decodedBytes) bytes a call: read in parts, or raise the limit",
                found: "\(total) samples or more of \(bytesPerValue) bytes")
        }
    }

    /// Reads a stretch of one record after the other: for few samples of large records.
    private func readParts<Value>(_ slots: [Slot], into targets: Targets<Value>, _ decode: @escaping Decode<Value>) throws(EEGDataError) {
        let largest = slots.map { kind.bytesPerSample * min($0.signal.samplesPerRecord, $0.range.count) }.max() ?? 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: largest, alignment: 16)
        defer { buffer.deallocate() }
        for (index, slot) in slots.enumerated() {
            for record in slot.records {
                let wanted = slot.samples(in: record)
                let offset = slot.signal.offset + kind.bytesPerSample * (wanted.lowerBound - record * slot.signal.samplesPerRecord)
                let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(kind.bytesPerSample * wanted.count)])
                try file.read(into: bytes, at: headerSize + record * recordSize + offset)
                let first = wanted.lowerBound - slot.range.lowerBound
                targets(index) { values in
                    guard let bytes = bytes.baseAddress else { return }
                    decode(bytes, UnsafeMutableBufferPointer(rebasing: values[first..<(first + wanted.count)]), slot.signal)
                }
            }
        }
    }

    /// Reads many records at a time; they are read and the signals decoded on all processors.
    private func readWhole<Value>(
        _ records: Range<Int>, _ slots: [Slot], into targets: Targets<Value>, _ decode: @escaping Decode<Value>
    ) throws(EEGDataError) {
        let recordsPerBlock = max(1, min(records.count, Self.blockSize / recordSize))
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: recordSize * recordsPerBlock, alignment: 64)
        defer { block.deallocate() }
        for start in stride(from: records.lowerBound, to: records.upperBound, by: recordsPerBlock) {
            let end = min(start + recordsPerBlock, records.upperBound)
            let stored = UnsafeMutableRawBufferPointer(rebasing: block[..<((end - start) * recordSize)])
            try parallelFor(stored.count, grain: Self.pieceSize) { (piece) throws(EEGDataError) in
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: stored[piece]), at: headerSize + start * recordSize + piece.lowerBound)
            }
            // Signals of one block that together are worth a thread.
            let grain = max(1, slots.count * (Self.blockSize / 16) / stored.count)
            parallelFor(slots.count, grain: grain) { chunk in
                for index in chunk {
                    targets(index) { decodeBlock(UnsafeRawBufferPointer(stored), start..<end, of: slots[index], into: $0, decode) }
                }
            }
        }
    }

    /// Decodes a signal's samples of some records that were read whole.
    private func decodeBlock<Value>(
        _ stored: UnsafeRawBufferPointer, _ records: Range<Int>, of slot: Slot, into values: UnsafeMutableBufferPointer<Value>,
        _ decode: @escaping Decode<Value>
    ) {
        guard let base = stored.baseAddress else { return }
        for record in records.clamped(to: slot.records) {
            let wanted = slot.samples(in: record)
            let place =
                (record - records.lowerBound) * recordSize + slot.signal.offset
                + kind.bytesPerSample * (wanted.lowerBound - record * slot.signal.samplesPerRecord)
            let first = wanted.lowerBound - slot.range.lowerBound
            decode(base + place, UnsafeMutableBufferPointer(rebasing: values[first..<(first + wanted.count)]), slot.signal)
        }
    }

    /// The stored bytes of some signals in some records, for one record after the other.
    func bytes(of signals: [Layout], in records: Range<Int>) throws(EEGDataError) -> [UInt8] {
        let places = signals.map { $0.offset..<($0.offset + kind.bytesPerSample * $0.samplesPerRecord) }
        let size = places.reduce(0) { $0 + $1.count }
        return try makeArray(count: size * records.count) { (buffer) throws(EEGDataError) in
            let recordsPerPiece = max(1, min(records.count, Self.pieceSize / recordSize))
            let readsWhole = recordSize <= Self.costOfRead * signals.count
            try parallelFor(records.count, grain: recordsPerPiece) { (piece) throws(EEGDataError) in
                let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: readsWhole ? piece.count * recordSize : 0, alignment: 16)
                defer { whole.deallocate() }
                if readsWhole { try file.read(into: whole, at: headerSize + (records.lowerBound + piece.lowerBound) * recordSize) }
                for record in piece {
                    var result = record * size
                    for place in places {
                        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[result..<(result + place.count)])
                        if readsWhole {
                            let start = (record - piece.lowerBound) * recordSize + place.lowerBound
                            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[start..<(start + place.count)]))
                        } else {
                            try file.read(into: target, at: headerSize + (records.lowerBound + record) * recordSize + place.lowerBound)
                        }
                        result += place.count
                    }
                }
            }
        }
    }
}
