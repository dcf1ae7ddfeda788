/// Samples of a BrainVision data file, read as they are asked for.
struct BrainVisionSource: SignalSource {
    let file: RandomAccessFile
    let header: BrainVisionHeader
    let sampleCount: Int
    let limits: ReadLimits
    var files: [RandomAccessFile] { [file] }
    private static let blockSize = 1 << 20

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] {
        let resolutions = channels.map { header.signals[$0].resolution }
        switch header.format {
        case .int16:
            return try read(channels, ranges, zero: 0) { Float(Double(Int16(littleEndian: $0.loadUnaligned(as: Int16.self))) * resolutions[$1]) }
        case .float32:
            return try read(channels, ranges, zero: 0) {
                Float(Double(Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))) * resolutions[$1])
            }
        }
    }

    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] {
        try read(channels, ranges, zero: 0) { bytes, _ in Int32(Int16(littleEndian: bytes.loadUnaligned(as: Int16.self))) }
    }

    /// - Parameter decode: makes a value of the bytes of a sample and the place of its channel among those asked for.
    private func read<Value>(
        _ channels: [Int], _ ranges: [Range<Int>], zero: Value, decode: (UnsafeRawPointer, Int) -> Value
    ) throws(EEGDataError) -> [[Value]] {
        try limits.check(ranges, bytesPerValue: MemoryLayout<Value>.size)
        var results = ranges.map { [Value](repeating: zero, count: $0.count) }
        let size = header.format.bytesPerSample
        // Where samples of all channels alternate, one pass serves all; else each channel lies by itself.
        let isMultiplexed = header.orientation == .multiplexed
        let step = isMultiplexed ? size * header.signals.count : size
        let groups = isMultiplexed ? [Array(channels.indices)] : channels.indices.map { [$0] }
        for group in groups {
            let wanted = group.filter { !ranges[$0].isEmpty }
            guard let first = wanted.map({ ranges[$0].lowerBound }).min(), let end = wanted.map({ ranges[$0].upperBound }).max() else { continue }
            let samplesPerBlock = max(1, min(end - first, Self.blockSize / step))
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: samplesPerBlock * step, alignment: 16)
            defer { buffer.deallocate() }
            for start in stride(from: first, to: end, by: samplesPerBlock) {
                let block = start..<min(start + samplesPerBlock, end)
                let base = isMultiplexed ? 0 : channels[wanted[0]] * sampleCount * size
                let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(block.count * step)])
                try file.read(into: bytes, at: base + start * step)
                guard let pointer = UnsafeRawPointer(bytes.baseAddress) else { continue }
                for slot in wanted {
                    let part = block.clamped(to: ranges[slot])
                    let place = isMultiplexed ? channels[slot] * size : 0
                    let first = ranges[slot].lowerBound
                    results[slot].withUnsafeMutableBufferPointer { values in
                        for sample in part { values[sample - first] = decode(pointer + ((sample - start) * step + place), slot) }
                    }
                }
            }
        }
        return results
    }
}

/// Stands for a data file that is not there.
struct MissingDataFile: SignalSource {
    let error: EEGDataError

    func samples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Float]] { throw error }
    func digitalSamples(of channels: [Int], in ranges: [Range<Int>]) throws(EEGDataError) -> [[Int32]] { throw error }
}
