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

    /// The samples of one signal that are wanted, and where they go.
    private struct Slot<Value> {
        let signal: Layout
        let range: Range<Int>
        var values: [Value]

        init(_ signal: Layout, _ range: Range<Int>) {
            self.signal = signal
            self.range = range
            values = Array(unsafeUninitializedCapacity: range.count) { $1 = range.count }
        }

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
    /// Bytes that are read in one go and then decoded, small enough to stay in the processor's cache in between.
    private static let blockSize = 1 << 20
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

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        switch kind {
        case .edf: try read(channels, ranges) { decode16($0, $1, $2.digitization) }
        case .bdf: try read(channels, ranges) { decode24($0, $1, $2.digitization) }
        }
    }

    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        switch kind {
        case .edf: try read(channels, ranges) { bytes, values, _ in decode16(bytes, values) }
        case .bdf: try read(channels, ranges) { bytes, values, _ in decode24(bytes, values) }
        }
    }

    /// Goes once over the records that hold the ranges, handing each stretch of stored samples to `decode`.
    private func read<Value: Sendable>(
        _ channels: [Int], _ ranges: [Range<Int>],
        decode: (UnsafeRawPointer, UnsafeMutableBufferPointer<Value>, Layout) -> Void
    ) throws(EEGDataError) -> [[Value]] {
        try checkLimit(ranges, bytesPerValue: MemoryLayout<Value>.size)
        var slots = zip(channels, ranges).map { Slot<Value>(signals[$0], $1) }
        let records = slots.map(\.records).filter { !$0.isEmpty }
        guard let first = records.map(\.lowerBound).min(), let end = records.map(\.upperBound).max() else { return slots.map(\.values) }
        if recordSize > Self.costOfRead * slots.count || recordSize > Self.blockSize {
            try readParts(&slots, decode)
        } else {
            try readWhole(first..<end, &slots, decode)
        }
        return slots.map(\.values)
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
    private func readParts<Value>(
        _ slots: inout [Slot<Value>], _ decode: (UnsafeRawPointer, UnsafeMutableBufferPointer<Value>, Layout) -> Void
    ) throws(EEGDataError) {
        let largest = slots.map { kind.bytesPerSample * min($0.signal.samplesPerRecord, $0.range.count) }.max() ?? 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: largest, alignment: 16)
        defer { buffer.deallocate() }
        for index in slots.indices {
            for record in slots[index].records {
                let wanted = slots[index].samples(in: record)
                let offset = slots[index].signal.offset + kind.bytesPerSample * (wanted.lowerBound - record * slots[index].signal.samplesPerRecord)
                let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(kind.bytesPerSample * wanted.count)])
                try file.read(into: bytes, at: headerSize + record * recordSize + offset)
                decodeRecord(UnsafeRawBufferPointer(bytes), wanted, into: &slots[index], decode)
            }
        }
    }

    /// Reads many records at a time; the signals are decoded on all processors.
    private func readWhole<Value>(
        _ records: Range<Int>, _ slots: inout [Slot<Value>],
        _ decode: (UnsafeRawPointer, UnsafeMutableBufferPointer<Value>, Layout) -> Void
    ) throws(EEGDataError) {
        let recordsPerBlock = max(1, min(records.count, Self.blockSize / recordSize))
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: recordSize * recordsPerBlock, alignment: 64)
        defer { block.deallocate() }
        for start in stride(from: records.lowerBound, to: records.upperBound, by: recordsPerBlock) {
            let end = min(start + recordsPerBlock, records.upperBound)
            let bytes = UnsafeMutableRawBufferPointer(rebasing: block[..<((end - start) * recordSize)])
            try file.read(into: bytes, at: headerSize + start * recordSize)
            let stored = UnsafeRawBufferPointer(bytes)
            slots.withUnsafeMutableBufferPointer { slots in
                // Signals of one block that together are worth a thread.
                let grain = max(1, slots.count * (Self.blockSize / 16) / stored.count)
                parallelFor(slots.count, grain: grain) { chunk in
                    for index in chunk {
                        for record in (start..<end).clamped(to: slots[index].records) {
                            let wanted = slots[index].samples(in: record)
                            let signal = slots[index].signal
                            let place = (record - start) * recordSize + signal.offset
                                + kind.bytesPerSample * (wanted.lowerBound - record * signal.samplesPerRecord)
                            decodeRecord(
                                UnsafeRawBufferPointer(rebasing: stored[place..<(place + kind.bytesPerSample * wanted.count)]), wanted,
                                into: &slots[index], decode)
                        }
                    }
                }
            }
        }
    }

    private func decodeRecord<Value>(
        _ bytes: UnsafeRawBufferPointer, _ wanted: Range<Int>, into slot: inout Slot<Value>,
        _ decode: (UnsafeRawPointer, UnsafeMutableBufferPointer<Value>, Layout) -> Void
    ) {
        let first = wanted.lowerBound - slot.range.lowerBound
        let signal = slot.signal
        slot.values.withUnsafeMutableBufferPointer { values in
            guard let bytes = bytes.baseAddress else { return }
            decode(bytes, UnsafeMutableBufferPointer(rebasing: values[first..<(first + wanted.count)]), signal)
        }
    }
}
