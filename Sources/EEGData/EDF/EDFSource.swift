/// Samples of an EDF or EDF+ file, read as they are asked for.
struct EDFSource: SignalSource {
    /// A signal's place in the data records.
    struct Layout {
        /// Bytes from the start of a record.
        let offset: Int
        let samplesPerRecord: Int
        let digitization: Digitization
    }

    let file: RandomAccessFile
    let headerSize: Int
    let recordSize: Int
    let signals: [Layout]
    /// Records up to this size are read whole; of larger ones only the parts asked for.
    private static let blockSize = 1 << 20

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        try read(channels, ranges, zero: Float(0)) { bytes, values, signal in
            let scale = signal.digitization
            let gain = scale.step
            let base = scale.physicalMinimum - Double(scale.digitalMinimum) * gain
            for index in values.indices {
                let stored = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self))
                values[index] = Float(Double(stored) * gain + base)
            }
        }
    }

    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        try read(channels, ranges, zero: Int32(0)) { bytes, values, _ in
            for index in values.indices {
                values[index] = Int32(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)))
            }
        }
    }

    /// Goes once over the records that hold the ranges, handing each stretch of stored samples to `decode`.
    private func read<Value>(
        _ channels: [Int], _ ranges: [Range<Int>], zero: Value,
        decode: (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Value>, Layout) -> Void
    ) throws(EEGDataError) -> [[Value]] {
        var results = ranges.map { [Value](repeating: zero, count: $0.count) }
        var firstRecord = Int.max
        var endRecord = 0
        for (channel, range) in zip(channels, ranges) where !range.isEmpty {
            let perRecord = signals[channel].samplesPerRecord
            firstRecord = min(firstRecord, range.lowerBound / perRecord)
            endRecord = max(endRecord, (range.upperBound - 1) / perRecord + 1)
        }
        guard firstRecord < endRecord else { return results }

        let recordsPerBlock = max(1, min(endRecord - firstRecord, Self.blockSize / recordSize))
        let isWhole = recordSize <= Self.blockSize
        let largestPart = zip(channels, ranges).map { 2 * min(signals[$0].samplesPerRecord, $1.count) }.max() ?? 0
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: isWhole ? recordSize * recordsPerBlock : largestPart, alignment: 16)
        defer { block.deallocate() }
        for blockStart in stride(from: firstRecord, to: endRecord, by: recordsPerBlock) {
            let blockEnd = min(blockStart + recordsPerBlock, endRecord)
            if isWhole {
                let bytes = UnsafeMutableRawBufferPointer(rebasing: block[..<((blockEnd - blockStart) * recordSize)])
                try file.read(into: bytes, at: headerSize + blockStart * recordSize)
            }
            for record in blockStart..<blockEnd {
                for (slot, (channel, range)) in zip(channels, ranges).enumerated() {
                    let signal = signals[channel]
                    let recordRange = (record * signal.samplesPerRecord)..<((record + 1) * signal.samplesPerRecord)
                    let wanted = recordRange.clamped(to: range)
                    guard !wanted.isEmpty else { continue }
                    let start = signal.offset + 2 * (wanted.lowerBound - recordRange.lowerBound)
                    let place = isWhole ? (record - blockStart) * recordSize + start : 0
                    let bytes = UnsafeMutableRawBufferPointer(rebasing: block[place..<(place + 2 * wanted.count)])
                    if !isWhole { try file.read(into: bytes, at: headerSize + record * recordSize + start) }
                    results[slot].withUnsafeMutableBufferPointer { values in
                        let first = wanted.lowerBound - range.lowerBound
                        decode(
                            UnsafeRawBufferPointer(bytes), UnsafeMutableBufferPointer(rebasing: values[first..<(first + wanted.count)]),
                            signal)
                    }
                }
            }
        }
        return results
    }
}
